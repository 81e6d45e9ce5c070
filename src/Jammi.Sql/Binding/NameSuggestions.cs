namespace Jammi.Sql.Binding;

/// <summary>The nearest existing names for one that does not exist.</summary>
internal static class NameSuggestions
{
    const int MostShown = 3;

    /// <summary>A sentence to append to an error, with a leading space, or nothing when no name is near.</summary>
    public static string DidYouMean(string name, IEnumerable<string> candidates)
    {
        List<string> nearest = Nearest(name, candidates);
        return nearest.Count switch
        {
            0 => string.Empty,
            1 => $" Did you mean \"{nearest[0]}\"?",
            _ => $" Did you mean {string.Join(", ", nearest[..^1].Select(n => $"\"{n}\""))} or \"{nearest[^1]}\"?",
        };
    }

    /// <summary>Names within an edit distance of a third of the length (at least one), or that contain the name or are contained in it; nearest first.</summary>
    public static List<string> Nearest(string name, IEnumerable<string> candidates)
    {
        string wanted = name.ToLowerInvariant();
        int allowed = Math.Max(1, wanted.Length / 3);
        return candidates
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(candidate => (Name: candidate, Distance: Distance(wanted, candidate.ToLowerInvariant(), allowed)))
            .Where(c => c.Distance <= allowed)
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
            .Take(MostShown)
            .Select(c => c.Name)
            .ToList();
    }

    static int Distance(string wanted, string candidate, int allowed)
    {
        if (wanted.Length >= 3 && candidate.Length >= 3 && (candidate.Contains(wanted, StringComparison.Ordinal) || wanted.Contains(candidate, StringComparison.Ordinal)))
        {
            return Math.Min(allowed, Math.Abs(wanted.Length - candidate.Length));
        }

        return EditDistance(wanted, candidate);
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours needed (optimal string alignment).</summary>
    static int EditDistance(string left, string right)
    {
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            cost[i, 0] = i;
        }

        for (int j = 0; j <= right.Length; j++)
        {
            cost[0, j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int replace = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[left.Length, right.Length];
    }
}
