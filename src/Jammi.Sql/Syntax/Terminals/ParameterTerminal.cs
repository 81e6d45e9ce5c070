using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>
/// <c>@name</c>, <c>:name</c>, <c>$name</c>, <c>$1</c> and <c>?</c>. The token's value is the name, the one-based index, or null for <c>?</c>.
/// </summary>
internal sealed class ParameterTerminal : Terminal
{
    public ParameterTerminal()
        : base("a parameter", TokenCategory.Content)
    {
    }

    public override IList<string> GetFirsts() => ["@", ":", "$", "?"];

    public override Token? TryMatch(ParsingContext context, ISourceStream source)
    {
        string text = source.Text;
        int start = source.PreviewPosition;
        if (text[start] == '?')
        {
            source.PreviewPosition++;
            return new Token(this, source.Location, "?", null);
        }

        int end = Lexical.EndOfWord(text, start + 1);
        if (end > start + 1)
        {
            return Match(source, start, end, text[(start + 1)..end]);
        }

        return text[start] == '$' && start + 1 < text.Length && char.IsAsciiDigit(text[start + 1]) ? Positional(source, text, start) : null;
    }

    private Token Positional(ISourceStream source, string text, int start)
    {
        int end = start + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        if (!int.TryParse(text.AsSpan(start + 1, end - start - 1), out int index) || index == 0)
        {
            throw SourceExcerpt.SyntaxError(text, start, end - start, $"there is no parameter {text[start..end]}; the first one is $1");
        }

        return Match(source, start, end, index);
    }

    private Token Match(ISourceStream source, int start, int end, object value)
    {
        source.PreviewPosition = end;
        return new Token(this, source.Location, source.Text[start..end], value);
    }
}
