using Jammi.Inference.Text;

namespace Jammi.Inference.Tests.Text;

/// <summary>
/// Compares with open_clip's tokenizer. All 390 cases are compared with its full result (<c>ids</c> and <c>cleaned</c>),
/// text repair and mojibake included; none with the result without repair.
/// </summary>
public class GoldenTokenizerTests
{
    public static TheoryData<string> Categories => [.. TokenizerData.Cases.Select(item => item.Category).Distinct()];

    public static TheoryData<string> Models =>
    [
        .. Directory.GetDirectories(Path.Combine(TokenizerData.Folder, "models")).Select(path => Path.GetFileName(path)!)
    ];

    [Fact]
    public void There_are_390_cases_and_9_models()
    {
        Assert.Equal(390, TokenizerData.Cases.Count);
        Assert.Equal(9, Directory.GetDirectories(Path.Combine(TokenizerData.Folder, "models")).Length);
    }

    [Theory]
    [MemberData(nameof(Categories))]
    public void Cleans_as_the_reference_does(string category)
    {
        Assert.All(CasesOf(category), item => Assert.Equal(item.Cleaned, TextCleaner.Clean(item.Text)));
    }

    [Theory]
    [MemberData(nameof(Categories))]
    public void Gives_the_ids_of_the_reference(string category)
    {
        Assert.All(CasesOf(category), item => Assert.Equal(item.Ids, TokenizerData.Encode(TokenizerData.Standard, item.Text)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Gives_the_ids_of_each_model(string model)
    {
        var expected = TokenizerData.ReadJson(Path.Combine(TokenizerData.ModelFolder(model), "texts.json"));
        var hasOwnVocabulary = File.Exists(Path.Combine(TokenizerData.ModelFolder(model), "tokenizer.json"));
        var tokenizer = TextTokenizerFactory.Open(
            hasOwnVocabulary ? TokenizerData.ModelFolder(model) : TokenizerData.Folder,
            expected.GetProperty("context_length").GetInt32(),
            expected.GetProperty("vocab_size").GetInt32());

        var texts = expected.GetProperty("texts").EnumerateArray().ToArray();
        Assert.NotEmpty(texts);
        Assert.All(texts, text => Assert.Equal(
            TokenizerData.ReadIds(text.GetProperty("ids")),
            TokenizerData.Encode(tokenizer, text.GetProperty("text").GetString()!)));
    }

    private static IEnumerable<TokenizerData.Case> CasesOf(string category) =>
        TokenizerData.Cases.Where(item => item.Category == category);
}
