using System.Data.Common;
using DuckDB.NET.Data;
using Jammi.Data;
using Jammi.Tpch;
using Microsoft.Data.Sqlite;

namespace Jammi.Benchmarks.Tpch;

/// <summary>The generated tables in files of the three engines; what is in the directory already is not made again.</summary>
sealed class TpchData(string directory, double scale)
{
    public string Jammi => Path.Combine(directory, "tpch.jammi");

    public string DuckDb => Path.Combine(directory, "tpch.duckdb");

    public string Sqlite => Path.Combine(directory, "tpch.sqlite");

    public void Make(bool withSqlite)
    {
        Directory.CreateDirectory(directory);
        Once(Jammi, MakeJammi);
        Once(DuckDb, MakeDuckDb);
        if (withSqlite)
        {
            Once(Sqlite, MakeSqlite);
        }
    }

    string Parquet(string table) => Path.Combine(directory, table + ".parquet");

    /// <summary>A mark beside the data says that it is complete.</summary>
    static void Once(string path, Action make)
    {
        string mark = path + ".done";
        if (!File.Exists(mark))
        {
            Console.Error.WriteLine($"making {path}");
            Remove(path);
            make();
            File.WriteAllText(mark, string.Empty);
        }
    }

    static void Remove(string path)
    {
        File.Delete(path);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    void MakeJammi()
    {
        using var connection = new JammiConnection($"Data Source={Jammi}");
        connection.Open();
        Run(connection, Workload.Schema);
        var generator = new Generator(scale);
        foreach (string table in Generator.Tables)
        {
            using (JammiTransaction transaction = connection.BeginTransaction())
            {
                using (JammiAppender appender = connection.CreateAppender(table))
                {
                    foreach (Apache.Arrow.RecordBatch batch in generator.Rows(table))
                    {
                        appender.AppendBatch(batch);
                    }
                }

                transaction.Commit();
            }

            Run(connection, $"COPY {table} TO '{Parquet(table)}'");
        }
    }

    void MakeDuckDb()
    {
        using var connection = new DuckDBConnection($"DataSource={DuckDb}");
        connection.Open();
        Run(connection, Workload.Schema);
        foreach (string table in Generator.Tables)
        {
            Run(connection, $"INSERT INTO {table} SELECT * FROM read_parquet('{Parquet(table)}')");
        }
    }

    /// <summary>With indexes on the columns that join, which it cannot do without.</summary>
    void MakeSqlite()
    {
        using var source = new DuckDBConnection($"DataSource={DuckDb};ACCESS_MODE=READ_ONLY");
        source.Open();
        using var connection = new SqliteConnection($"Data Source={Sqlite}");
        connection.Open();
        Run(connection, "PRAGMA journal_mode = OFF");
        Run(connection, "PRAGMA synchronous = OFF");
        Run(connection, Workload.Schema);
        foreach (string table in Generator.Tables)
        {
            Copy(source, connection, table);
        }

        foreach (string column in (string[])["lineitem(l_partkey, l_suppkey)", "lineitem(l_shipdate)", "orders(o_custkey)", "orders(o_orderdate)", "partsupp(ps_suppkey)", "customer(c_nationkey)", "supplier(s_nationkey)"])
        {
            Run(connection, $"CREATE INDEX \"{column}\" ON {column}");
        }

        Run(connection, "ANALYZE");
    }

    static void Copy(DuckDBConnection source, SqliteConnection target, string table)
    {
        using DbCommand read = source.CreateCommand();
        read.CommandText = $"SELECT * FROM {table}";
        using DbDataReader reader = read.ExecuteReader();
        using SqliteTransaction transaction = target.BeginTransaction();
        using SqliteCommand write = target.CreateCommand();
        write.Transaction = transaction;
        write.CommandText = $"INSERT INTO {table} VALUES ({string.Join(", ", Enumerable.Range(0, reader.FieldCount).Select(i => $"$p{i}"))})";
        SqliteParameter[] parameters = [.. Enumerable.Range(0, reader.FieldCount).Select(i => write.Parameters.Add(new SqliteParameter($"$p{i}", null)))];
        while (reader.Read())
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i].Value = reader.GetValue(i) switch
                {
                    decimal number => (double)number,
                    DateOnly day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                    DateTime day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                    var other => other,
                };
            }

            write.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    static void Run(DbConnection connection, string sql)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
