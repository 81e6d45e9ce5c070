using System.Text.Json;
using Jammi.Inference.Text;

namespace Jammi.Inference.Tests.Text;

/// <summary>Token rows that open_clip gives, and the tokenizers they are for.</summary>
internal static class TokenizerData
{
    public const int StandardVocabularySize = 49408;

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "data", "tokenizer");

    private static readonly Lazy<ITextTokenizer> LazyStandard = new(() => TextTokenizerFactory.Open(Folder, 77, StandardVocabularySize));
    private static readonly Lazy<IReadOnlyList<Case>> LazyCases = new(ReadCases);

    /// <summary>The tokenizer of the original release.</summary>
    public static ITextTokenizer Standard => LazyStandard.Value;

    public static IReadOnlyList<Case> Cases => LazyCases.Value;

    public static string ModelFolder(string model) => Path.Combine(Folder, "models", model);

    public static long[] Encode(ITextTokenizer tokenizer, string text)
    {
        var row = new long[tokenizer.ContextLength];
        row.AsSpan().Fill(-1);
        var used = tokenizer.Encode(text, row);
        Assert.All(row[used..], id => Assert.Equal(0, id));
        return row[..used];
    }

    public static JsonElement ReadJson(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize<JsonElement>(file);
    }

    public static long[] ReadIds(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt64())];

    private static Case[] ReadCases() =>
    [
        .. ReadJson(Path.Combine(Folder, "cases.json")).GetProperty("cases").EnumerateArray().Select(item => new Case(
            item.GetProperty("n").GetInt32(),
            item.GetProperty("category").GetString()!,
            item.GetProperty("text").GetString()!,
            item.GetProperty("cleaned").GetString()!,
            ReadIds(item.GetProperty("ids"))))
    ];

    internal sealed record Case(int Number, string Category, string Text, string Cleaned, long[] Ids);
}
