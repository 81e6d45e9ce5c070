using System.Globalization;
using Jammi.Sql;

namespace Jammi.Data;

/// <summary>Shows a place of a command's text: line, column, and the line itself with a caret below.</summary>
static class SourceText
{
    const int LongestLine = 160;

    public static (string Message, int Line, int Column) Locate(string message, SourcePosition position, string? text)
    {
        if (!position.IsKnown || text is null || position.Offset > text.Length)
        {
            return (message, 0, 0);
        }

        int start = position.Offset == 0 ? 0 : text.LastIndexOf('\n', position.Offset - 1) + 1;
        int end = text.IndexOf('\n', position.Offset);
        end = end < 0 ? text.Length : end;
        int line = 1 + text.AsSpan(0, start).Count('\n');
        int column = position.Offset - start + 1;
        if (message.Contains('\n', StringComparison.Ordinal))
        {
            // The parser draws its own caret.
            return (message, line, column);
        }

        string shown = text[start..end].TrimEnd('\r').Replace('\t', ' ');
        int caret = column - 1;
        if (shown.Length > LongestLine)
        {
            int from = Math.Clamp(caret - (LongestLine / 2), 0, shown.Length - LongestLine);
            shown = shown.Substring(from, LongestLine);
            caret -= from;
        }

        int length = Math.Clamp(position.Length, 1, Math.Max(1, shown.Length - caret));
        return (
            string.Create(CultureInfo.InvariantCulture, $"{message} (line {line}, column {column})\n  {shown}\n  {new string(' ', Math.Max(0, caret))}{new string('^', length)}"),
            line,
            column);
    }
}
