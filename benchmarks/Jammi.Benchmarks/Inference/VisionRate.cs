using System.Numerics.Tensors;
using Jammi.Inference;
using Jammi.Inference.Images;
using Jammi.Inference.Images.Resampling;

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
        using EmbeddingModel int8 = Open(model.Directory, ModelPrecision.Int8);
        foreach (int batch in new[] { 1, 8, 32 })
        {
            Add(table, batch, count, new Peers()
                .Add("bare ONNX Runtime loop, ready pixels", () => bare.Run(pixels, count, batch, 3, height, width))
                .Add("bare loop, nodes of a torch.onnx export", () => exported.Run(pixels, count, batch, 3, height, width))
                .Add("Jammi, ready pixels", () => InBatches(batch, count, (start, rows) => model.EmbedPixels(pixels.AsSpan(start * size, rows * size), rows, vectors)))
                .Add("Jammi, 1200 × 800 JPEG", () => InBatches(batch, count, (start, rows) => model.EmbedImages(encoded[start..(start + rows)], vectors)))
                .Add("Jammi int8, ready pixels", () => InBatches(batch, count, (start, rows) => int8.EmbedPixels(pixels.AsSpan(start * size, rows * size), rows, vectors)))
                .Measure(rounds));
        }

        table.Print($"Pictures ({count} of them, best of {rounds} in turn)");
        Decode(model, photographs, pixels, rounds);
    }

    public static EmbeddingModel Open(string directory, ModelPrecision precision = ModelPrecision.Fp32, ImageDecoding decoding = ImageDecoding.Exact) =>
        EmbeddingModel.Open("measured", directory, new ModelSettings { Use = new ModelUse { Precision = precision, Decoding = decoding } });

    /// <summary>What comes before the tower, on one thread, and what the faster ways do to a vector.</summary>
    static void Decode(EmbeddingModel model, IReadOnlyList<byte[]> photographs, float[] pixels, int rounds)
    {
        int size = pixels.Length / photographs.Count;
        using EmbeddingModel fast = Open(model.Directory, decoding: ImageDecoding.Fast);
        using EmbeddingModel int8 = Open(model.Directory, ModelPrecision.Int8);
        PixelBuffer whole = ImageDecoder.Decode(photographs[0], out ImageLayout layout);
        void Each(Action<int> work)
        {
            for (int i = 0; i < photographs.Count; i++)
            {
                work(i);
            }
        }

        IReadOnlyList<Peers.Result> results = new Peers()
            .Add("decode", () => Each(i => ImageDecoder.Decode(photographs[i], out _).Dispose()))
            .Add("resize to 224", () => Each(_ => ImageFitter.Fit(whole, layout, model.Preprocessing, VectorLevels.Best).Dispose()))
            .Add("decode, resize, normalise", () => Each(i => model.Preprocess(photographs[i], pixels.AsSpan(i * size, size))))
            .Add("the same with decode => 'fast'", () => Each(i => fast.Preprocess(photographs[i], pixels.AsSpan(i * size, size))))
            .Measure(rounds);
        whole.Dispose();
        var table = new MarkdownTable("one 1200 × 800 JPEG, one thread", "CPU ms");
        foreach (Peers.Result result in results)
        {
            table.Add(result.Name, result.Cpu / photographs.Count);
        }

        table.Print("Decoding");
        ReadOnlyMemory<byte>[] some = [.. photographs.Take(8).Select(p => new ReadOnlyMemory<byte>(p))];
        float[] exact = Embed(model, some);
        Console.WriteLine(FormattableString.Invariant($"\nLeast cosine to the exact vector, {some.Length} photographs, random weights: decode => 'fast' {LeastCosine(exact, Embed(fast, some), some.Length):0.00000}, precision => 'int8' {LeastCosine(exact, Embed(int8, some), some.Length):0.00000}"));
    }

    static float[] Embed(EmbeddingModel model, ReadOnlyMemory<byte>[] pictures)
    {
        float[] vectors = new float[pictures.Length * model.Dimensions];
        model.EmbedImages(pictures, vectors);
        return vectors;
    }

    static float LeastCosine(float[] left, float[] right, int rows)
    {
        int size = left.Length / rows;
        return Enumerable.Range(0, rows).Min(i => TensorPrimitives.Dot<float>(left.AsSpan(i * size, size), right.AsSpan(i * size, size)));
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
