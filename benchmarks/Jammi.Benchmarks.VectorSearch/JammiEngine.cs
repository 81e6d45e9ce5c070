using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Data;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>
/// Jammi: <c>items(id, price, v)</c> with the same vectors as its embeddings. The rows are written as an embedding job writes them; the search codes are made by that commit.
/// </summary>
/// <param name="withAxis">Whether what texts have in common is kept out of the 1-bit codes.</param>
sealed class JammiEngine(string path, bool withAxis) : ISearchEngine
{
    const int BatchRows = 16_384;

    JammiConnection? connection;

    public string Name => withAxis ? "Jammi" : "Jammi, no axis";

    public IReadOnlyList<string> Modes => ["vector_search", "vector_search exact", "ORDER BY"];

    public bool IsSlow => false;

    public void Load(Workload workload)
    {
        using (Database database = Database.Open(path, new DatabaseOptions()))
        {
            using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
            SqlType vectorType = SqlType.Vector(ClipLikeVectors.Dimension);
            TableEntry items = transaction.CreateTable(new(SchemaNames.Main, "items", [Column("id", SqlType.BigInt), Column("price", SqlType.Double), Column("v", vectorType)], []), temporary: false);
            TableEntry embeddings = transaction.CreateTable(new TableDefinition(SchemaNames.Embeddings, "items_v", [Column("id", SqlType.BigInt), Column("vector", vectorType)], [])
            {
                Properties = new EmbeddingTable(items, "main.items", "v", "id", "benchmark", "benchmark", "image", "fp32", Complete: true, SourceVersion: 1, Sequence: 1)
                {
                    Axis = withAxis && VectorAxis.Of(workload.Captions, ClipLikeVectors.Dimension) is { } axis ? VectorAxis.ToText(axis) : null,
                }.ToProperties(),
            }, temporary: false);
            for (int start = 0; start < workload.RowCount; start += BatchRows)
            {
                int count = Math.Min(BatchRows, workload.RowCount - start);
                IArrowArray ids = ColumnFactory.FromValues(SqlType.BigInt, count, Bytes<long>([.. Enumerable.Range(start, count).Select(i => (long)i)]));
                IArrowArray prices = ColumnFactory.FromValues(SqlType.Double, count, Bytes<double>(workload.Prices.AsSpan(start, count)));
                IArrowArray vectors = ColumnFactory.FromObjects(vectorType, [.. workload.Vectors.AsSpan(start, count)]);
                transaction.Append(items, new ColumnBatch([ids, prices, vectors], count));
                transaction.Append(embeddings, new ColumnBatch([ids, vectors], count));
            }

            transaction.Commit();
        }

        connection = new JammiConnection($"Data Source={path}");
        connection.Open();
        foreach (string mode in Modes)
        {
            Search(mode, workload.Texts[0], null);
        }
    }

    public List<long> Search(string mode, float[] query, double? selectivity)
    {
        string price = selectivity?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
        string filter = selectivity is null ? string.Empty : $", filter => 'price < {price}'";
        string exact = mode == "vector_search exact" ? ", exact => true" : string.Empty;
        using DbCommand command = connection!.CreateCommand();
        command.CommandText = mode == "ORDER BY"
            ? $"SELECT id, cosine_similarity(v, @q) AS similarity FROM items {(selectivity is null ? "" : $"WHERE price < {price}")} ORDER BY similarity DESC LIMIT {Workload.K}"
            : $"SELECT id, similarity FROM vector_search('items', @q, {Workload.K}{exact}{filter})";
        command.Parameters.Add(new JammiParameter("q", query));
        return Engines.ReadIds(command);
    }

    public IEnumerable<(string Name, Measurement Once)> Others(Workload workload)
    {
        Execute("CREATE TEMP TABLE queries (id BIGINT, q FLOAT[512])");
        using (JammiCommand insert = connection!.CreateCommand())
        {
            insert.CommandText = "INSERT INTO queries VALUES (@id, @q)";
            for (int i = 0; i < 100; i++)
            {
                insert.Parameters.Clear();
                insert.Parameters.AddWithValue("id", (long)i);
                insert.Parameters.AddWithValue("q", workload.Texts[i % workload.Texts.Length]);
                insert.ExecuteNonQuery();
            }
        }

        foreach (string exact in (string[])["false", "true"])
        {
            string sql = $"SELECT count(*) FROM queries, LATERAL vector_search('items', queries.q, {Workload.K}, exact => {exact}) f";
            Execute(sql);
            yield return ($"100 queries of a table, exact {exact}", Measurement.Of(() => Execute(sql)));
        }

        const string Duplicates = "SELECT count(*) FROM (SELECT * FROM items WHERE id < 10000) a JOIN (SELECT * FROM items WHERE id < 10000) b ON cosine_similarity(a.v, b.v) > 0.9 AND a.id < b.id";
        Execute(Duplicates);
        yield return ("join of 10,000 rows with themselves, cosine above 0.9", Measurement.Of(() => Execute(Duplicates)));

        connection!.Dispose();
        connection = null;
        yield return ("opening the database", Measurement.Of(() =>
        {
            connection = new JammiConnection($"Data Source={path}");
            connection.Open();
        }));
        yield return ("the first search after it", Measurement.Of(() => Search("vector_search", workload.Texts[0], null)));
        yield return (FormattableString.Invariant($"the second; the process has {Environment.WorkingSet >> 20:N0} MiB, the workload among them"), Measurement.Of(() => Search("vector_search", workload.Texts[1 % workload.Texts.Length], null)));
    }

    public long IndexBytes() => Directory.GetFiles(Path.Combine(path, "codes"), "*.1.c*").Sum(f => new FileInfo(f).Length);

    public void Dispose() => connection?.Dispose();

    void Execute(string sql)
    {
        using JammiCommand command = connection!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteScalar();
    }

    static ColumnDefinitionEntry Column(string name, SqlType type) => new(name, type, Nullable: false, Default: null);

    static byte[] Bytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();
}
