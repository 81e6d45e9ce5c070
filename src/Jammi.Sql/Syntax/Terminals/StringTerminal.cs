using System.Globalization;
using System.Text;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary><c>'it''s'</c>, <c>E'a\n\u00e9'</c> and <c>$tag$ … $tag$</c>. The token's value is the text.</summary>
internal sealed class StringTerminal() : SqlTerminal("a string")
{
    public override int Match(string text, int start, out object? value)
    {
        return text[start] switch
        {
            '\'' => Plain(text, start, out value),
            '$' => DollarQuoted(text, start, out value),
            _ => Escaped(text, start, out value),
        };
    }

    private static SqlException NeverClosed(string text, int start, string end) =>
        SourceExcerpt.SyntaxError(text, start, 1, $"this string is never closed by {end}");

    private static int Plain(string text, int start, out object? value)
    {
        int end = QuotedText.End(text, start, '\'');
        if (end < 0)
        {
            throw NeverClosed(text, start, "a single quote");
        }

        value = QuotedText.Unquote(text.AsSpan(start, end - start), '\'');
        return end;
    }

    private static int DollarQuoted(string text, int start, out object? value)
    {
        int tagEnd = start + 1;
        while (tagEnd < text.Length && text[tagEnd] != '$' && (tagEnd == start + 1 ? Lexical.IsWordStart(text[tagEnd]) : Lexical.IsWordPart(text[tagEnd])))
        {
            tagEnd++;
        }

        if (tagEnd >= text.Length || text[tagEnd] != '$')
        {
            value = null;
            return start;
        }

        string tag = text[start..(tagEnd + 1)];
        int close = text.IndexOf(tag, tagEnd + 1, StringComparison.Ordinal);
        value = close >= 0 ? text[(tagEnd + 1)..close] : throw NeverClosed(text, start, tag);
        return close + tag.Length;
    }

    private static int Escaped(string text, int start, out object? value)
    {
        var unescaped = new StringBuilder();
        int position = start + 2;
        while (position < text.Length)
        {
            char c = text[position];
            if (c == '\'')
            {
                if (position + 1 >= text.Length || text[position + 1] != '\'')
                {
                    value = unescaped.ToString();
                    return position + 1;
                }

                unescaped.Append(c);
                position += 2;
            }
            else if (c == '\\' && position + 1 < text.Length)
            {
                position = AppendEscape(unescaped, text, position);
            }
            else
            {
                unescaped.Append(c);
                position++;
            }
        }

        throw NeverClosed(text, start, "a single quote");
    }

    /// <summary>Appends what the backslash at <paramref name="position"/> stands for; returns the position behind it.</summary>
    private static int AppendEscape(StringBuilder value, string text, int position)
    {
        char kind = text[position + 1];
        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0)
        {
            value.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', '0' => '\0', _ => kind });
            return position + 2;
        }

        int end = position + 2 + digits;
        if (end > text.Length
            || !uint.TryParse(text.AsSpan(position + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || !Rune.IsValid(code))
        {
            throw SourceExcerpt.SyntaxError(text, position, 2, $"\\{kind} needs {digits} hexadecimal digits of a Unicode character");
        }

        value.Append(new Rune(code).ToString());
        return end;
    }
}
