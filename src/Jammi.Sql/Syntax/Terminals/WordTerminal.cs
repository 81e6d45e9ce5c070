using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>
/// Words: names, quoted names and keywords. A word that is reserved, or a phrase of keywords, is the keyword; another keyword is a name as well, and the parser
/// takes the keyword where it has a use for it. After a dot nothing is a keyword.
/// </summary>
internal sealed class WordTerminal(KeywordTable keywords) : Terminal("a name", TokenCategory.Content)
{
    /// <summary>The word at a place; of no length where there is none.</summary>
    public Lexeme Match(string text, int start, ParseTable table, int state)
    {
        if (text[start] == '"')
        {
            return Quoted(text, start);
        }

        int end = Lexical.EndOfWord(text, start);
        bool afterDot = start > 0 && text[start - 1] == '.';
        if (end == start || afterDot)
        {
            return new(this, start, end);
        }

        (Keyword? keyword, string spelling, bool isPhrase) = keywords.Find(text, start, ref end, table, state);
        bool isKeyword = keyword is not null && (isPhrase || keyword.IsReserved);
        return new(isKeyword ? keyword : this, start, end) { Keyword = keyword, Spelling = spelling };
    }

    private Lexeme Quoted(string text, int start)
    {
        int end = QuotedText.End(text, start, '"');
        if (end < 0)
        {
            throw SourceExcerpt.SyntaxError(text, start, 1, "this quoted name is never closed by a \"");
        }

        return end - start > 2
            ? new(this, start, end) { Value = QuotedText.Unquote(text.AsSpan(start, end - start), '"') }
            : throw SourceExcerpt.SyntaxError(text, start, 2, "a quoted name needs at least one character");
    }
}
