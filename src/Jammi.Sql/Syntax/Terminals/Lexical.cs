using System.Text;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>The characters of SQL: white space, words and comments. Positions are UTF-16 offsets.</summary>
internal static class Lexical
{
    private const char ByteOrderMark = '\uFEFF';
    private const char ZeroWidthSpace = '\u200B';

    /// <summary>White space is what Unicode calls so, plus the byte order mark and the zero width space that editors and chats leave behind.</summary>
    public static bool IsBlank(char c) => c is ' ' or '\n' or '\r' or '\t' or ByteOrderMark or ZeroWidthSpace || char.IsWhiteSpace(c);

    public static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_' || (c > '\x7F' && char.IsLetter(c));

    public static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || (c > '\x7F' && (char.IsLetterOrDigit(c) || IsMark(c)));

    /// <summary>The end of the word that starts here; the start itself where none does.</summary>
    public static int EndOfWord(string text, int start)
    {
        int position = start;
        while (position < text.Length)
        {
            char c = text[position];
            if (position == start ? IsWordStart(c) : IsWordPart(c))
            {
                position++;
            }
            else if (char.IsHighSurrogate(c) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1])
                && (Rune.IsLetter(new Rune(c, text[position + 1])) || (position > start && Rune.IsLetterOrDigit(new Rune(c, text[position + 1])))))
            {
                position += 2;
            }
            else
            {
                break;
            }
        }

        return position;
    }

    public static int SkipBlanks(string text, int position)
    {
        while (position < text.Length && IsBlank(text[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>The next position that is neither white space nor comment. An unterminated comment is left where it starts.</summary>
    public static int SkipBlanksAndComments(string text, int position)
    {
        while (true)
        {
            position = SkipBlanks(text, position);
            int end = EndOfComment(text, position);
            if (end <= position)
            {
                return position;
            }

            position = end;
        }
    }

    /// <summary>The end of the comment that starts here: the same position where none does, -1 where it is never closed. Block comments nest.</summary>
    public static int EndOfComment(string text, int position)
    {
        if (position + 1 >= text.Length)
        {
            return position;
        }

        if (text[position] == '-' && text[position + 1] == '-')
        {
            int lineEnd = text.AsSpan(position).IndexOfAny('\n', '\r');
            return lineEnd < 0 ? text.Length : position + lineEnd;
        }

        return text[position] == '/' && text[position + 1] == '*' ? EndOfBlockComment(text, position) : position;
    }

    private static int EndOfBlockComment(string text, int start)
    {
        int depth = 0;
        int position = start;
        while (true)
        {
            int next = text.AsSpan(position).IndexOfAny('*', '/');
            if (next < 0 || position + next + 1 >= text.Length)
            {
                return -1;
            }

            position += next;
            if (text[position] == '/' && text[position + 1] == '*')
            {
                depth++;
                position += 2;
            }
            else if (text[position] == '*' && text[position + 1] == '/')
            {
                position += 2;
                if (--depth == 0)
                {
                    return position;
                }
            }
            else
            {
                position++;
            }
        }
    }

    private static bool IsMark(char c) => char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark
        or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.ConnectorPunctuation;
}
