using System.IO.Compression;
using DuckDB.NET.Data;
using Jammi.Data;

namespace Jammi.Differential.Tests;

/// <summary>TPC-H at scale 0.01 in both engines, from the same files.</summary>
public sealed class TpchDatabase : IDisposable
{
    static readonly string Source = Path.Combine(AppContext.BaseDirectory, "data", "tpch");
    static readonly string[] Tables = ["region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem"];

    public TpchDatabase()
    {
        Jammi = Engines.OpenJammi();
        Oracle = Engines.OpenDuckDb();
        string schema = File.ReadAllText(Path.Combine(Source, "schema.sql"));
        Jammi.Run(schema);
        Oracle.Run(schema);
        string directory = Directory.CreateTempSubdirectory("jammi-tpch").FullName;
        try
        {
            foreach (string table in Tables)
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

    public static string Query(string name) => File.ReadAllText(Path.Combine(Source, "queries", name + ".sql"));

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
