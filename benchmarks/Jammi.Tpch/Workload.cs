using System.Globalization;

namespace Jammi.Tpch;

/// <summary>The schema and the 22 queries of TPC-H, with the parameters that the specification gives for validation.</summary>
public static class Workload
{
    /// <summary>As query 11 is written here.</summary>
    const string FractionAtHundredth = "0.0100000000";

    public static string Schema { get; } = Read("schema.sql");

    /// <summary>q01 … q22.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enumerable.Range(1, 22).Select(i => $"q{i:00}")];

    /// <param name="name">As in <see cref="Names"/>.</param>
    /// <param name="scale">Of the data: the fraction that query 11 asks for goes down with it.</param>
    public static string Query(string name, double scale) => Read(name + ".sql").Replace(FractionAtHundredth, (1e-4 / scale).ToString("F10", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    static string Read(string name)
    {
        using Stream stream = typeof(Workload).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"There is no {name}; queries are {Names[0]} to {Names[^1]}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
