using System.Data.Common;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>A database engine behind ADO.NET with a table <c>items(id, price, v)</c>.</summary>
interface ISearchEngine : IDisposable
{
    string Name { get; }

    /// <summary>The ways of searching that it has.</summary>
    IReadOnlyList<string> Modes { get; }

    /// <summary>Whether a query takes so long that there is no point in many to warm up.</summary>
    bool IsSlow { get; }

    /// <summary>Fills the table and makes what searches need.</summary>
    void Load(Workload workload);

    /// <summary>The ids of the nearest rows, best first, through a command and its reader.</summary>
    List<long> Search(string mode, float[] query, double? selectivity);

    /// <summary>Bytes on disk that are there for the search alone.</summary>
    long IndexBytes();

    /// <summary>What else is worth knowing of an engine that can do it.</summary>
    IEnumerable<(string Name, Measurement Once)> Others(Workload workload) => [];
}

static class Engines
{
    public static ISearchEngine Open(string name, string folder) => name switch
    {
        "jammi" => new JammiEngine(Path.Combine(folder, "items.jammi"), withAxis: true),
        "jammi-no-axis" => new JammiEngine(Path.Combine(folder, "plain.jammi"), withAxis: false),
        "duckdb" => new DuckDbEngine(Path.Combine(folder, "items.duckdb")),
        "sqlite" => new SqliteEngine(Path.Combine(folder, "items.sqlite")),
        _ => throw new ArgumentException($"There is no engine {name}; there are jammi, jammi-no-axis, duckdb and sqlite."),
    };

    public static List<long> ReadIds(DbCommand command)
    {
        var ids = new List<long>(Workload.K);
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }
}
