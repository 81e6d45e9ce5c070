using System.Text;
using System.Text.RegularExpressions;

namespace Jammi.Sql.Functions.Text;

/// <summary>Regular expressions of queries: matched in linear time wherever the expression allows it, so that no pattern can hang a query.</summary>
internal static class RegularExpressions
{
    /// <summary>Compiled expressions are kept, because a query asks for the same one with every batch.</summary>
    const int Kept = 256;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    static readonly Lock Gate = new();
    static readonly Dictionary<(string Pattern, RegexOptions Options), Regex> Compiled = [];

    /// <exception cref="SqlException">The pattern is not a regular expression.</exception>
    public static Regex Compile(string pattern, RegexOptions options)
    {
        lock (Gate)
        {
            if (Compiled.TryGetValue((pattern, options), out Regex? known))
            {
                return known;
            }
        }

        Regex regex = Create(pattern, options);
        lock (Gate)
        {
            if (Compiled.Count >= Kept)
            {
                Compiled.Clear();
            }

            Compiled[(pattern, options)] = regex;
        }

        return regex;
    }

    static Regex Create(string pattern, RegexOptions options)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            // Backreferences and lookarounds need the backtracking engine.
            return new Regex(pattern, options | RegexOptions.CultureInvariant, Patience);
        }
        catch (RegexParseException error)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"'{pattern}' is not a regular expression: {error.Message}", error);
        }
    }

    /// <summary>The regular expression of a SIMILAR TO pattern: % and _ are wild, the other metacharacters are as in POSIX, and all of the text must match.</summary>
    public static string FromSimilar(string pattern, Rune? escape)
    {
        var regex = new StringBuilder(@"\A(?:");
        bool inSet = false;
        bool escaped = false;
        foreach (Rune rune in pattern.EnumerateRunes())
        {
            string text = rune.ToString();
            if (escaped)
            {
                regex.Append(Regex.Escape(text));
                escaped = false;
                continue;
            }

            if (rune == escape)
            {
                escaped = true;
                continue;
            }

            inSet = rune.Value == '[' || (inSet && rune.Value != ']');
            regex.Append(rune.Value switch
            {
                '%' when !inSet => ".*",
                '_' when !inSet => ".",
                '.' or '^' or '$' or '\\' when !inSet => "\\" + text,
                '\\' => @"\\",
                _ => text,
            });
        }

        return regex.Append(@")\z").ToString();
    }

    /// <summary>The regular expression of a file pattern.</summary>
    public static string FromGlob(string pattern)
    {
        var regex = new StringBuilder(@"\A");
        bool inSet = false;
        foreach (char c in pattern)
        {
            regex.Append(c switch
            {
                ']' when inSet => "]",
                '!' or '^' when inSet && regex[^1] == '[' => "^",
                _ when inSet => c is '\\' or '[' ? "\\" + c : c.ToString(),
                '*' => ".*",
                '?' => ".",
                '[' => "[",
                _ => Regex.Escape(c.ToString()),
            });
            inSet = c == '[' || (inSet && c != ']');
        }

        return regex.Append(@"\z").ToString();
    }
}
