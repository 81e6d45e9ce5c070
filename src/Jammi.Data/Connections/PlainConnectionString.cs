namespace Jammi.Data;

/// <summary>
/// Reads connection strings without quotes and escapes, as most are. The framework reads them all, but its patterns take ten milliseconds of the first opening of a process.
/// </summary>
static class PlainConnectionString
{
    /// <summary>The texts by keyword as it is written; null for a string that is not plain, which says nothing about whether it is valid.</summary>
    public static Dictionary<string, string>? TryRead(string connectionString)
    {
        var texts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        ReadOnlySpan<char> rest = connectionString;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf(';');
            ReadOnlySpan<char> pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            int equals = pair.IndexOf('=');
            if (pair.Trim(' ').IsEmpty)
            {
                continue;
            }

            ReadOnlySpan<char> keyword = equals < 0 ? [] : pair[..equals].Trim(' ');
            ReadOnlySpan<char> text = equals < 0 ? [] : pair[(equals + 1)..].Trim(' ');
            if (!IsPlain(keyword) || !IsPlain(text))
            {
                return null;
            }

            texts[keyword.ToString()] = text.ToString();
        }

        return texts;
    }

    static bool IsPlain(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsLetterOrDigit(c) && c is not (' ' or '.' or '/' or '\\' or ':' or '-' or '_' or '|' or '@' or '~' or '+' or ','))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }
}
