using System.IO.Compression;
using DuckDB.NET.Data;
using Jammi.Data;
using Jammi.Tpch;

namespace Jammi.Differential.Tests;

/// <summary>TPC-H at scale 0.01 in both engines, from files of the official generator.</summary>
public sealed class TpchDatabase : IDisposable
{
    public const double Scale = 0.01;

    static readonly string Source = Path.Combine(AppContext.BaseDirectory, "data", "tpch");

    public TpchDatabase()
    {
        Jammi = Engines.OpenJammi();
        Oracle = Engines.OpenDuckDb();
        Jammi.Run(Workload.Schema);
        Oracle.Run(Workload.Schema);
        string directory = Directory.CreateTempSubdirectory("jammi-tpch").FullName;
        try
        {
            foreach (string table in Generator.Tables)
            {
                string file = Path.Combine(directory, table + ".csv");
                Unpack(table, file);
                Jammi.Run($"INSERT INTO {table} SELECT * FROM read_csv('{file}', header => false, delimiter => '|')");
                Oracle.Run($"INSERT INTO {table} SELECT * FROM read_csv('{file}', header = false, delim = '|')");
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public JammiConnection Jammi { get; }

    public DuckDBConnection Oracle { get; }

    public void Dispose()
    {
        Jammi.Dispose();
        Oracle.Dispose();
    }

    /// <summary>The file without the separator at the end of each line, which would be a column more.</summary>
    static void Unpack(string table, string target)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Source, table + ".tbl.gz")), CompressionMode.Decompress));
        using var writer = new StreamWriter(target) { NewLine = "\n" };
        while (reader.ReadLine() is { } line)
        {
            writer.WriteLine(line.AsSpan(0, line.Length - 1));
        }
    }
}
