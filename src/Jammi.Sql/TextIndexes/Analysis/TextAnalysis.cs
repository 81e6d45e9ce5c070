using System.Text.Json.Serialization;

namespace Jammi.Sql.TextIndexes.Analysis;

/// <summary>How words are brought to a common form.</summary>
internal enum Stemming
{
    /// <summary>Words are taken as they are.</summary>
    None,

    /// <summary>English words are cut down to their stems: circles and circle are one.</summary>
    English,
}

/// <summary>How a text becomes terms. What is indexed and what is searched for go through the same analysis.</summary>
/// <param name="FoldAccents">Whether letters lose their accents, so that café and cafe are one.</param>
internal sealed record TextAnalysis(Stemming Stemming = Stemming.None, bool FoldAccents = false)
{
    public static TextAnalysis Default { get; } = new();

    /// <summary>The names of the options.</summary>
    public static IReadOnlyList<string> Options { get; } = ["stemming", "accents"];

    /// <summary>The analysis that two options name.</summary>
    public static TextAnalysis Of(string stemming, string accents) => Default.With("stemming", stemming).With("accents", accents);

    /// <summary>The analysis with an option set.</summary>
    public TextAnalysis With(string option, string value) => (option.ToLowerInvariant(), value.ToLowerInvariant()) switch
    {
        ("stemming", "english") => this with { Stemming = Stemming.English },
        ("stemming", "none") => this with { Stemming = Stemming.None },
        ("accents", "fold") => this with { FoldAccents = true },
        ("accents", "keep") => this with { FoldAccents = false },
        ("stemming", _) => throw new SqlException(SqlErrorCode.InvalidParameter, $"stemming is 'english' or 'none', not '{value}'."),
        ("accents", _) => throw new SqlException(SqlErrorCode.InvalidParameter, $"accents is 'keep' or 'fold', not '{value}'."),
        _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"a full-text index has no option \"{option}\"; there are {string.Join(" and ", Options)}."),
    };

    /// <summary>The analysis as a part of a file's name.</summary>
    [JsonIgnore]
    public string Key => (Stemming == Stemming.English ? "english" : "plain") + (FoldAccents ? "-folded" : string.Empty);
}
