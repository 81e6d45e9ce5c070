using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Jammi.Benchmarks.TextSearch;

/// <summary>Full-text search through ADO.NET beside SQLite's FTS5, on made-up documents, both in one run and in turn.</summary>
static class TextBenchmark
{
    const int HitsToCompare = 5;

    public static Command Create()
    {
        var documents = new Option<int>("--documents") { Description = "How many documents.", DefaultValueFactory = _ => 100_000 };
        var queries = new Option<int>("--queries") { Description = "How many queries of each kind.", DefaultValueFactory = _ => 50 };
        var command = new Command("text", "text_search beside SQLite's FTS5: building the index, its size, and queries of several kinds.") { documents, queries };
        command.SetAction(line => Run(line.GetValue(documents), line.GetValue(queries)));
        return command;
    }

    static void Run(int documents, int queries)
    {
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors");
        var corpus = new Corpus(documents);
        using var place = new Workplace();
        using var jammi = new JammiTextEngine(place["t.jammi"]);
        using var sqlite = new SqliteTextEngine(place["t.sqlite"]);

        // Compiles what loading and indexing run through.
        var small = new Corpus(2_000);
        using (var first = new JammiTextEngine(place["warm.jammi"]))
        {
            first.Load(small.Documents);
            first.Index();
        }

        var build = new MarkdownTable("engine", "load, s", "index, s", "index, s of processor", "index, bytes a document");
        foreach (TextEngine engine in (TextEngine[])[jammi, sqlite])
        {
            double load = Measure.Once(() => engine.Load(corpus.Documents)) / 1e3;
            TimeSpan before = Environment.CpuUsage.TotalTime;
            double index = Measure.Once(engine.Index) / 1e3;
            build.Add(engine.Name, load, index, (Environment.CpuUsage.TotalTime - before).TotalSeconds, engine.IndexBytes / (double)documents);
        }

        build.Print($"Index of {documents:N0} documents of {Corpus.Words} words");
        var table = new MarkdownTable("query", "rows that match", "Jammi, ms", "FTS5, ms", "ratio");
        foreach (QueryKind kind in corpus.Kinds(queries))
        {
            Compare(jammi, sqlite, kind);
            (Measure.Times ours, Measure.Times theirs, double ratio) = Timed(jammi, sqlite, kind);
            table.Add(kind.Name, kind.Queries.Take(HitsToCompare).Average(q => (double)jammi.Count(q.Jammi, kind.Filter)), ours.Median, theirs.Median, ratio);
        }

        table.Print("The 10 best documents, median of all queries");
    }

    static (Measure.Times, Measure.Times, double) Timed(TextEngine jammi, TextEngine sqlite, QueryKind kind)
    {
        int at = 0;
        int other = 0;
        return Measure.InTurn(
            kind.Queries.Count,
            () => jammi.Best(kind.Queries[at++ % kind.Queries.Count].Jammi, kind.Filter),
            () => sqlite.Best(kind.Queries[other++ % kind.Queries.Count].Fts5, kind.Filter),
            warmUp: kind.Queries.Count);
    }

    /// <summary>Both must find the same rows, or the times would say nothing.</summary>
    static void Compare(TextEngine jammi, TextEngine sqlite, QueryKind kind)
    {
        foreach ((string ours, string theirs) in kind.Queries.Take(HitsToCompare))
        {
            (long mine, long peer) = (jammi.Count(ours, kind.Filter), sqlite.Count(theirs, kind.Filter));
            if (mine != peer)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{kind.Name}: Jammi finds {mine} rows for {ours}, FTS5 {peer} for {theirs}."));
            }
        }
    }
}

/// <summary>Queries of one kind, each as both engines write it.</summary>
/// <param name="Filter">Whether only one document in ten may be found.</param>
sealed record QueryKind(string Name, bool Filter, IReadOnlyList<(string Jammi, string Fts5)> Queries);
