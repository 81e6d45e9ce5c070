using Jammi.Benchmarks.Checkpoints;
using Jammi.Benchmarks.Inference;
using Jammi.Data;
using Jammi.Inference;

namespace Jammi.Benchmarks.Mission;

/// <summary>Pictures a second of <c>generate_image_embeddings</c>, files to stored vectors, against the same graph fed with ready pixels.</summary>
static class EmbeddingRate
{
    const int Runs = 3;

    public static void Run(Workplace place, int count)
    {
        IReadOnlyList<byte[]> photographs = Photographs.Make(count);
        Directory.CreateDirectory(place["photographs"]);
        for (int i = 0; i < photographs.Count; i++)
        {
            File.WriteAllBytes(place["photographs", $"{i:000}.jpg"], photographs[i]);
        }

        string models = place["models"];
        string directory = RandomCheckpoint.ViTB32.WriteInto(models);
        using JammiConnection connection = new(new JammiConnectionStringBuilder { DataSource = place["embedding.jammi"], Models = models }.ConnectionString);
        connection.Open();
        connection.Run($"CREATE TABLE photographs AS SELECT file_name, image FROM read_images('{place["photographs"]}/*.jpg')");
        void Embed() => connection.Run($"SELECT * FROM generate_image_embeddings('photographs', '{RandomCheckpoint.ViTB32.Name}', 'image', 'file_name', refresh => true)");

        using EmbeddingModel model = EmbeddingModel.Open("bare", directory);
        using var bare = BareTower.OpenVision(directory);
        int size = 3 * model.Preprocessing.Height * model.Preprocessing.Width;
        float[] pixels = new float[count * size];
        void Prepare() => Parallel.For(0, count, i => model.Preprocess(photographs[i], pixels.AsSpan(i * size, size)));
        void Infer() => bare.Run(pixels, count, model.PreferredBatch, 3, model.Preprocessing.Height, model.Preprocessing.Width);

        Prepare();
        (Measure.Times embed, Measure.Times infer, double ratio) = Measure.InTurn(Runs, Embed, Infer);
        Measure.Times prepare = Measure.Repeat(Runs, Prepare);
        double both = infer.Median + prepare.Median;
        new MarkdownTable("1200 × 800 JPEG, ViT-B-32 fp32", "images/s", "time against the bare loop")
            .Add("generate_image_embeddings: read, decode, resize, infer, store", Rate(embed), ratio)
            .Add($"bare ONNX Runtime loop on ready pixels, batch {model.PreferredBatch}", Rate(infer), 1.0)
            .Add("decode and resize alone, all processors", Rate(prepare), prepare.Median / infer.Median)
            .Add("limit: inference and decoding one after the other, each on all processors", count / both * 1e3, both / infer.Median)
            .Print($"Embedding ({count} pictures, median of {Runs})");

        double Rate(Measure.Times times) => count / times.Median * 1e3;
    }
}
