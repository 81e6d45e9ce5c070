using System.Diagnostics;
using System.Globalization;
using Jammi.Data;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>
/// Searches a table that <c>open --keep</c> has made, each way of searching for some seconds: for a profile, and to compare two builds in turn on a busy machine, where the fastest searches say most.
/// </summary>
static class RepeatedSearches
{
    const double WarmUpShare = 0.5;
    const string NotExact = "exact => false";
    const string Exact = "exact => true";

    public static void Run(string folder, int seconds)
    {
        float[][] queries = OpeningCost.ReadQueries(folder);
        using var connection = new JammiConnection($"Data Source={Path.Combine(folder, "items.jammi")}");
        connection.Open();
        Console.WriteLine($"{Environment.ProcessorCount} processors");
        foreach ((string name, string sql) in Cases())
        {
            using JammiCommand command = connection.CreateCommand();
            command.Parameters.Add(new JammiParameter("q", queries[0]));
            command.CommandText = sql;
            Measure(command, queries, seconds * WarmUpShare);
            Console.WriteLine($"{name}: {Measure(command, queries, seconds)}{Recall(command, queries)}");
        }
    }

    static IEnumerable<(string Name, string Sql)> Cases()
    {
        foreach (string selectivity in (string[])["1", "0.5", "0.1", "0.01", "0.001"])
        {
            string filter = selectivity == "1" ? string.Empty : $", filter => 'price < {selectivity}'";
            string where = selectivity == "1" ? string.Empty : $"WHERE price < {selectivity}";
            yield return ($"vector_search, {selectivity}", $"SELECT id, similarity FROM vector_search('items', @q, {Workload.K}, {NotExact}{filter})");
            yield return ($"exact, {selectivity}", $"SELECT id, similarity FROM vector_search('items', @q, {Workload.K}, {Exact}{filter})");
            yield return ($"ORDER BY, {selectivity}", $"SELECT id, cosine_similarity(v, @q) AS similarity FROM items {where} ORDER BY similarity DESC LIMIT {Workload.K}");
        }
    }

    static string Measure(JammiCommand command, float[][] queries, double seconds)
    {
        var times = new List<double>();
        Measurement all = Measurement.Of(() =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
            {
                command.Parameters[0].Value = queries[i % queries.Length];
                long began = Stopwatch.GetTimestamp();
                Engines.ReadIds(command);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        });
        times.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"at least {times[0]:0.000}, p5 {times[times.Count / 20]:0.000}, median {times[times.Count / 2]:0.000} ms; processors {all.Cpu.TotalMilliseconds / times.Count:0.000} ms");
    }

    /// <summary>Of a search that is not exact: the share of the rows that the exact one finds.</summary>
    static string Recall(JammiCommand command, float[][] queries)
    {
        string sql = command.CommandText;
        if (!sql.Contains(NotExact, StringComparison.Ordinal))
        {
            return string.Empty;
        }

        int hits = 0;
        foreach (float[] query in queries)
        {
            command.Parameters[0].Value = query;
            command.CommandText = sql;
            List<long> found = Engines.ReadIds(command);
            command.CommandText = sql.Replace(NotExact, Exact, StringComparison.Ordinal);
            hits += found.Intersect(Engines.ReadIds(command)).Count();
        }

        return string.Create(CultureInfo.InvariantCulture, $"; recall {hits / (double)(queries.Length * Workload.K):0.0000}");
    }
}
