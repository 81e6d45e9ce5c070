using Jammi.Sql.Types;

namespace Jammi.Sql.TextIndexes.Search;

/// <summary>What a text query asks for: a condition on rows. How well a row matches is the sum over the query's phrases that are not excluded, whatever the condition.</summary>
internal abstract record TextQuery
{
    /// <summary>Matches no row: a query without words.</summary>
    public static TextQuery Nothing { get; } = new AnyOf([]);

    /// <summary>The phrases that give rows their scores: all that are not under a NOT, in the order of the query.</summary>
    public IEnumerable<Phrase> Scored() => this switch
    {
        Phrase phrase => [phrase],
        AnyOf any => any.Parts.SelectMany(p => p.Scored()),
        AllOf all => all.Parts.SelectMany(p => p.Scored()),
        _ => [],
    };

    /// <summary>All phrases.</summary>
    public IEnumerable<Phrase> Phrases() => this switch
    {
        Phrase phrase => [phrase],
        AnyOf any => any.Parts.SelectMany(p => p.Phrases()),
        AllOf all => all.Parts.SelectMany(p => p.Phrases()),
        Not not => not.Part.Phrases(),
        _ => [],
    };

    /// <summary>Whether rows may match that have none of the phrases.</summary>
    public bool Excludes => this is Not || (this is AnyOf any && any.Parts.Any(p => p.Excludes)) || (this is AllOf all && all.Parts.Any(p => p.Excludes));

    /// <summary>Terms one after the other: a word is a phrase of one. With a prefix, the last is any term that begins so.</summary>
    internal sealed record Phrase(ValueList<string> Terms, bool EndsInPrefix) : TextQuery;

    internal sealed record AnyOf(ValueList<TextQuery> Parts) : TextQuery;

    internal sealed record AllOf(ValueList<TextQuery> Parts) : TextQuery;

    internal sealed record Not(TextQuery Part) : TextQuery;
}
