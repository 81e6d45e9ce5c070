using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>A token of a text: which terminal it is and where it lies. A word that may be a keyword or a name is both until the parser decides.</summary>
internal record struct Lexeme(Terminal? Terminal, int Start, int End)
{
    /// <summary>The keyword that a word may stand for, or that it is.</summary>
    public Terminals.Keyword? Keyword { get; set; }

    /// <summary>The canonical spelling of the keyword.</summary>
    public string? Spelling { get; set; }

    /// <summary>What the token means: a name without quotes, a number, a text. Null for an unquoted name, which is its own text.</summary>
    public object? Value { get; set; }

    public readonly int Length => End - Start;
}
