using System.Text;
using System.Text.RegularExpressions;

namespace Jammi.Sql.Functions.Text;

/// <summary>What regexp_replace puts in: text with <c>\1</c> … <c>\9</c> for groups and <c>\&amp;</c> or <c>\0</c> for the whole match.</summary>
internal static class RegexReplacement
{
    public static void Append(StringBuilder target, string replacement, Match match)
    {
        for (int i = 0; i < replacement.Length; i++)
        {
            char next = replacement[i] == '\\' && i + 1 < replacement.Length ? replacement[i + 1] : '\0';
            if (next == '\0')
            {
                target.Append(replacement[i]);
                continue;
            }

            i++;
            if (char.IsAsciiDigit(next))
            {
                target.Append(match.Groups[next - '0'].ValueSpan);
            }
            else if (next == '&')
            {
                target.Append(match.ValueSpan);
            }
            else
            {
                target.Append(next == '\\' ? "\\" : $"\\{next}");
            }
        }
    }

    public static string Replace(Regex regex, string text, string replacement, bool all)
    {
        Match match = regex.Match(text);
        if (!match.Success)
        {
            return text;
        }

        var result = new StringBuilder(text.Length + replacement.Length);
        int at = 0;
        do
        {
            result.Append(text, at, match.Index - at);
            Append(result, replacement, match);
            at = match.Index + match.Length;
            match = match.NextMatch();
        }
        while (all && match.Success);

        return result.Append(text, at, text.Length - at).ToString();
    }
}
