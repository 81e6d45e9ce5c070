using System.Text.Json;

namespace Jammi.Benchmarks.Checkpoints;

/// <summary>A tower's size.</summary>
sealed record TowerSize(int Width, int Layers, int Heads);

/// <summary>
/// An OpenCLIP checkpoint of a real model's size and key names with random weights: it costs what the real one costs, and its embeddings mean nothing.
/// </summary>
sealed record RandomCheckpoint(string Name, int Dimensions, int ImageSize, int PatchSize, TowerSize Vision, TowerSize Text, int ContextLength, int VocabularySize)
{
    public static RandomCheckpoint ViTB32 { get; } = new("random-ViT-B-32", 512, 224, 32, new(768, 12, 12), new(512, 12, 8), 77, 49_408);

    public static RandomCheckpoint ViTL14 { get; } = new("random-ViT-L-14", 768, 224, 14, new(1_024, 24, 16), new(768, 12, 12), 77, 49_408);

    /// <summary>A vision tower of 80 MB, for checks that should not take long.</summary>
    public static RandomCheckpoint Middle { get; } = new("random-middle", 256, 224, 32, new(512, 6, 8), new(64, 1, 1), 77, 49_408);

    /// <summary>Towers of next to nothing in front of a full-sized space, to make many embeddings quickly.</summary>
    public static RandomCheckpoint Wide512 { get; } = new("random-wide-512", 512, 32, 16, new(64, 1, 1), new(64, 1, 1), 77, 49_408);

    const double Deviation = 0.02;

    /// <summary>Writes configuration, weights and the standard merge table into a directory of its name; nothing when it is there.</summary>
    public string WriteInto(string models)
    {
        string directory = Path.Combine(models, Name);
        if (Directory.Exists(directory))
        {
            return directory;
        }

        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "open_clip_config.json"), Configuration());
        SafeTensorsWriter.Write(Path.Combine(directory, "open_clip_model.safetensors"), [.. Tensors()]);
        const string Merges = "bpe_simple_vocab_16e6.txt.gz";
        File.Copy(Path.Combine(Workplace.Repository, "tests", "Jammi.Inference.Tests", "data", "tokenizer", Merges), Path.Combine(directory, Merges));
        return directory;
    }

    string Configuration() => JsonSerializer.Serialize(new
    {
        model_cfg = new
        {
            embed_dim = Dimensions,
            vision_cfg = new { image_size = ImageSize, layers = Vision.Layers, width = Vision.Width, head_width = Vision.Width / Vision.Heads, patch_size = PatchSize },
            text_cfg = new { context_length = ContextLength, vocab_size = VocabularySize, width = Text.Width, heads = Text.Heads, layers = Text.Layers },
        },
    });

    IEnumerable<RandomTensor> Tensors()
    {
        var random = new Random(7);
        int grid = ImageSize / PatchSize;
        yield return new("visual.class_embedding", 0, Deviation, random, Vision.Width);
        yield return new("visual.positional_embedding", 0, Deviation, random, (grid * grid) + 1, Vision.Width);
        yield return new("visual.conv1.weight", 0, Deviation, random, Vision.Width, 3, PatchSize, PatchSize);
        foreach (RandomTensor tensor in Norm("visual.ln_pre", Vision.Width, random).Concat(Blocks("visual.transformer", Vision, random)).Concat(Norm("visual.ln_post", Vision.Width, random)))
        {
            yield return tensor;
        }

        yield return new("visual.proj", 0, 1 / Math.Sqrt(Vision.Width), random, Vision.Width, Dimensions);
        yield return new("token_embedding.weight", 0, Deviation, random, VocabularySize, Text.Width);
        yield return new("positional_embedding", 0, Deviation, random, ContextLength, Text.Width);
        foreach (RandomTensor tensor in Blocks("transformer", Text, random).Concat(Norm("ln_final", Text.Width, random)))
        {
            yield return tensor;
        }

        yield return new("text_projection", 0, 1 / Math.Sqrt(Text.Width), random, Text.Width, Dimensions);
        yield return new("logit_scale", Math.Log(1 / 0.07), 0, random);
    }

    static IEnumerable<RandomTensor> Blocks(string prefix, TowerSize size, Random random)
    {
        int width = size.Width;
        for (int layer = 0; layer < size.Layers; layer++)
        {
            string block = $"{prefix}.resblocks.{layer}.";
            yield return new(block + "attn.in_proj_weight", 0, Deviation, random, 3 * width, width);
            yield return new(block + "attn.in_proj_bias", 0, Deviation, random, 3 * width);
            yield return new(block + "attn.out_proj.weight", 0, Deviation, random, width, width);
            yield return new(block + "attn.out_proj.bias", 0, Deviation, random, width);
            yield return new(block + "mlp.c_fc.weight", 0, Deviation, random, 4 * width, width);
            yield return new(block + "mlp.c_fc.bias", 0, Deviation, random, 4 * width);
            yield return new(block + "mlp.c_proj.weight", 0, Deviation, random, width, 4 * width);
            yield return new(block + "mlp.c_proj.bias", 0, Deviation, random, width);
            foreach (RandomTensor tensor in Norm(block + "ln_1", width, random).Concat(Norm(block + "ln_2", width, random)))
            {
                yield return tensor;
            }
        }
    }

    static IEnumerable<RandomTensor> Norm(string prefix, int width, Random random) =>
        [new(prefix + ".weight", 1, Deviation, random, width), new(prefix + ".bias", 0, Deviation, random, width)];
}
