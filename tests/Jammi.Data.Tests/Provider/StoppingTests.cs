using System.Data.Common;
using System.Diagnostics;
using Xunit.Abstractions;

namespace Jammi.Data.Tests.Provider;

/// <summary>Long work of every kind is stopped by Cancel, by a token and by CommandTimeout, and the connection goes on.</summary>
public sealed class StoppingTests(ITestOutputHelper output) : ProviderTest
{
    static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    /// <summary>Statements that would run for minutes and more; <c>{csv}</c> stands for a large file.</summary>
    static readonly Dictionary<string, string> Endless = new()
    {
        ["scan and filter"] = "SELECT count(*) FROM range(1000000000000) WHERE range % 7 = 8",
        ["nested loop join"] = "SELECT count(*) FROM range(1000000) a JOIN range(1000000) b ON a.range < b.range * 2",
        ["cross join"] = "SELECT count(*) FROM range(1000000) a, range(1000000) b",
        ["hash join"] = "SELECT count(*) FROM (SELECT range % 10 AS k FROM range(1000000)) a JOIN (SELECT range % 10 AS k FROM range(1000000)) b ON a.k = b.k",
        ["aggregate"] = "SELECT range % 1000 AS k, count(*) FROM range(1000000000000) GROUP BY 1",
        ["sort"] = "SELECT * FROM range(1000000000000) ORDER BY range % 1000 LIMIT 5",
        ["window"] = "SELECT sum(n) OVER (ORDER BY n % 10) FROM (SELECT a.range AS n FROM range(1000000) a, range(1000000) b) t",
        ["distinct"] = "SELECT count(*) FROM (SELECT DISTINCT range % 100 FROM range(1000000000000)) t",
        ["recursion"] = "WITH RECURSIVE r AS (SELECT 1::BIGINT AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
        ["insert"] = "CREATE TEMPORARY TABLE big AS SELECT * FROM range(1000000000000) WHERE range % 7 = 8",
        ["csv"] = "SELECT count(*) FROM read_csv('{csv}') a, read_csv('{csv}') b, read_csv('{csv}') c",
    };

    static readonly string Csv = WriteCsv();

    public static TheoryData<string> Kinds => [.. Endless.Keys];

    static string Sql(string kind) => Endless[kind].Replace("{csv}", Csv, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Cancel_from_another_thread_stops_it(string kind)
    {
        using DbCommand command = Command(Sql(kind));
        long stopped = 0;
        Task<object?> running = Task.Run(command.ExecuteScalar);
        await using (new Timer(
            _ =>
            {
                Interlocked.CompareExchange(ref stopped, Stopwatch.GetTimestamp(), 0);
                command.Cancel();
            },
            null,
            UnderWay,
            UnderWay))
        {
            JammiException error = await Assert.ThrowsAsync<JammiException>(() => running.WaitAsync(Never));
            Assert.Equal("57014", error.SqlState);
            Assert.Contains("cancelled", error.Message, StringComparison.Ordinal);
        }

        Report(kind, stopped);
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_token_stops_it(string kind)
    {
        using var source = new CancellationTokenSource(UnderWay);
        long stopped = 0;
        source.Token.Register(() => stopped = Stopwatch.GetTimestamp());
        using DbCommand command = Command(Sql(kind));
        Task<object?> running = command.ExecuteScalarAsync(source.Token);
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Never));
        Assert.True(running.IsCanceled);
        Assert.Equal(source.Token, error.CancellationToken);
        Report(kind, stopped);
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void A_timeout_stops_it_and_says_so()
    {
        using DbCommand command = Command(Sql("cross join"));
        command.CommandTimeout = 1;
        JammiException error = Assert.Throws<JammiException>(() => command.ExecuteScalar());
        Assert.Equal("57014", error.SqlState);
        Assert.Contains("CommandTimeout", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void Reading_is_stopped_on_its_way()
    {
        using DbCommand command = Command("SELECT * FROM range(1000000000000)");
        using DbDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        command.Cancel();
        Assert.Throws<JammiException>(() =>
        {
            while (reader.Read())
            {
            }
        });
    }

    [Fact]
    public async Task A_token_of_ReadAsync_stops_the_read_under_way()
    {
        await using DbDataReader reader = await Command("SELECT * FROM range(1000000000000) WHERE range < 10 OR range % 7 = 8").ExecuteReaderAsync();
        using var source = new CancellationTokenSource(UnderWay);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await reader.ReadAsync(source.Token).WaitAsync(Never))
            {
            }
        });
    }

    [Fact]
    public async Task A_stopped_write_leaves_nothing()
    {
        Run("CREATE TABLE t (n BIGINT)");
        using var source = new CancellationTokenSource(UnderWay);
        using DbCommand command = Command("INSERT INTO t SELECT * FROM range(1000000000000)");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteNonQueryAsync(source.Token).WaitAsync(Never));
        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void An_asynchronous_call_gives_the_thread_back_before_the_work_is_done()
    {
        using var source = new CancellationTokenSource();
        Task<object?> running = Command(Sql("cross join")).ExecuteScalarAsync(source.Token);
        Assert.False(running.IsCompleted);
        source.Cancel();
    }

    void Report(string kind, long stopped) => output.WriteLine($"{kind}: ended {Stopwatch.GetElapsedTime(stopped).TotalMilliseconds:0} ms after it was stopped");

    static string WriteCsv()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "stopping.csv");
        File.WriteAllLines(path, Enumerable.Range(0, 20_000).Select(i => $"{i},name {i},{i * 0.5}").Prepend("id,name,price"));
        return path;
    }
}
