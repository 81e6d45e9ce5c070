namespace Jammi.Sql.Syntax.Terminals;

/// <summary>Operators and punctuation: the longest symbol that matches, compared ordinally.</summary>
internal sealed class SymbolTable
{
    /// <summary>By the first character, all of which are ASCII; longer ones first.</summary>
    private readonly (string Symbol, Keyword Keyword)[]?[] _byFirst = new (string, Keyword)[]?[128];

    public void Add(string symbol, Keyword keyword) =>
        _byFirst[symbol[0]] = [.. (_byFirst[symbol[0]] ?? []).Append((symbol, keyword)).OrderByDescending(entry => entry.Item1.Length)];

    /// <summary>The symbol at a place; one character without a terminal where there is none.</summary>
    public Lexeme Match(string text, int start)
    {
        char first = text[start];
        foreach ((string symbol, Keyword keyword) in first < _byFirst.Length ? _byFirst[first] ?? [] : [])
        {
            if (symbol.Length == 1 || string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0)
            {
                return new(keyword, start, start + symbol.Length) { Keyword = keyword, Spelling = symbol };
            }
        }

        return new(null, start, start + 1);
    }
}
