using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>Operators and punctuation: the longest symbol that matches, compared ordinally.</summary>
internal sealed class SymbolTerminal : Terminal
{
    private readonly Dictionary<char, List<(string Symbol, Keyword Keyword)>> _byFirst = [];

    public SymbolTerminal()
        : base("symbol", TokenCategory.Content)
    {
        Priority = TerminalPriority.Low;
    }

    public void Add(string symbol, Keyword keyword)
    {
        if (!_byFirst.TryGetValue(symbol[0], out List<(string Symbol, Keyword Keyword)>? symbols))
        {
            _byFirst.Add(symbol[0], symbols = []);
        }

        symbols.Add((symbol, keyword));
        symbols.Sort((left, right) => right.Symbol.Length - left.Symbol.Length);
    }

    public override IList<string> GetFirsts() => [.. _byFirst.Keys.Select(first => first.ToString())];

    public override Token? TryMatch(ParsingContext context, ISourceStream source)
    {
        ReadOnlySpan<char> rest = source.Text.AsSpan(source.PreviewPosition);
        if (!_byFirst.TryGetValue(rest[0], out List<(string Symbol, Keyword Keyword)>? symbols) || IsNumber(rest) || IsParameter(rest, context))
        {
            return null;
        }

        foreach ((string symbol, Keyword keyword) in symbols)
        {
            if (rest.StartsWith(symbol, StringComparison.Ordinal))
            {
                source.PreviewPosition += symbol.Length;
                return new Token(keyword, source.Location, symbol, symbol);
            }
        }

        return null;
    }

    /// <summary>Whether a point begins a number: <c>.5</c>.</summary>
    private static bool IsNumber(ReadOnlySpan<char> rest) => rest is ['.', var next, ..] && char.IsAsciiDigit(next);

    /// <summary>Whether a colon begins a parameter: it does before a name, except after an operand, where only the colon of a slice can stand (<c>a[i:n]</c>).</summary>
    private static bool IsParameter(ReadOnlySpan<char> rest, ParsingContext context)
    {
        if (rest is not [':', var next, ..] || !Lexical.IsWordStart(next))
        {
            return false;
        }

        Token? previous = context.CurrentParseTree.Tokens.LastOrDefault(token => token.Category != TokenCategory.Comment);
        return previous is null || (previous.Terminal is Keyword && previous.Text.ToUpperInvariant() is not (")" or "]" or "END" or "NULL" or "TRUE" or "FALSE"));
    }
}
