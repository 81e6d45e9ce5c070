using System.CommandLine;
using System.Data.Common;
using System.Diagnostics;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using Jammi.Data;
using Jammi.Tpch;
using Microsoft.Data.Sqlite;

namespace Jammi.Benchmarks.Tpch;

/// <summary>The 22 queries of TPC-H here, in DuckDB with the same number of threads, and in SQLite.</summary>
static class TpchBenchmark
{
    public static Command Create()
    {
        var scale = new Option<double>("--scale") { Description = "Size of the data; 1 has 6 million lines.", DefaultValueFactory = _ => 1 };
        var runs = new Option<int>("--runs") { Description = "Timed runs of each query, in turn; the fastest counts.", DefaultValueFactory = _ => 3 };
        var threads = new Option<int>("--threads") { Description = "Threads of Jammi and of DuckDB; by default one for each processor.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var only = new Option<string[]>("--query") { Description = "Queries to run, for example q01; all by default.", AllowMultipleArgumentsPerToken = true };
        var data = new Option<string?>("--data") { Description = "Directory in which the generated databases are kept for the next time." };
        var limit = new Option<int>("--sqlite-limit") { Description = "Seconds after which SQLite is stopped in a query; 0 leaves SQLite out.", DefaultValueFactory = _ => 60 };
        var memory = new Option<string>("--memory") { Description = "Memory Limit of Jammi, for example 64 MB.", DefaultValueFactory = _ => "0" };
        var explain = new Option<bool>("--explain") { Description = "Show what each operator did, in a run that is not timed." };
        var operators = new Option<bool>("--operators") { Description = "Sorts, DISTINCT, set operations and windows over the same tables instead of the 22 queries." };
        var command = new Command("tpch", "TPC-H's 22 queries beside DuckDB and SQLite; answers are compared with DuckDB's.") { scale, runs, threads, only, data, limit, memory, explain, operators };
        command.SetAction(line =>
        {
            using var place = new Workplace();
            double size = line.GetValue(scale);
            var tables = new TpchData(line.GetValue(data) ?? place["tpch"], size);
            TimeSpan sqliteLimit = TimeSpan.FromSeconds(line.GetValue(limit));
            tables.Make(sqliteLimit > TimeSpan.Zero);
            Dictionary<string, string> queries = line.GetValue(operators) ? new(OperatorQueries.All) : Workload.Names.ToDictionary(n => n, n => Workload.Query(n, size));
            string[] names = line.GetValue(only) is { Length: > 0 } chosen ? chosen : [.. queries.Keys];
            Run(tables, [.. names.Select(n => (n, queries[n]))], size, line.GetValue(runs), line.GetValue(threads), line.GetValue(memory)!, sqliteLimit, line.GetValue(explain));
        });
        return command;
    }

    static void Run(TpchData data, (string Name, string Sql)[] queries, double scale, int runs, int threads, string memory, TimeSpan sqliteLimit, bool explain)
    {
        using var jammi = new JammiConnection($"Data Source={data.Jammi};Threads={threads};Memory Limit={memory}");
        using var duckDb = new DuckDBConnection($"DataSource={data.DuckDb};ACCESS_MODE=READ_ONLY;threads={threads}");
        using var sqlite = new SqliteConnection(sqliteLimit > TimeSpan.Zero ? $"Data Source={data.Sqlite};Mode=ReadOnly" : "Data Source=:memory:");
        jammi.Open();
        duckDb.Open();
        sqlite.Open();
        var table = new MarkdownTable("query", "rows", "Jammi ms", "DuckDB ms", "SQLite ms", "Jammi / DuckDB", "SQLite / Jammi");
        var toDuckDb = new List<double>();
        var fromSqlite = new List<double>();
        double jammiSum = 0;
        double duckDbSum = 0;
        foreach ((string name, string sql) in queries)
        {
            int rows = Answers.Compare(name, jammi, duckDb, sql);

            if (explain)
            {
                PrintPlan(jammi, name, sql);
            }

            double ours = double.MaxValue;
            double theirs = double.MaxValue;
            for (int i = 0; i < runs; i++)
            {
                ours = Math.Min(ours, Measure.Once(() => Rows(jammi, sql)));
                theirs = Math.Min(theirs, Measure.Once(() => Rows(duckDb, sql)));
            }

            double? slow = sqliteLimit > TimeSpan.Zero ? TimeSqlite(sqlite, SqliteDialect.Of(sql), sqliteLimit) : null;
            jammiSum += ours;
            duckDbSum += theirs;
            toDuckDb.Add(ours / theirs);
            fromSqlite.Add((slow ?? sqliteLimit.TotalMilliseconds) / ours);
            table.Add(name, rows, ours, theirs, slow is { } ms ? ms : sqliteLimit > TimeSpan.Zero ? $"> {sqliteLimit.TotalMilliseconds:0}" : "-", ours / theirs, (slow is null ? "> " : string.Empty) + fromSqlite[^1].ToString("0", System.Globalization.CultureInfo.InvariantCulture));
        }

        table.Add("sum", string.Empty, jammiSum, duckDbSum, string.Empty, jammiSum / duckDbSum, string.Empty);
        table.Add("geometric mean", string.Empty, string.Empty, string.Empty, string.Empty, GeometricMean(toDuckDb), GeometricMean(fromSqlite));
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, {threads} threads");
        table.Print($"TPC-H at scale {scale}{(memory == "0" ? string.Empty : $", Memory Limit={memory}")}");
    }

    static void PrintPlan(JammiConnection connection, string name, string sql)
    {
        Console.WriteLine($"-- {name}");
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN ANALYZE {sql}";
        using JammiDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            Console.WriteLine(reader.GetString(0));
        }
    }

    static double GeometricMean(List<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    static int Rows(DbConnection connection, string sql)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader reader = command.ExecuteReader();
        int rows = 0;
        while (reader.Read())
        {
            rows++;
        }

        return rows;
    }

    /// <summary>One run; null when it takes longer than the limit.</summary>
    static double? TimeSqlite(SqliteConnection connection, string sql, TimeSpan limit)
    {
        using var timer = new Timer(_ => SQLitePCL.raw.sqlite3_interrupt(connection.Handle!), null, limit, Timeout.InfiniteTimeSpan);
        long start = Stopwatch.GetTimestamp();
        try
        {
            Rows(connection, sql);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT)
        {
            return null;
        }
    }
}
