using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Towers;

/// <summary>Tiny random encoders of the BERT family and their forward pass in double precision, written down formula by formula.</summary>
static class BertFormulas
{
    public const int Width = 24;
    public const int Heads = 4;
    public const int Mlp = 36;
    public const int Layers = 2;

    /// <param name="prefix">What the checkpoint puts before every name.</param>
    /// <param name="firstPosition">Row of the position embedding that the first token takes.</param>
    public static float[] Embed(TestTensors tensors, long[] ids, bool mean, string prefix = "", int firstPosition = 0, double epsilon = 1e-12)
    {
        var math = new ReferenceMath(tensors);
        double[][] words = math.Rows(prefix + "embeddings.word_embeddings.weight");
        double[][] positions = math.Rows(prefix + "embeddings.position_embeddings.weight");
        double[][] types = math.Rows(prefix + "embeddings.token_type_embeddings.weight");
        double[][] x = [.. ids.Select((id, i) => words[id].Select((v, j) => v + positions[firstPosition + i][j] + types[0][j]).ToArray())];
        x = math.LayerNorm(x, prefix + "embeddings.LayerNorm", epsilon);
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"{prefix}encoder.layer.{layer}.";
            double[][] attended = ReferenceMath.Attention(
                math.Linear(x, block + "attention.self.query"), math.Linear(x, block + "attention.self.key"), math.Linear(x, block + "attention.self.value"), Heads);
            x = math.LayerNorm(ReferenceMath.Add(x, math.Linear(attended, block + "attention.output.dense")), block + "attention.output.LayerNorm", epsilon);
            double[][] mixed = math.Linear(ReferenceMath.Apply(math.Linear(x, block + "intermediate.dense"), ReferenceMath.Gelu), block + "output.dense");
            x = math.LayerNorm(ReferenceMath.Add(x, mixed), block + "output.LayerNorm", epsilon);
        }

        return ReferenceMath.Normalize(mean ? [.. Enumerable.Range(0, Width).Select(c => x.Average(row => row[c]))] : x[0]);
    }

    public static TestTensors MakeTensors(Random random, int vocabulary, int positions, int types, string prefix = "")
    {
        var tensors = new TestTensors();
        tensors.AddRandom(random, prefix + "embeddings.word_embeddings.weight", 1, 0, vocabulary, Width);
        tensors.AddRandom(random, prefix + "embeddings.position_embeddings.weight", 0.3, 0, positions, Width);
        tensors.AddRandom(random, prefix + "embeddings.token_type_embeddings.weight", 0.3, 0, types, Width);
        tensors.AddNorm(random, prefix + "embeddings.LayerNorm", Width);
        tensors.Add(prefix + "embeddings.position_ids", [1, positions], new float[positions]);
        tensors.Retype(prefix + "embeddings.position_ids", "I64");
        tensors.AddLinear(random, prefix + "pooler.dense", Width, Width);
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"{prefix}encoder.layer.{layer}.";
            foreach (string linear in new[] { "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense" })
            {
                tensors.AddLinear(random, block + linear, Width, Width);
            }

            tensors.AddNorm(random, block + "attention.output.LayerNorm", Width);
            tensors.AddLinear(random, block + "intermediate.dense", Mlp, Width);
            tensors.AddLinear(random, block + "output.dense", Width, Mlp);
            tensors.AddNorm(random, block + "output.LayerNorm", Width);
        }

        return tensors;
    }
}
