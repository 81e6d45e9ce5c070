using System.Text;

namespace Jammi.Sql.Functions.Text;

/// <summary>How different two texts are, by characters.</summary>
internal static class TextDistances
{
    public static int[] Characters(ReadOnlySpan<byte> text)
    {
        int[] characters = new int[Utf8.Count(text)];
        for (int i = 0; i < characters.Length; i++)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out int width);
            characters[i] = rune.Value;
            text = text[width..];
        }

        return characters;
    }

    /// <summary>The least number of characters to insert, delete or replace.</summary>
    public static int Levenshtein(int[] a, int[] b)
    {
        int[] last = new int[b.Length + 1];
        int[] current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            current[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            (last, current) = (current, last);
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(last[j], current[j - 1]) + 1);
            }
        }

        return current[b.Length];
    }

    /// <summary>Levenshtein's distance with the exchange of two neighbours as one more step, between which others may be inserted (Lowrance and Wagner 1975).</summary>
    public static int DamerauLevenshtein(int[] a, int[] b)
    {
        // Row and column 0 are a border that no exchange crosses; the texts begin at 1, their empty beginnings at row and column 1.
        int[,] costs = new int[a.Length + 2, b.Length + 2];
        int border = a.Length + b.Length;
        costs[0, 0] = border;
        for (int i = 0; i <= a.Length; i++)
        {
            (costs[i + 1, 0], costs[i + 1, 1]) = (border, i);
        }

        for (int j = 0; j <= b.Length; j++)
        {
            (costs[0, j + 1], costs[1, j + 1]) = (border, j);
        }

        var lastRow = new Dictionary<int, int>();
        for (int i = 1; i <= a.Length; i++)
        {
            int lastColumn = 0;
            for (int j = 1; j <= b.Length; j++)
            {
                int row = lastRow.GetValueOrDefault(b[j - 1]);
                int column = lastColumn;
                bool same = a[i - 1] == b[j - 1];
                lastColumn = same ? j : lastColumn;
                int replaced = costs[i, j] + (same ? 0 : 1);
                int exchanged = costs[row, column] + (i - row - 1) + 1 + (j - column - 1);
                costs[i + 1, j + 1] = Math.Min(Math.Min(replaced, exchanged), Math.Min(costs[i + 1, j], costs[i, j + 1]) + 1);
            }

            lastRow[a[i - 1]] = i;
        }

        return costs[a.Length + 1, b.Length + 1];
    }

    /// <summary>The number of places at which texts of one length differ.</summary>
    public static int Hamming(int[] a, int[] b)
    {
        if (a.Length != b.Length)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"hamming compares texts of one length; these have {a.Length} and {b.Length} characters.");
        }

        int different = 0;
        for (int i = 0; i < a.Length; i++)
        {
            different += a[i] != b[i] ? 1 : 0;
        }

        return different;
    }

    /// <summary>Characters that both have, divided by characters that either has; 1 for two empty texts.</summary>
    public static double Jaccard(int[] a, int[] b)
    {
        var first = new HashSet<int>(a);
        var second = new HashSet<int>(b);
        int common = first.Count(second.Contains);
        int all = first.Count + second.Count - common;
        return all == 0 ? 1 : (double)common / all;
    }

    /// <summary>Jaro's similarity: characters that match within half the longer length, and how many of them are out of order.</summary>
    public static double Jaro(int[] a, int[] b)
    {
        if (a.Length == 0 && b.Length == 0)
        {
            return 1;
        }

        int window = Math.Max((Math.Max(a.Length, b.Length) / 2) - 1, 0);
        var taken = new bool[b.Length];
        var matches = new List<int>();
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = Math.Max(0, i - window); j < Math.Min(b.Length, i + window + 1); j++)
            {
                if (!taken[j] && a[i] == b[j])
                {
                    taken[j] = true;
                    matches.Add(a[i]);
                    break;
                }
            }
        }

        if (matches.Count == 0)
        {
            return 0;
        }

        int next = 0;
        int swapped = 0;
        for (int j = 0; j < b.Length; j++)
        {
            if (taken[j])
            {
                swapped += b[j] != matches[next++] ? 1 : 0;
            }
        }

        double m = matches.Count;
        return ((m / a.Length) + (m / b.Length) + ((m - (swapped / 2)) / m)) / 3;
    }

    /// <summary>Winkler's addition to Jaro: texts that begin alike, up to four characters, are nearer.</summary>
    public static double JaroWinkler(int[] a, int[] b)
    {
        const double Weight = 0.1;
        const double Threshold = 0.7;
        double jaro = Jaro(a, b);
        int prefix = Math.Min(4, a.AsSpan().CommonPrefixLength(b));
        return jaro > Threshold ? jaro + (prefix * Weight * (1 - jaro)) : jaro;
    }
}
