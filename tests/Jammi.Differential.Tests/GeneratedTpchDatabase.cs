using DuckDB.NET.Data;
using Jammi.Data;
using Jammi.Tpch;

namespace Jammi.Differential.Tests;

/// <summary>TPC-H at scale 0.1 in both engines: generated here, and handed to DuckDB by Parquet files.</summary>
public sealed class GeneratedTpchDatabase : IDisposable
{
    public const double Scale = 0.1;

    /// <summary>The tests that share it, because it takes seconds to make.</summary>
    public const string Users = "generated TPC-H";

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-tpch");

    public GeneratedTpchDatabase()
    {
        Jammi = new JammiConnection($"Data Source={Path.Combine(directory.FullName, "tpch.jammi")}");
        Jammi.Open();
        Oracle = Engines.OpenDuckDb();
        Jammi.Run(Workload.Schema);
        Oracle.Run(Workload.Schema);
        var generator = new Generator(Scale);
        foreach (string table in Generator.Tables)
        {
            using (JammiAppender appender = Jammi.CreateAppender(table))
            {
                foreach (Apache.Arrow.RecordBatch batch in generator.Rows(table))
                {
                    appender.AppendBatch(batch);
                }
            }

            string file = Path.Combine(directory.FullName, table + ".parquet");
            Jammi.Run($"COPY {table} TO '{file}'");
            Oracle.Run($"INSERT INTO {table} SELECT * FROM read_parquet('{file}')");
        }
    }

    public JammiConnection Jammi { get; }

    /// <summary>Where a statement that runs out of memory writes.</summary>
    public string SpillDirectory => Path.Combine(Jammi.DataSource, "tmp");

    public DuckDBConnection Oracle { get; }

    public void Dispose()
    {
        Jammi.Dispose();
        Oracle.Dispose();
        JammiConnection.ClearAllPools();
        directory.Delete(recursive: true);
    }
}

[CollectionDefinition(GeneratedTpchDatabase.Users)]
public sealed class GeneratedTpchUsers : ICollectionFixture<GeneratedTpchDatabase>;
