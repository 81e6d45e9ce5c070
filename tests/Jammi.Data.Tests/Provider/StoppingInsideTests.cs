using System.Data.Common;
using System.Diagnostics;
using Xunit.Abstractions;

namespace Jammi.Data.Tests.Provider;

/// <summary>
/// Statements that end, but of which one step takes long: binding to a large file, sorting, hashing, making an index. Each is stopped ever later, until it comes to
/// its end, and gives then what it would have given at once.
/// </summary>
public sealed class StoppingInsideTests(ITestOutputHelper output, StoppingInsideTests.Files files) : IClassFixture<StoppingInsideTests.Files>
{
    const int Attempts = 5;
    const int Rows = 500_009;

    /// <summary>Rows of all numbers below a prime, mixed.</summary>
    const string Mixed = "(SELECT (range * 7919 + 5) % 500009 AS k FROM range(500009)) t";

    static readonly Dictionary<string, Work> Works = new()
    {
        ["CSV types"] = new("SELECT count(*) FROM read_csv('{files}/large.csv', sample => -1) LIMIT 0", null),
        ["CSV glob"] = new("SELECT max(id) FROM read_csv('{files}/many/**/*.csv')", 1L),
        ["JSON types"] = new("SELECT max(id) FROM read_json('{files}/large.jsonl', sample => -1)", Files.JsonRows - 1L),
        ["sort"] = new($"SELECT k FROM {Mixed} ORDER BY k", 0L),
        ["sort by text"] = new($"SELECT k FROM {Mixed} ORDER BY k::TEXT DESC", 99_999L),
        ["window"] = new($"SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY k) AS r FROM {Mixed}) u", (long)Rows),
        ["ordered aggregate"] = new($"SELECT length(string_agg('x', '' ORDER BY k)) FROM {Mixed}", (long)Rows),
        ["median"] = new($"SELECT median(k) FROM {Mixed}", (Rows - 1) / 2.0),
        ["median of a table"] = new("SELECT median(k) FROM mixed", (Rows - 1) / 2.0, $"CREATE TABLE mixed AS SELECT k FROM {Mixed}"),
        ["quantile of texts"] = new($"SELECT quantile_disc(k::TEXT, 0) FROM {Mixed}", "0"),
        ["join by number"] = new($"SELECT count(t.k) FROM range(10) a LEFT JOIN {Mixed} ON a.range = t.k", 10L),
        ["join by text"] = new($"SELECT count(u.k) FROM range(10) a LEFT JOIN (SELECT k::TEXT AS k FROM {Mixed}) u ON a.range::TEXT = u.k", 10L),
        ["groups"] = new($"SELECT count(*) FROM (SELECT k::TEXT, count(*) FROM {Mixed} GROUP BY 1) u", (long)Rows),
        ["groups of a table"] = new("SELECT count(*) FROM (SELECT k::TEXT, sum(k) FROM mixed GROUP BY 1) u", (long)Rows, $"CREATE TABLE mixed AS SELECT k FROM {Mixed}"),
        ["sort of a table"] = new("SELECT k FROM mixed ORDER BY k + 1", 0L, $"CREATE TABLE mixed AS SELECT k FROM {Mixed}"),
        ["unique index"] = new("CREATE UNIQUE INDEX only ON mixed (k)", null, $"CREATE TABLE mixed AS SELECT k FROM {Mixed}")
        {
            Shown = "SELECT count(*) FROM mixed WHERE k = 5",
        },
        ["full-text index"] = new("CREATE FULLTEXT INDEX ON docs (body)", null, Documents)
        {
            Shown = "SELECT count(*) FROM text_search('docs', 'word777', 5)",
            ShownValue = 1L,
        },
        ["codes of vectors"] = new($"SELECT id FROM items ORDER BY v <=> {Vector("777")} LIMIT 1", 777L, $"CREATE TABLE items AS SELECT range AS id, {Vector("range")} AS v FROM range(50000)"),
    };

    const string Documents = "CREATE TABLE docs AS SELECT range AS id, 'word' || range || ' a' || (range % 1000) || ' b' || (range % 977) || ' of many words in a text' AS body FROM range(60000)";

    public static TheoryData<string, int> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, int>();
            foreach (string kind in Works.Keys)
            {
                kinds.Add(kind, 1);
                kinds.Add(kind, 4);
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_is_stopped_wherever_it_is_and_then_runs_to_its_end(string kind, int threads)
    {
        var delays = new List<double>();

        // On a machine under load the first stop may come when all is done: then it says nothing.
        for (int attempt = 0; delays.Count == 0 && attempt < Attempts; attempt++)
        {
            await RunToTheEnd(Works[kind], threads, delays);
        }

        Assert.NotEmpty(delays);
        output.WriteLine($"{kind}, {threads} threads: stopped {delays.Count} times; ended at most {delays.Max():0} ms after it was stopped, {delays.Order().ElementAt(delays.Count / 2):0} ms in the median");
    }

    async Task RunToTheEnd(Work work, int threads, List<double> delays)
    {
        await using DbConnection connection = JammiProviderFactory.Instance.CreateConnection()!;
        connection.ConnectionString = $"Data Source=:memory:;Threads={threads}";
        await connection.OpenAsync();
        if (work.Before is { } before)
        {
            await Run(connection, before, CancellationToken.None);
        }

        string sql = work.Sql.Replace("{files}", files.Folder, StringComparison.Ordinal);
        bool ended = false;
        for (double after = 1; !ended; after *= 1.7)
        {
            using var stop = new LateStop(TimeSpan.FromMilliseconds(after));
            try
            {
                Assert.Equal(work.Value, await Run(connection, sql, stop.Token));
                ended = true;
            }
            catch (OperationCanceledException error)
            {
                delays.Add(stop.Since.TotalMilliseconds);
                Assert.Equal(stop.Token, error.CancellationToken);
            }
        }

        if (work.Shown is { } shown)
        {
            Assert.Equal(work.ShownValue, await Run(connection, shown, CancellationToken.None));
        }
    }

    static async Task<object?> Run(DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellation);
    }

    static string Vector(string number) => "[" + string.Join(", ", Enumerable.Range(1, 64).Select(i => $"sin(({number} + 1) * {i}.1)")) + "]::VECTOR(64)";

    /// <param name="Sql"><c>{files}</c> stands for the folder of the files.</param>
    /// <param name="Value">The first value of its result.</param>
    /// <param name="Before">What makes its table.</param>
    sealed record Work(string Sql, object? Value, string? Before = null)
    {
        /// <summary>A query that shows what the statement did.</summary>
        public string? Shown { get; init; }

        public object? ShownValue { get; init; } = 1L;
    }

    /// <summary>Sets a token after a time, from a thread of its own: timers wait for the thread pool, which other tests keep busy.</summary>
    sealed class LateStop : IDisposable
    {
        readonly CancellationTokenSource source = new();
        readonly ManualResetEventSlim over = new();
        readonly Thread thread;
        long stopped;

        public LateStop(TimeSpan after)
        {
            thread = new Thread(() =>
            {
                if (!over.Wait(after))
                {
                    stopped = Stopwatch.GetTimestamp();
                    source.Cancel();
                }
            });
            thread.Start();
        }

        public CancellationToken Token => source.Token;

        /// <summary>The time since it stopped the work.</summary>
        public TimeSpan Since => Stopwatch.GetElapsedTime(stopped);

        public void Dispose()
        {
            over.Set();
            thread.Join();
            over.Dispose();
            source.Dispose();
        }
    }

    /// <summary>Files that take long to be looked at.</summary>
    public sealed class Files : IDisposable
    {
        public const int JsonRows = 150_000;

        public Files()
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllLines(Path.Combine(Folder, "large.csv"), Enumerable.Range(0, 200_000).Select(i => $"{i},name {i},{i * 0.5},{i}").Prepend("id,name,price,size"));
            File.WriteAllLines(Path.Combine(Folder, "large.jsonl"), Enumerable.Range(0, JsonRows).Select(i => $$"""{"id": {{i}}, "name": "name {{i}}", "price": {{i}}.5}"""));
            for (int folder = 0; folder < 300; folder++)
            {
                string path = Directory.CreateDirectory(Path.Combine(Folder, "many", $"{folder}")).FullName;
                File.WriteAllText(Path.Combine(path, "a.csv"), "id,name\n1,x\n");
                File.WriteAllText(Path.Combine(path, "b.csv"), "id,name\n1,x\n");
            }
        }

        public string Folder { get; } = Path.Combine(Path.GetTempPath(), "stopping-" + Guid.NewGuid().ToString("N"));

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
