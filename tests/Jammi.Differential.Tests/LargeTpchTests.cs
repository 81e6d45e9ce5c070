using System.Diagnostics;
using DuckDB.NET.Data;
using Jammi.Tpch;

namespace Jammi.Differential.Tests;

/// <summary>
/// Six million lines in 64 MB: the largest join, groupings and sort go on in files, give the rows that DuckDB gives, and take no more memory than the limit and what a process needs anyway.
/// The statements run in a process of their own, which fails when its managed heap, where all rows are, passes a bound.
/// </summary>
public sealed class LargeTpchTests(LargeTpchDatabase database) : IClassFixture<LargeTpchDatabase>
{
    const string Limit = "64 MB";
    const int MostHeapBytes = 300_000_000;

    [Fact]
    public async Task Query_18_groups_all_orders() => await CompareAsync(Workload.Query("q18", LargeTpchDatabase.Scale));

    [Fact]
    public async Task All_lines_join_all_orders() => await CompareAsync(
        "SELECT o_orderpriority, l_linenumber, count(*) AS n, sum(l_quantity) AS q, max(o_totalprice) AS p, min(o_orderdate) AS d FROM lineitem JOIN orders ON l_orderkey = o_orderkey GROUP BY 1, 2");

    [Fact]
    public async Task All_lines_are_sorted()
    {
        const string order = "l_extendedprice DESC, l_orderkey, l_linenumber";
        string file = await RunAsync($"SELECT l_orderkey, l_linenumber, l_extendedprice FROM lineitem ORDER BY {order}");
        using DuckDBConnection oracle = OpenOracle();
        List<object?[]> wrong = oracle.Rows($"""
            SELECT count(*), count(*) FILTER (a.l_orderkey <> e.l_orderkey OR a.l_linenumber <> e.l_linenumber)
            FROM (SELECT *, file_row_number + 1 AS n FROM read_parquet('{file}', file_row_number = true)) a JOIN (SELECT *, row_number() OVER (ORDER BY {order}) AS n FROM lineitem) e USING (n)
            """);
        Assert.Equal(oracle.Rows("SELECT count(*), 0 FROM lineitem").Select(RowText.Of), wrong.Select(RowText.Of));
    }

    async Task CompareAsync(string sql)
    {
        string file = await RunAsync(sql);
        using DuckDBConnection oracle = OpenOracle();
        List<string> expected = RowText.Of(oracle.Rows(sql), sorted: true);
        Assert.Equal(expected, RowText.Of(oracle.Rows($"FROM read_parquet('{file}')"), sorted: true));
        Assert.NotEmpty(expected);
    }

    DuckDBConnection OpenOracle()
    {
        DuckDBConnection oracle = Engines.OpenDuckDb();
        foreach (string table in LargeTpchDatabase.Tables)
        {
            oracle.Run($"CREATE VIEW {table} AS FROM read_parquet('{database.Parquet(table)}')");
        }

        return oracle;
    }

    /// <summary>Writes a query's rows to a file, in 64 MB; gives its path.</summary>
    async Task<string> RunAsync(string sql)
    {
        string file = database.Parquet(Guid.NewGuid().ToString("N"));
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [
            Path.Combine(AppContext.BaseDirectory, "Jammi.Differential.Process.dll"),
            $"Data Source={database.Path};Memory Limit={Limit};Threads=2",
            $"EXPLAIN ANALYZE COPY ({sql}) TO '{file}'"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = $"{MostHeapBytes:X}";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string plan = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        Assert.Contains("bytes spilled", plan, StringComparison.Ordinal);
        return file;
    }
}
