namespace Jammi.Sql.Syntax.Terminals;

/// <summary>Text between quotes in which a doubled quote means one.</summary>
internal static class QuotedText
{
    /// <summary>The end, behind the closing quote, of the quoted text that starts here; -1 where it is never closed.</summary>
    public static int End(string text, int start, char quote)
    {
        int position = start + 1;
        while (true)
        {
            int next = text.AsSpan(position).IndexOf(quote);
            if (next < 0)
            {
                return -1;
            }

            position += next + 1;
            if (position >= text.Length || text[position] != quote)
            {
                return position;
            }

            position++;
        }
    }

    public static string Unquote(ReadOnlySpan<char> quoted, char quote)
    {
        ReadOnlySpan<char> inner = quoted[1..^1];
        string result = inner.ToString();
        return inner.Contains(quote) ? result.Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal) : result;
    }
}
