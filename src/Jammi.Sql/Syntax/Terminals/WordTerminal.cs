using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>
/// Names, quoted names and keywords. A reserved word or a phrase becomes its keyword; any other keyword stays a name that the
/// parser reads as the keyword where its state has a use for it. After a dot nothing is a keyword.
/// The value of a name's token is the name without quotes.
/// </summary>
internal sealed class WordTerminal : Terminal
{
    private readonly KeywordTable _keywords;

    public WordTerminal(KeywordTable keywords)
        : base("a name", TokenCategory.Content)
    {
        _keywords = keywords;
        Priority = TerminalPriority.Low;
    }

    /// <summary>Letters of every script start a word, so the terminal is asked for each character.</summary>
    public override IList<string>? GetFirsts() => null;

    public override Token? TryMatch(ParsingContext context, ISourceStream source)
    {
        string text = source.Text;
        int start = source.PreviewPosition;
        if (text[start] == '"')
        {
            return Quoted(source, text, start);
        }

        int end = Lexical.EndOfWord(text, start);
        if (end == start || IsLiteralPrefix(text, start, end))
        {
            return null;
        }

        bool afterDot = start > 0 && text[start - 1] == '.';
        (Keyword? keyword, string spelling, bool isPhrase) = afterDot ? default : _keywords.Find(text, start, ref end, context.CurrentParserState);
        source.PreviewPosition = end;
        string word = text[start..end];
        if (keyword is not null && (isPhrase || keyword.IsReserved))
        {
            return new Token(keyword, source.Location, word, spelling);
        }

        return new Token(this, source.Location, word, word) { KeyTerm = keyword };
    }

    /// <summary>Whether the letter belongs to the string behind it: <c>X'00'</c>, <c>E'\n'</c>.</summary>
    private static bool IsLiteralPrefix(string text, int start, int end) =>
        end - start == 1 && text[start] is 'x' or 'X' or 'e' or 'E' && end < text.Length && text[end] == '\'';

    private Token Quoted(ISourceStream source, string text, int start)
    {
        int end = QuotedText.End(text, start, '"');
        if (end < 0)
        {
            throw SourceExcerpt.SyntaxError(text, start, 1, "this quoted name is never closed by a \"");
        }

        if (end - start == 2)
        {
            throw SourceExcerpt.SyntaxError(text, start, 2, "a quoted name needs at least one character");
        }

        source.PreviewPosition = end;
        return new Token(this, source.Location, text[start..end], QuotedText.Unquote(text.AsSpan(start, end - start), '"'));
    }
}
