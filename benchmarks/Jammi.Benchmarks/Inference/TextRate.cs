using Jammi.Inference;
using Jammi.Inference.Text;

namespace Jammi.Benchmarks.Inference;

/// <summary>Texts a second: captions of a few words, as people search with.</summary>
static class TextRate
{
    static readonly string[] Things = ["a red circle", "two old boats", "the skyline of a city at night", "a cat that sleeps on a warm stone wall", "mountains", "a bowl of fruit on a kitchen table"];

    public static void Run(EmbeddingModel model, int count, int rounds)
    {
        string[] texts = [.. Enumerable.Range(0, count).Select(i => $"a photo of {Things[i % Things.Length]}, number {i}")];
        int context = model.ContextLength;
        long[] ids = new long[count * context];
        ITextTokenizer tokenizer = model.Tokenizer;
        void Tokenize()
        {
            for (int i = 0; i < count; i++)
            {
                tokenizer.Encode(texts[i], ids.AsSpan(i * context, context));
            }
        }

        Tokenize();
        float[] vectors = new float[count * model.Dimensions];
        var table = new MarkdownTable("texts", "batch", "texts/s", "CPU ms a text", "CPU against the bare loop");
        using BareTower bare = BareTower.OpenText(model.Directory);
        foreach (int batch in new[] { 1, 8, 32 })
        {
            VisionRate.Add(table, batch, count, new Peers()
                .Add($"bare ONNX Runtime loop, {context} ids a text", () => bare.Run(ids, count, batch, context))
                .Add("Jammi", () => VisionRate.InBatches(batch, count, (start, rows) => model.EmbedTexts(texts[start..(start + rows)], vectors)))
                .Measure(rounds));
        }

        VisionRate.Add(table, count, count, new Peers().Add("tokenizer alone", Tokenize).Measure(rounds));
        table.Print($"Texts ({count} of them, best of {rounds} in turn)");
    }
}
