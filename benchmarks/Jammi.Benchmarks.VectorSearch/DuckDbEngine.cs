using System.Globalization;
using DuckDB.NET.Data;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>DuckDB with a fixed-size array column: it has no vector index without an extension that is downloaded, so it scans.</summary>
sealed class DuckDbEngine : ISearchEngine
{
    readonly DuckDBConnection connection;

    public DuckDbEngine(string path)
    {
        connection = new DuckDBConnection($"Data Source={path}");
        connection.Open();
        Execute("SET threads = 1");
    }

    public string Name => "DuckDB";

    public IReadOnlyList<string> Modes => ["ORDER BY"];

    public bool IsSlow => true;

    public void Load(Workload workload)
    {
        Execute($"CREATE TABLE items (id BIGINT, price DOUBLE, v FLOAT[{ClipLikeVectors.Dimension}])");
        using DuckDBAppender appender = connection.CreateAppender("items");
        for (int i = 0; i < workload.RowCount; i++)
        {
            appender.CreateRow().AppendValue((long)i).AppendValue((double?)workload.Prices[i]).AppendValue(workload.Vectors[i]).EndRow();
        }
    }

    public List<long> Search(string mode, float[] query, double? selectivity)
    {
        using DuckDBCommand command = connection.CreateCommand();
        string literal = "[" + string.Join(",", query.Select(x => x.ToString("R", CultureInfo.InvariantCulture))) + "]";
        string where = selectivity is { } price ? FormattableString.Invariant($"WHERE price < {price}") : string.Empty;
        command.CommandText = $"SELECT id, array_cosine_similarity(v, {literal}::FLOAT[{ClipLikeVectors.Dimension}]) AS similarity FROM items {where} ORDER BY similarity DESC LIMIT {Workload.K}";
        return Engines.ReadIds(command);
    }

    public long IndexBytes() => 0;

    public void Dispose() => connection.Dispose();

    void Execute(string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
