using System.Globalization;
using System.Text;

namespace Jammi.Sql.Syntax;

/// <summary>Says where in a statement's text something is: line, column, and the line itself with a caret below.</summary>
internal static class SourceExcerpt
{
    /// <summary>Longest part of a line that is shown; longer lines are cut around the place.</summary>
    private const int MaximumWidth = 100;

    /// <summary>One-based line and column. A column is a Unicode character, not a UTF-16 unit.</summary>
    public static (int Line, int Column) LineAndColumn(string text, int offset)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        int line = before.Count('\n') + 1;
        ReadOnlySpan<char> start = before[(before.LastIndexOf('\n') + 1)..];
        int column = 1;
        foreach (char unit in start)
        {
            column += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return (line, column);
    }

    /// <summary><c>(line 1, column 29)</c></summary>
    public static string Place(string text, SourcePosition position)
    {
        (int line, int column) = LineAndColumn(text, position.Offset);
        return string.Create(CultureInfo.InvariantCulture, $"(line {line}, column {column})");
    }

    /// <summary>The line of the place, a line break, and a caret under each character that is meant.</summary>
    public static string CaretLines(string text, SourcePosition position)
    {
        int offset = Math.Clamp(position.Offset, 0, text.Length);
        int lineStart = offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;
        int lineEnd = text.IndexOf('\n', offset);
        lineEnd = lineEnd < 0 ? text.Length : lineEnd;
        if (lineEnd > lineStart && text[lineEnd - 1] == '\r' && lineEnd - 1 >= offset)
        {
            lineEnd--;
        }

        int shownStart = Math.Max(lineStart, offset - (MaximumWidth / 2));
        int shownEnd = Math.Min(lineEnd, shownStart + MaximumWidth);
        int meantEnd = Math.Clamp(offset + Math.Max(1, position.Length), offset, Math.Max(offset, shownEnd));

        var result = new StringBuilder();
        int indent = AppendVisible(result, text.AsSpan(shownStart, offset - shownStart), shownStart > lineStart ? "…" : "");
        int width = AppendVisible(result, text.AsSpan(offset, meantEnd - offset), "");
        AppendVisible(result, text.AsSpan(meantEnd, shownEnd - meantEnd), "");
        if (shownEnd < lineEnd)
        {
            result.Append('…');
        }

        return result.Append('\n').Append(' ', indent).Append('^', Math.Max(1, width)).ToString();
    }

    /// <summary>An error whose message ends with its place and the caret lines.</summary>
    public static SqlException Error(SqlErrorCode code, string text, SourcePosition position, string message, string detail = "") =>
        new(code, $"{message} {Place(text, position)}{detail}\n{CaretLines(text, position)}", position);

    /// <summary>A syntax error of a text that cannot be read at all, such as an unterminated string.</summary>
    public static SqlException SyntaxError(string text, int offset, int length, string message) =>
        Error(SqlErrorCode.SyntaxError, text, new SourcePosition(offset, Math.Max(1, length)), message);

    /// <summary>Appends text with control characters as blanks; returns how many characters a reader sees.</summary>
    private static int AppendVisible(StringBuilder result, ReadOnlySpan<char> text, string prefix)
    {
        result.Append(prefix);
        int seen = prefix.Length;
        foreach (char unit in text)
        {
            result.Append(char.IsControl(unit) ? ' ' : unit);
            seen += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return seen;
    }
}
