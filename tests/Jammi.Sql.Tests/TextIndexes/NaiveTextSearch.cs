namespace Jammi.Sql.Tests.TextIndexes;

/// <summary>BM25 by its formula, over texts of words in small letters between blanks: what the search is compared with.</summary>
static class NaiveTextSearch
{
    /// <summary>A query: what it is in words, which rows it matches, and how many times each of its scored phrases is in a row.</summary>
    internal sealed record Query(string Text, Func<string[][], bool> Matches, IReadOnlyList<Func<string[][], int>> Scored);

    public static Query Phrase(string text, params string[] terms)
    {
        int Count(string[][] row) => row.Sum(column => Enumerable.Range(0, Math.Max(0, column.Length - terms.Length + 1)).Count(at => terms.Select((t, i) => Stands(column[at + i], t)).All(x => x)));
        return new(text, row => Count(row) > 0, [Count]);
    }

    public static Query Any(Query a, Query b, string between = " OR ") => new($"({a.Text}{between}{b.Text})", row => a.Matches(row) || b.Matches(row), [.. a.Scored, .. b.Scored]);

    public static Query All(Query a, Query b) => new($"({a.Text} AND {b.Text})", row => a.Matches(row) && b.Matches(row), [.. a.Scored, .. b.Scored]);

    public static Query Without(Query a, Query b, string not) => new($"({a.Text} {not}{b.Text})", row => a.Matches(row) && !b.Matches(row), a.Scored);

    /// <summary>All matching rows with their scores, best first.</summary>
    public static List<(long Id, double Score)> Search(IReadOnlyDictionary<long, (string? Title, string? Body)> rows, Query query, Func<long, bool>? filter)
    {
        Dictionary<long, string[][]> words = rows.ToDictionary(r => r.Key, r => new[] { Words(r.Value.Title), Words(r.Value.Body) });
        double average = rows.Count == 0 ? 0 : words.Values.Average(w => w.Sum(c => c.Length));
        double[] weights = [.. query.Scored.Select(count => words.Values.Count(w => count(w) > 0)).Select(n => Math.Log(1 + ((rows.Count - n + 0.5) / (n + 0.5))))];
        return
        [
            .. words
                .Where(w => query.Matches(w.Value) && (filter is null || filter(w.Key)))
                .Select(w => (w.Key, query.Scored.Select((count, i) => Part(weights[i], count(w.Value), w.Value.Sum(c => c.Length), average)).Sum()))
                .OrderByDescending(r => r.Item2),
        ];
    }

    static double Part(double weight, int count, int length, double average) => count == 0 ? 0 : weight * count * 2.2 / (count + (1.2 * (0.25 + (0.75 * length / average))));

    static string[] Words(string? text) => text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    static bool Stands(string word, string term) => term.EndsWith('*') ? word.StartsWith(term[..^1], StringComparison.Ordinal) : word == term;
}
