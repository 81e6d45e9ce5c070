using System.Runtime.CompilerServices;
using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>
/// A keyword, a phrase of keywords or a symbol. It is recognised by <see cref="WordTerminal"/> or
/// <see cref="SymbolTable"/>, never by itself, and is compared by identity: several spellings may share one keyword,
/// which keeps the automaton small. The spelling that was met is the value of its token.
/// </summary>
internal sealed class Keyword : KeyTerm
{
    public Keyword(string text)
        : base(text, text)
    {
        SetFlag(TermFlags.IsNonScanner);
    }

    /// <summary>Its number among the terms of the grammar; -1 for a word that is in no rule.</summary>
    public int Number { get; set; } = -1;

    /// <summary>A reserved word is never a name, unless quoted or after a dot.</summary>
    public bool IsReserved { get; init; }

    /// <summary>Where not zero, the word is a keyword only if this character is the next one that is no white space.</summary>
    public char OnlyBefore { get; init; }

    /// <summary>
    /// A phrase that is one token only where the parser has a use for it; elsewhere its words stand for themselves. <c>NOT NULL</c> after a
    /// column's type is one, in <c>WHERE NOT NULL = a</c> it is not.
    /// </summary>
    public bool OnlyWhereExpected { get; init; }

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
