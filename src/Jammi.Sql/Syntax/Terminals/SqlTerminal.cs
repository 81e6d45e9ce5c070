using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>A terminal of the grammar that scans for itself, straight from the text.</summary>
internal abstract class SqlTerminal(string name) : Terminal(name, TokenCategory.Content)
{
    /// <summary>Its number among the terms of the grammar.</summary>
    public int Number { get; set; } = -1;

    /// <summary>The end of the token that starts at <paramref name="start"/>, with what it means; the start itself where none does.</summary>
    /// <exception cref="SqlException">A token starts here and is wrong or never ends.</exception>
    public abstract int Match(string text, int start, out object? value);
}
