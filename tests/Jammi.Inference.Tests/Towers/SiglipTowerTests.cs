using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Towers;

/// <summary>A tiny random SigLIP checkpoint of the transformers layout against a forward pass written down formula by formula.</summary>
public sealed class SiglipTowerTests : IDisposable
{
    const int Width = 24;
    const int Heads = 3;
    const int Mlp = 40;
    const int Layers = 2;
    const int Size = 32;
    const int Patch = 8;
    const int Context = 12;
    const int Vocabulary = 60;
    const double Epsilon = 1e-6;

    readonly TemporaryFolder folder = new();
    readonly TestTensors tensors = MakeTensors(new Random(7));

    public SiglipTowerTests()
    {
        folder.Write("model.safetensors", tensors.ToSafeTensors());
        folder.Write("config.json", $$"""
            { "model_type": "siglip", "architectures": ["SiglipModel"], "torch_dtype": "float32", "transformers_version": "4.50.0",
              "text_config": { "model_type": "siglip_text_model", "hidden_size": {{Width}}, "intermediate_size": {{Mlp}}, "num_hidden_layers": {{Layers}},
                               "num_attention_heads": {{Heads}}, "max_position_embeddings": {{Context}}, "vocab_size": {{Vocabulary}} },
              "vision_config": { "model_type": "siglip_vision_model", "hidden_size": {{Width}}, "intermediate_size": {{Mlp}}, "num_hidden_layers": {{Layers}},
                                 "num_attention_heads": {{Heads}}, "image_size": {{Size}}, "patch_size": {{Patch}} } }
            """);
        folder.Write("preprocessor_config.json", $$"""
            { "do_resize": true, "do_rescale": true, "do_normalize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
              "image_processor_type": "SiglipImageProcessor", "resample": 3, "rescale_factor": 0.00392156862745098, "size": { "height": {{Size}}, "width": {{Size}} } }
            """);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Vision_features_equal_the_formulas()
    {
        using EmbeddingModel model = EmbeddingModel.Open("siglip", folder.Path);
        float[] pixels = RandomPixels(new Random(3), 2);
        float[] embeddings = new float[2 * Width];
        model.EmbedPixels(pixels, 2, embeddings);
        for (int i = 0; i < 2; i++)
        {
            GoldenModelTests.AssertClose(EmbedPixels(pixels.AsSpan(i * 3 * Size * Size, 3 * Size * Size)), embeddings.AsSpan(i * Width, Width), 2e-6f);
        }
    }

    [Fact]
    public void Text_features_equal_the_formulas()
    {
        using EmbeddingModel model = EmbeddingModel.Open("siglip", folder.Path);
        long[] ids = [5, 9, 33, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 59, 2, 8, 14, 21, 3, 1, 1, 1, 1, 1];
        float[] embeddings = new float[2 * Width];
        model.EmbedTokens(ids, 2, embeddings);
        for (int i = 0; i < 2; i++)
        {
            GoldenModelTests.AssertClose(EmbedIds(ids[(i * Context)..((i + 1) * Context)]), embeddings.AsSpan(i * Width, Width), 2e-6f);
        }
    }

    [Fact]
    public void Logits_take_the_stored_scale_and_bias()
    {
        using EmbeddingModel model = EmbeddingModel.Open("siglip", folder.Path);
        Assert.Equal(Math.Exp(tensors["logit_scale"][0]), model.LogitScale, 1e-6);
        Assert.Equal(tensors["logit_bias"][0], model.LogitBias, 1e-6);
    }

    float[] EmbedPixels(ReadOnlySpan<float> pixels)
    {
        var math = new ReferenceMath(tensors);
        const string Tower = "vision_model.";
        double[][] kernel = math.Rows(Tower + "embeddings.patch_embedding.weight");
        double[] flat = [.. kernel.SelectMany(r => r)];
        double[] bias = math.Vector(Tower + "embeddings.patch_embedding.bias");
        const int Grid = Size / Patch;
        double[][] x = [.. Enumerable.Range(0, Grid * Grid).Select(_ => new double[Width])];
        for (int patch = 0; patch < x.Length; patch++)
        {
            for (int output = 0; output < Width; output++)
            {
                double sum = bias[output];
                for (int channel = 0; channel < 3; channel++)
                {
                    for (int row = 0; row < Patch; row++)
                    {
                        for (int column = 0; column < Patch; column++)
                        {
                            int y = (patch / Grid * Patch) + row;
                            int z = (patch % Grid * Patch) + column;
                            sum += pixels[(((channel * Size) + y) * Size) + z] * flat[(((((output * 3) + channel) * Patch) + row) * Patch) + column];
                        }
                    }
                }

                x[patch][output] = sum;
            }
        }

        x = Encode(math, ReferenceMath.Add(x, math.Rows(Tower + "embeddings.position_embedding.weight")), Tower);
        x = math.LayerNorm(x, Tower + "post_layernorm", Epsilon);
        double[][] weight = math.Rows(Tower + "head.attention.in_proj_weight");
        double[] packed = math.Vector(Tower + "head.attention.in_proj_bias");
        double[][] Part(double[][] value, int part) => ReferenceMath.Linear(value, weight[(part * Width)..((part + 1) * Width)], packed[(part * Width)..((part + 1) * Width)]);
        double[][] probe = math.Rows(Tower + "head.probe");
        double[][] pooled = math.Linear(ReferenceMath.Attention(Part(probe, 0), Part(x, 1), Part(x, 2), Heads), Tower + "head.attention.out_proj");
        double[][] mixed = Mlp2(math, math.LayerNorm(pooled, Tower + "head.layernorm", Epsilon), Tower + "head.mlp.");
        return ReferenceMath.Normalize(ReferenceMath.Add(pooled, mixed)[0]);
    }

    float[] EmbedIds(long[] ids)
    {
        var math = new ReferenceMath(tensors);
        const string Tower = "text_model.";
        double[][] table = math.Rows(Tower + "embeddings.token_embedding.weight");
        double[][] x = ReferenceMath.Add([.. ids.Select(id => table[id])], math.Rows(Tower + "embeddings.position_embedding.weight"));
        x = math.LayerNorm(Encode(math, x, Tower), Tower + "final_layer_norm", Epsilon);
        return ReferenceMath.Normalize(math.Linear([x[^1]], Tower + "head")[0]);
    }

    static double[][] Encode(ReferenceMath math, double[][] x, string tower)
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"{tower}encoder.layers.{layer}.";
            double[][] normed = math.LayerNorm(x, block + "layer_norm1", Epsilon);
            double[][] attended = ReferenceMath.Attention(
                math.Linear(normed, block + "self_attn.q_proj"), math.Linear(normed, block + "self_attn.k_proj"), math.Linear(normed, block + "self_attn.v_proj"), Heads);
            x = ReferenceMath.Add(x, math.Linear(attended, block + "self_attn.out_proj"));
            x = ReferenceMath.Add(x, Mlp2(math, math.LayerNorm(x, block + "layer_norm2", Epsilon), block + "mlp."));
        }

        return x;
    }

    static double[][] Mlp2(ReferenceMath math, double[][] x, string prefix) => math.Linear(ReferenceMath.Apply(math.Linear(x, prefix + "fc1"), ReferenceMath.GeluTanh), prefix + "fc2");

    internal static float[] RandomPixels(Random random, int count, int size = Size) => [.. Enumerable.Range(0, count * 3 * size * size).Select(_ => (float)((random.NextDouble() * 4) - 2))];

    static TestTensors MakeTensors(Random random)
    {
        var tensors = new TestTensors();
        foreach (string tower in new[] { "vision_model.", "text_model." })
        {
            for (int layer = 0; layer < Layers; layer++)
            {
                string block = $"{tower}encoder.layers.{layer}.";
                tensors.AddNorm(random, block + "layer_norm1", Width);
                tensors.AddNorm(random, block + "layer_norm2", Width);
                foreach (string projection in new[] { "q_proj", "k_proj", "v_proj", "out_proj" })
                {
                    tensors.AddLinear(random, $"{block}self_attn.{projection}", Width, Width);
                }

                tensors.AddLinear(random, block + "mlp.fc1", Mlp, Width);
                tensors.AddLinear(random, block + "mlp.fc2", Width, Mlp);
            }
        }

        const int Patches = Size / Patch * (Size / Patch);
        tensors.AddRandom(random, "vision_model.embeddings.patch_embedding.weight", 0.1, 0, Width, 3, Patch, Patch);
        tensors.AddRandom(random, "vision_model.embeddings.patch_embedding.bias", 0.1, 0, Width);
        tensors.AddRandom(random, "vision_model.embeddings.position_embedding.weight", 0.3, 0, Patches, Width);
        tensors.AddNorm(random, "vision_model.post_layernorm", Width);
        tensors.AddRandom(random, "vision_model.head.probe", 1, 0, 1, 1, Width);
        tensors.AddRandom(random, "vision_model.head.attention.in_proj_weight", 0.3, 0, 3 * Width, Width);
        tensors.AddRandom(random, "vision_model.head.attention.in_proj_bias", 0.1, 0, 3 * Width);
        tensors.AddLinear(random, "vision_model.head.attention.out_proj", Width, Width);
        tensors.AddNorm(random, "vision_model.head.layernorm", Width);
        tensors.AddLinear(random, "vision_model.head.mlp.fc1", Mlp, Width);
        tensors.AddLinear(random, "vision_model.head.mlp.fc2", Width, Mlp);
        tensors.AddRandom(random, "text_model.embeddings.token_embedding.weight", 1, 0, Vocabulary, Width);
        tensors.AddRandom(random, "text_model.embeddings.position_embedding.weight", 0.3, 0, Context, Width);
        tensors.AddNorm(random, "text_model.final_layer_norm", Width);
        tensors.AddLinear(random, "text_model.head", Width, Width);
        tensors.Add("logit_scale", [1], [4.7f]);
        tensors.Add("logit_bias", [1], [-12.9f]);
        return tensors;
    }
}
