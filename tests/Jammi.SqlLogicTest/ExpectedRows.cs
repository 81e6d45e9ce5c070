using System.Text.RegularExpressions;

namespace Jammi.SqlLogicTest;

/// <summary>Compares a result with the lines of a record: a hash, one value a line (classic), or one row a line.</summary>
static partial class ExpectedRows
{
    public static bool Match(IReadOnlyList<string> expected, QueryResult actual)
    {
        if (expected.Count == 1 && HashLine().IsMatch(expected[0]))
        {
            return expected[0] == actual.Hash();
        }

        return (expected.Count == actual.Values.Count && expected.SequenceEqual(actual.Values)) || MatchRows(expected, actual);
    }

    static bool MatchRows(IReadOnlyList<string> expected, QueryResult actual)
    {
        if (expected.Count != actual.Rows)
        {
            return false;
        }

        for (int row = 0; row < expected.Count; row++)
        {
            if (!Fields(expected[row], actual.Columns).SequenceEqual(actual.Values.Skip(row * actual.Columns).Take(actual.Columns)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Columns are apart by tabs, or by two blanks or more; by one where no value holds a blank.</summary>
    static string[] Fields(string line, int columns)
    {
        string[] fields = line.Contains('\t', StringComparison.Ordinal) ? line.Split('\t') : WideGap().Split(line.Trim());
        return fields.Length == columns || columns == 1 ? fields : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"^\d+ values hashing to [0-9a-f]{32}$")]
    private static partial Regex HashLine();

    [GeneratedRegex("  +")]
    private static partial Regex WideGap();
}
