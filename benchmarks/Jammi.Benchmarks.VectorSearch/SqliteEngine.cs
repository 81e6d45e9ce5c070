using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>SQLite with vectors as blobs and a scalar function for the cosine, vectorised, written in C#: what one does without an extension.</summary>
sealed class SqliteEngine : ISearchEngine
{
    readonly SqliteConnection connection;

    public SqliteEngine(string path)
    {
        connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        connection.CreateFunction("cosine", (byte[] a, byte[] b) => TensorPrimitives.CosineSimilarity(MemoryMarshal.Cast<byte, float>(a), MemoryMarshal.Cast<byte, float>(b)), isDeterministic: true);
    }

    public string Name => "SQLite, function";

    public IReadOnlyList<string> Modes => ["ORDER BY"];

    public bool IsSlow => true;

    public void Load(Workload workload)
    {
        using SqliteCommand create = connection.CreateCommand();
        create.CommandText = "CREATE TABLE items (id INTEGER PRIMARY KEY, price REAL, v BLOB)";
        create.ExecuteNonQuery();
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO items VALUES (@id, @price, @v)";
        SqliteParameter id = insert.Parameters.Add("@id", SqliteType.Integer);
        SqliteParameter price = insert.Parameters.Add("@price", SqliteType.Real);
        SqliteParameter vector = insert.Parameters.Add("@v", SqliteType.Blob);
        for (int i = 0; i < workload.RowCount; i++)
        {
            id.Value = i;
            price.Value = workload.Prices[i];
            vector.Value = MemoryMarshal.AsBytes<float>(workload.Vectors[i]).ToArray();
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public List<long> Search(string mode, float[] query, double? selectivity)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT id, cosine(v, @q) AS similarity FROM items {(selectivity is null ? "" : "WHERE price < @p")} ORDER BY similarity DESC LIMIT {Workload.K}";
        command.Parameters.AddWithValue("@q", MemoryMarshal.AsBytes<float>(query).ToArray());
        if (selectivity is not null)
        {
            command.Parameters.AddWithValue("@p", selectivity);
        }

        return Engines.ReadIds(command);
    }

    public long IndexBytes() => 0;

    public void Dispose()
    {
        connection.Dispose();
        SqliteConnection.ClearPool(connection);
    }
}
