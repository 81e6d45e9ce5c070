using Jammi.Inference;

namespace Jammi.Benchmarks.Inference;

/// <summary>Pictures a second, with and without decoding.</summary>
static class VisionRate
{
    public static void Run(EmbeddingModel model, IReadOnlyList<byte[]> photographs, int rounds)
    {
        int count = photographs.Count;
        int height = model.Preprocessing.Height;
        int width = model.Preprocessing.Width;
        int size = 3 * height * width;
        float[] pixels = new float[count * size];
        float[] vectors = new float[count * model.Dimensions];
        ReadOnlyMemory<byte>[] encoded = [.. photographs.Select(p => new ReadOnlyMemory<byte>(p))];
        void Prepare() => Parallel.For(0, count, i => model.Preprocess(photographs[i], pixels.AsSpan(i * size, size)));
        Prepare();

        var table = new MarkdownTable("pictures", "batch", "images/s", "CPU ms an image", "CPU against the bare loop");
        using BareTower bare = BareTower.OpenVision(model.Directory);
        using BareTower exported = BareTower.OpenExportedVision(model.Directory);
        foreach (int batch in new[] { 1, 8, 32 })
        {
            Add(table, batch, count, new Peers()
                .Add("bare ONNX Runtime loop, ready pixels", () => bare.Run(pixels, count, batch, 3, height, width))
                .Add("bare loop, nodes of a torch.onnx export", () => exported.Run(pixels, count, batch, 3, height, width))
                .Add("Jammi, ready pixels", () => InBatches(batch, count, (start, rows) => model.EmbedPixels(pixels.AsSpan(start * size, rows * size), rows, vectors)))
                .Add("Jammi, 1200 × 800 JPEG", () => InBatches(batch, count, (start, rows) => model.EmbedImages(encoded[start..(start + rows)], vectors)))
                .Measure(rounds));
        }

        Add(table, count, count, new Peers().Add("decode and resize alone, all processors", Prepare).Measure(rounds));
        table.Print($"Pictures ({count} of them, best of {rounds} in turn)");
    }

    /// <summary>Calls for slices of some rows.</summary>
    public static void InBatches(int batch, int count, Action<int, int> run)
    {
        for (int start = 0; start < count; start += batch)
        {
            run(start, Math.Min(batch, count - start));
        }
    }

    public static void Add(MarkdownTable table, int batch, int count, IReadOnlyList<Peers.Result> results)
    {
        foreach (Peers.Result result in results)
        {
            table.Add(result.Name, batch, count / result.Wall * 1e3, result.Cpu / count, result.Cpu / results[0].Cpu);
        }
    }
}
