using System.Globalization;
using System.Text;
using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary><c>'it''s'</c>, <c>E'a\n\u00e9'</c> and <c>$tag$ … $tag$</c>. The token's value is the text.</summary>
internal sealed class StringTerminal : Terminal
{
    public StringTerminal()
        : base("a string", TokenCategory.Content)
    {
        Priority = TerminalPriority.High;
    }

    public override IList<string> GetFirsts() => ["'", "e'", "E'", "$"];

    public override Token? TryMatch(ParsingContext context, ISourceStream source)
    {
        string text = source.Text;
        int start = source.PreviewPosition;
        return text[start] switch
        {
            '\'' => Plain(source, text, start),
            '$' => DollarQuoted(source, text, start),
            _ => Escaped(source, text, start),
        };
    }

    private static SqlException NeverClosed(string text, int start, string end) =>
        SourceExcerpt.SyntaxError(text, start, 1, $"this string is never closed by {end}");

    private Token Plain(ISourceStream source, string text, int start)
    {
        int end = QuotedText.End(text, start, '\'');
        if (end < 0)
        {
            throw NeverClosed(text, start, "a single quote");
        }

        return Match(source, start, end, QuotedText.Unquote(text.AsSpan(start, end - start), '\''));
    }

    private Token? DollarQuoted(ISourceStream source, string text, int start)
    {
        int tagEnd = start + 1;
        while (tagEnd < text.Length && text[tagEnd] != '$' && (tagEnd == start + 1 ? Lexical.IsWordStart(text[tagEnd]) : Lexical.IsWordPart(text[tagEnd])))
        {
            tagEnd++;
        }

        if (tagEnd >= text.Length || text[tagEnd] != '$')
        {
            return null;
        }

        string tag = text[start..(tagEnd + 1)];
        int close = text.IndexOf(tag, tagEnd + 1, StringComparison.Ordinal);
        return close >= 0 ? Match(source, start, close + tag.Length, text[(tagEnd + 1)..close]) : throw NeverClosed(text, start, tag);
    }

    private Token? Escaped(ISourceStream source, string text, int start)
    {
        if (start + 1 >= text.Length || text[start + 1] != '\'')
        {
            return null;
        }

        var value = new StringBuilder();
        int position = start + 2;
        while (position < text.Length)
        {
            char c = text[position];
            if (c == '\'')
            {
                if (position + 1 >= text.Length || text[position + 1] != '\'')
                {
                    return Match(source, start, position + 1, value.ToString());
                }

                value.Append(c);
                position += 2;
            }
            else if (c == '\\' && position + 1 < text.Length)
            {
                position = AppendEscape(value, text, position);
            }
            else
            {
                value.Append(c);
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

    private Token Match(ISourceStream source, int start, int end, string value)
    {
        source.PreviewPosition = end;
        return new Token(this, source.Location, source.Text[start..end], value);
    }
}
