using System.Text.RegularExpressions;
using Jammi.Benchmarks.Mission;
using Jammi.Data;
using Jammi.Inference;

namespace Jammi.Benchmarks.Inference;

/// <summary>
/// <c>generate_image_embeddings</c> from files to stored vectors, against what its stages allow: all processors share decoding and the model, so the limit is a
/// picture's cost in both.
/// </summary>
static partial class BulkRate
{
    public static JammiConnection Connect(string directory, string more = "")
    {
        var connection = new JammiConnection($"Data Source=:memory:;Models={Path.GetDirectoryName(directory)};{more}");
        connection.Open();
        return connection;
    }

    public static void CreateTable(JammiConnection connection, string pictures) =>
        connection.Run($"CREATE TABLE photographs AS SELECT file_name, path FROM read_images('{pictures}/*.jpg')");

    public static string Generate(string directory, string options) =>
        $"SELECT * FROM generate_image_embeddings('photographs', '{Path.GetFileName(directory)}', 'path', 'file_name', refresh => true{options})";

    public static void Run(string directory, IReadOnlyList<byte[]> photographs, int rounds)
    {
        using var place = new Workplace();
        Directory.CreateDirectory(place["pictures"]);
        for (int i = 0; i < photographs.Count; i++)
        {
            File.WriteAllBytes(place["pictures", $"{i:000}.jpg"], photographs[i]);
        }

        using JammiConnection connection = Connect(directory);
        CreateTable(connection, place["pictures"]);
        var table = new MarkdownTable("generate_image_embeddings", "images/s", "decoding alone", "model alone", "limit of both", "share of the limit", "the same in CPU time", "busy: decoding, model, writing");
        foreach ((string title, string options, ModelPrecision precision, ImageDecoding decoding) in new[]
        {
            ("fp32", string.Empty, ModelPrecision.Fp32, ImageDecoding.Exact),
            ("int8", ", precision => 'int8'", ModelPrecision.Int8, ImageDecoding.Exact),
            ("int8, fast decoding", ", precision => 'int8', decode => 'fast'", ModelPrecision.Int8, ImageDecoding.Fast),
        })
        {
            Measure(table, title, options, directory, photographs, connection, new ModelUse { Precision = precision, Decoding = decoding, Bulk = true }, rounds);
        }

        table.Print($"Files to stored vectors ({photographs.Count} JPEGs of 1200 × 800, best of {rounds} in turn)");
        Query(directory, rounds);
    }

    static void Measure(MarkdownTable table, string title, string options, string directory, IReadOnlyList<byte[]> photographs, JammiConnection connection, ModelUse use, int rounds)
    {
        using EmbeddingModel model = EmbeddingModel.Open("measured", directory, new ModelSettings { Use = use });
        int count = photographs.Count;
        int size = 3 * model.Preprocessing.Height * model.Preprocessing.Width;
        float[] pixels = new float[count * size];
        BatchPlan plan = model.PlanImages(count);
        void Decode() => Parallel.For(0, count, i => model.Preprocess(photographs[i], pixels.AsSpan(i * size, size)));
        void Infer() => Parallel.ForEach(
            Enumerable.Range(0, (count + plan.Rows - 1) / plan.Rows),
            new ParallelOptions { MaxDegreeOfParallelism = plan.Calls },
            batch =>
            {
                int rows = Math.Min(plan.Rows, count - (batch * plan.Rows));
                model.EmbedPixels(pixels.AsSpan(batch * plan.Rows * size, rows * size), rows, new float[rows * model.Dimensions]);
            });
        IReadOnlyList<Peers.Result> results = new Peers()
            .Add("decode", Decode)
            .Add("model", Infer)
            .Add("all", () => connection.Run(Generate(directory, options)))
            .Measure(rounds);
        double limit = results[0].Wall + results[1].Wall;
        table.Add(title, Rate(results[2].Wall), Rate(results[0].Wall), Rate(results[1].Wall), Rate(limit), limit / results[2].Wall, (results[0].Cpu + results[1].Cpu) / results[2].Cpu, Busy(connection, Generate(directory, options)));

        double Rate(double wall) => count / wall * 1e3;
    }

    /// <summary>How busy the stages were, as EXPLAIN ANALYZE says.</summary>
    static string Busy(JammiConnection connection, string sql)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = "EXPLAIN ANALYZE " + sql;
        using JammiDataReader reader = command.ExecuteReader();
        string plan = string.Empty;
        while (reader.Read())
        {
            plan += reader.GetString(0) + " ";
        }

        string Of(string stage) => BusyShare().Matches(plan).FirstOrDefault(m => m.Groups[1].Value == stage)?.Groups[2].Value ?? "?";
        return $"{Of("decoding")}, {Of("model")}, {Of("writing")} %";
    }

    /// <summary>A text query on a loaded model through SQL, beside the session alone on the same tokens.</summary>
    static void Query(string directory, int rounds)
    {
        const int Queries = 20;
        string sql = $"SELECT encode_text_query('{Path.GetFileName(directory)}', @q)";
        using JammiConnection fresh = Connect(directory, "Query Cache=0");
        using JammiConnection remembering = Connect(directory);
        using EmbeddingModel model = EmbeddingModel.Open("measured", directory);
        using BareTower bare = BareTower.OpenText(directory);
        const string Text = "a red circle on a white background";
        long[] ids = new long[model.ContextLength];
        int tokens = model.Tokenizer.Encode(Text, ids);
        void Repeat(Action action)
        {
            for (int i = 0; i < Queries; i++)
            {
                action();
            }
        }

        IReadOnlyList<Peers.Result> results = new Peers()
            .Add($"bare session run, {tokens} tokens", () => Repeat(() => bare.Run(ids[..tokens], 1, 1, tokens)))
            .Add("encode_text_query through ADO.NET", () => Repeat(() => fresh.Run(sql, ("q", Text))))
            .Add("the same text again (Query Cache)", () => Repeat(() => remembering.Run(sql, ("q", Text))))
            .Measure(rounds);
        var table = new MarkdownTable("a text query, model loaded", "ms", "CPU ms", "against the bare run");
        foreach (Peers.Result result in results)
        {
            table.Add(result.Name, result.Wall / Queries, result.Cpu / Queries, result.Wall / results[0].Wall);
        }

        table.Print("Text query");
    }

    [GeneratedRegex(@"% busy (\w+) (\d+)")]
    private static partial Regex BusyShare();
}
