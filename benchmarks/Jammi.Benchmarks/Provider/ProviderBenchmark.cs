using System.CommandLine;
using System.Data.Common;
using System.Runtime.InteropServices;
using Dapper;

namespace Jammi.Benchmarks.Provider;

/// <summary>What a program meets at the provider: opening, reading many rows, finding one, adding many, beside the other embedded databases.</summary>
static class ProviderBenchmark
{
    const int Opens = 10_000;
    const int PointQueries = 3_000;

    public static Command Create()
    {
        var rows = new Option<int>("--rows") { Description = "Rows to read in the scan.", DefaultValueFactory = _ => 10_000_000 };
        var inserts = new Option<int>("--inserts") { Description = "Rows to insert.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command("provider", "Opening, scanning, point queries through Dapper and bulk insert, beside Microsoft.Data.Sqlite and DuckDB.NET.") { rows, inserts };
        command.SetAction(line => Run(line.GetValue(rows), line.GetValue(inserts)));
        return command;
    }

    static void Run(int rows, int inserts)
    {
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors");
        var table = new MarkdownTable(
            "provider",
            "open, µs",
            $"scan of {rows:N0} rows, million rows/s",
            "point query among 10,000 rows, µs",
            $"among {inserts:N0}, µs",
            "bulk insert, million rows/s");
        foreach (EmbeddedDatabase database in EmbeddedDatabase.All)
        {
            using var place = new Workplace();
            string path = place["items"];
            using DbConnection connection = database.Connect(path);
            connection.Open();
            table.Add(
                database.Name,
                Open(database, path) * 1e3,
                Scan(database, connection, rows) / 1e6,
                PointQuery(database, connection, 10_000) * 1e3,
                PointQuery(database, connection, inserts) * 1e3,
                Insert(database, connection, inserts) / 1e6);
        }

        table.Print("ADO.NET");
    }

    /// <summary>Milliseconds to open and close a connection while another is open.</summary>
    static double Open(EmbeddedDatabase database, string path) => Measure.Repeat(
        Opens,
        () =>
        {
            using DbConnection connection = database.Connect(path);
            connection.Open();
        },
        warmUp: 100).Median;

    /// <summary>Rows per second of Read and the typed getters, best of three.</summary>
    static double Scan(EmbeddedDatabase database, DbConnection connection, int rows)
    {
        connection.Execute($"CREATE TABLE scanned AS SELECT {Item.SelectList} FROM {database.Numbers(rows)}");
        using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, amount, name FROM scanned";
        double best = Measure.Repeat(3, () => ReadAll(command, rows)).Least;
        connection.Execute("DROP TABLE scanned");
        return rows / best * 1e3;
    }

    static void ReadAll(DbCommand command, int rows)
    {
        using DbDataReader reader = command.ExecuteReader();
        long ids = 0;
        double amounts = 0;
        long letters = 0;
        int read = 0;
        while (reader.Read())
        {
            ids += reader.GetInt64(0);
            amounts += reader.GetDouble(1);
            letters += reader.GetString(2).Length;
            read++;
        }

        if (read != rows || ids != (long)rows * (rows + 1) / 2 || letters == 0 || amounts == 0)
        {
            throw new InvalidOperationException("The scan did not read what was written.");
        }
    }

    /// <summary>Milliseconds for one row by its key through Dapper, keys at random.</summary>
    static double PointQuery(EmbeddedDatabase database, DbConnection connection, int rows)
    {
        connection.Execute($"CREATE TABLE keyed({Item.Columns})");
        connection.Execute($"INSERT INTO keyed SELECT {Item.SelectList} FROM {database.Numbers(rows)}");
        var random = new Random(1);
        double median = Measure.Repeat(
            PointQueries,
            () =>
            {
                long id = random.NextInt64(1, rows + 1);
                if (connection.QuerySingle<Item>("SELECT id, amount, name FROM keyed WHERE id = $id", new { id }).Name != Item.Of(id).Name)
                {
                    throw new InvalidOperationException("The point query found another row.");
                }
            },
            warmUp: 500).Median;
        connection.Execute("DROP TABLE keyed");
        return median;
    }

    /// <summary>Rows per second, best of three, each into a new table.</summary>
    static double Insert(EmbeddedDatabase database, DbConnection connection, int rows)
    {
        Item[] items = [.. Enumerable.Range(1, rows).Select(i => Item.Of(i))];
        double best = double.PositiveInfinity;
        for (int run = 0; run < 3; run++)
        {
            connection.Execute("CREATE TABLE filled(id BIGINT, amount DOUBLE, name VARCHAR)");
            best = Math.Min(best, Measure.Once(() => database.Insert(connection, "filled", items)));
            if (connection.ExecuteScalar<long>("SELECT count(*) FROM filled") != rows)
            {
                throw new InvalidOperationException("Not all rows were inserted.");
            }

            connection.Execute("DROP TABLE filled");
        }

        return rows / best * 1e3;
    }
}
