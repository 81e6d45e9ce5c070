using Jammi.Data;
using Jammi.Tpch;

namespace Jammi.Differential.Tests;

/// <summary>The largest tables of TPC-H at scale 1, as far as <see cref="LargeTpchTests"/> needs them: a database here, and Parquet files of the same rows.</summary>
public sealed class LargeTpchDatabase : IDisposable
{
    public const double Scale = 1;

    static readonly Dictionary<string, string> Columns = new()
    {
        ["customer"] = "c_custkey INTEGER, c_name VARCHAR",
        ["orders"] = "o_orderkey INTEGER, o_custkey INTEGER, o_totalprice DECIMAL(15,2), o_orderdate DATE, o_orderpriority VARCHAR",
        ["lineitem"] = "l_orderkey INTEGER, l_linenumber INTEGER, l_quantity DECIMAL(15,2), l_extendedprice DECIMAL(15,2)",
    };

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-tpch");

    public LargeTpchDatabase()
    {
        using (var connection = new JammiConnection($"Data Source={Path}"))
        {
            connection.Open();
            var generator = new Generator(Scale);
            foreach ((string table, string columns) in Columns)
            {
                connection.Run($"CREATE TABLE {table} ({columns})");
                using (JammiAppender appender = connection.CreateAppender(table))
                {
                    foreach (Apache.Arrow.RecordBatch batch in generator.Rows(table, [.. columns.Split(", ").Select(c => c.Split(' ')[0])]))
                    {
                        appender.AppendBatch(batch);
                    }
                }

                connection.Run($"COPY {table} TO '{Parquet(table)}'");
            }
        }

        // The tests open it in other processes.
        JammiConnection.ClearAllPools();
    }

    public string Path => System.IO.Path.Combine(directory.FullName, "tpch.jammi");

    public static IEnumerable<string> Tables => Columns.Keys;

    public string Parquet(string name) => System.IO.Path.Combine(directory.FullName, name + ".parquet");

    public void Dispose() => directory.Delete(recursive: true);
}
