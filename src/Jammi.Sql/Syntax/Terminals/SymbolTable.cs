namespace Jammi.Sql.Syntax.Terminals;

/// <summary>Operators and punctuation: the longest symbol that matches, compared ordinally.</summary>
internal sealed class SymbolTable
{
    /// <summary>By the first character, all of which are ASCII; longer ones first.</summary>
    private readonly Symbol[]?[] _byFirst = new Symbol[]?[128];

    public void Add(string symbol, Keyword keyword)
    {
        Symbol[] others = _byFirst[symbol[0]] ?? [];
        int place = 0;
        while (place < others.Length && others[place].Text.Length >= symbol.Length)
        {
            place++;
        }

        _byFirst[symbol[0]] = [.. others[..place], new(symbol, keyword), .. others[place..]];
    }

    /// <summary>The symbol at a place; one character without a terminal where there is none.</summary>
    public Lexeme Match(string text, int start)
    {
        char first = text[start];
        foreach (Symbol symbol in first < _byFirst.Length ? _byFirst[first] ?? [] : [])
        {
            if (symbol.Text.Length == 1 || string.CompareOrdinal(text, start, symbol.Text, 0, symbol.Text.Length) == 0)
            {
                return new(symbol.Keyword, start, start + symbol.Text.Length) { Keyword = symbol.Keyword, Spelling = symbol.Text };
            }
        }

        return new(null, start, start + 1);
    }

    /// <summary>A class, since generic methods of the framework over structs of ours are compiled when a program starts.</summary>
    private sealed record Symbol(string Text, Keyword Keyword);
}
