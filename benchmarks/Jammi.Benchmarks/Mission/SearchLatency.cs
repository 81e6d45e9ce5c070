using System.Numerics.Tensors;
using Jammi.Benchmarks.Checkpoints;
using Jammi.Data;

namespace Jammi.Benchmarks.Mission;

/// <summary>A search over many stored vectors through ADO.NET, against reading the same number of bytes from memory once.</summary>
static class SearchLatency
{
    const int Runs = 41;
    const int Dimensions = 512;

    public static void Run(Workplace place, int rows)
    {
        string model = RandomCheckpoint.Wide512.Name;
        RandomCheckpoint.Wide512.WriteInto(place["models"]);
        using JammiConnection connection = new(new JammiConnectionStringBuilder { DataSource = place["search.jammi"], Models = place["models"] }.ConnectionString);
        connection.Open();
        connection.Run($"CREATE TABLE texts AS SELECT range AS id, 'text number ' || range AS body, range % 100 AS shelf FROM range({rows})");
        double build = Measure.Once(() => connection.Run($"SELECT * FROM generate_text_embeddings('texts', '{model}', 'body', 'id')"));

        float[] query = Query(connection, model);
        float[] copy = new float[rows * Dimensions];
        copy.AsSpan().Fill(1);
        float sink = 0;
        void ReadOnce() => sink += TensorPrimitives.Sum(copy.AsSpan());
        void Search(string sql) => connection.Run(sql, ("v", query));

        var table = new MarkdownTable("query", "median ms", "p95 ms", "against reading the f32 vectors once");
        foreach ((string title, string sql) in new[]
        {
            ("vector_search, k = 10", "SELECT id, similarity FROM vector_search('texts', @v, 10)"),
            ("vector_search, k = 100, with the source's text", "SELECT id, body, similarity FROM vector_search('texts', @v, 100)"),
            ("10 nearest of the 1 % that pass a filter", "SELECT id, similarity FROM vector_search((SELECT * FROM texts WHERE shelf = 7), @v, 10)"),
            ("10 nearest of the 50 % that pass a filter", "SELECT id, similarity FROM vector_search((SELECT * FROM texts WHERE shelf < 50), @v, 10)"),
        })
        {
            (Measure.Times search, _, double ratio) = Measure.InTurn(Runs, () => Search(sql), ReadOnce, warmUp: 3);
            table.Add(title, search.Median, search.P95, ratio);
        }

        Measure.Times read = Measure.Repeat(Runs, ReadOnce);
        table.Add($"sum of {rows:N0} × {Dimensions} floats, one thread", read.Median, read.P95, 1.0)
            .Print($"Search ({rows:N0} × {Dimensions}, through ADO.NET, {Runs} runs; embedding the texts took {build / 1e3:0.0} s)");
        GC.KeepAlive(sink);
    }

    static float[] Query(JammiConnection connection, string model)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT encode_text_query('{model}', 'text number 4711')";
        return (float[])command.ExecuteScalar()!;
    }
}
