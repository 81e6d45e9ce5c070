using System.Text.Json.Nodes;
using Jammi.Inference.Layouts;
using Jammi.Inference.Text;
using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Layouts;

/// <summary>The same weights in OpenCLIP's layout and in the transformers library's give the same vectors.</summary>
public sealed class TransformersClipTests
{
    const float Tolerance = 1e-6f;

    [Theory]
    [InlineData("tiny-gelu", false)]
    [InlineData("tiny-gelu", true)]
    [InlineData("tiny-quickgelu-noheads", false)]
    public void The_same_weights_give_the_same_vectors(string golden, bool sharded)
    {
        using var folder = new TemporaryFolder();
        string original = Path.Combine(TestData.Root, "golden", "models", golden);
        Convert(original, folder, sharded);
        using EmbeddingModel expected = EmbeddingModel.Open("original", original);
        using EmbeddingModel actual = EmbeddingModel.Open("converted", folder.Path);
        Assert.Equal(expected.Dimensions, actual.Dimensions);
        Assert.Equal(expected.LogitScale, actual.LogitScale);

        string[] texts = ["a photo of a cat", "two red circles on white", "", new string('x', 400)];
        Compare(expected, actual, texts.Length, (model, to) => model.EmbedTexts(texts, to));

        // A plain RGB picture of even sides: where the two libraries' preprocessing agrees.
        ReadOnlyMemory<byte> picture = File.ReadAllBytes(Path.Combine(TestData.Root, "images", "square_224x224.png"));
        Compare(expected, actual, 1, (model, to) => model.EmbedImages([picture], to));
    }

    [Fact]
    public void Vocabulary_files_serve_where_there_is_no_tokenizer_json()
    {
        using var folder = new TemporaryFolder();
        string original = Path.Combine(TestData.Root, "golden", "models", "tiny-gelu");
        JsonNode tokenizer = JsonNode.Parse(File.ReadAllText(Path.Combine(original, "tokenizer.json")))!;
        JsonNode model = tokenizer["model"]!;
        folder.Write("vocab.json", model["vocab"]!.ToJsonString());
        folder.Write("merges.txt", "#version: 0.2\n" + string.Join('\n', model["merges"]!.AsArray().Select(m => m is JsonArray pair ? $"{pair[0]} {pair[1]}" : m!.GetValue<string>())) + "\n");
        ITextTokenizer expected = TextTokenizerFactory.Open(original, 77, 640);
        ITextTokenizer actual = TextTokenizerFactory.Open(folder.Path, 77, 640);
        foreach (string text in new[] { "a photo of a cat", "It's 3 o'clock — naïve café", "<|endoftext|>" })
        {
            long[] one = new long[77];
            long[] two = new long[77];
            Assert.Equal(expected.Encode(text, one), actual.Encode(text, two));
            Assert.Equal(one, two);
        }
    }

    [Fact]
    public void An_old_configuration_pools_at_the_highest_id_and_lets_its_older_sections_win()
    {
        using var folder = new TemporaryFolder();
        string original = Path.Combine(TestData.Root, "golden", "models", "tiny-gelu");
        Convert(original, folder, sharded: false, config =>
        {
            config["text_config"]!["eos_token_id"] = 2;
            config["text_config_dict"] = config["text_config"]!.DeepClone();
            config["text_config"]!["num_attention_heads"] = 2;
        });
        using EmbeddingModel expected = EmbeddingModel.Open("original", original);
        using EmbeddingModel actual = EmbeddingModel.Open("converted", folder.Path);
        Compare(expected, actual, 1, (model, to) => model.EmbedTexts(["a photo of a cat"], to));
    }

    [Theory]
    [InlineData("model_type", "\"align\"", "model_type = \"align\"; supported")]
    [InlineData("rope_theta", "1", "rope_theta")]
    public void What_is_not_supported_is_refused_by_name(string field, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        Convert(Path.Combine(TestData.Root, "golden", "models", "tiny-gelu"), folder, sharded: false, config => config[field] = JsonNode.Parse(value));
        InferenceException error = Assert.Throws<InferenceException>(() => EmbeddingModel.Open("converted", folder.Path));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_that_is_missing_is_named()
    {
        using var folder = new TemporaryFolder();
        Convert(Path.Combine(TestData.Root, "golden", "models", "tiny-gelu"), folder, sharded: true);
        File.Delete(Path.Combine(folder.Path, "model-00002-of-00002.safetensors"));
        InferenceException error = Assert.Throws<InferenceException>(() => EmbeddingModel.Open("converted", folder.Path));
        Assert.Contains("model-00002-of-00002.safetensors", error.Message, StringComparison.Ordinal);
    }

    static void Compare(EmbeddingModel expected, EmbeddingModel actual, int rows, Action<EmbeddingModel, float[]> embed)
    {
        float[] one = new float[rows * expected.Dimensions];
        float[] two = new float[rows * actual.Dimensions];
        embed(expected, one);
        embed(actual, two);
        GoldenModelTests.AssertClose(one, two, Tolerance);
    }

    /// <summary>Writes an OpenCLIP checkpoint the way the transformers library would store it.</summary>
    static void Convert(string original, TemporaryFolder folder, bool sharded, Action<JsonNode>? change = null)
    {
        JsonNode model = JsonNode.Parse(File.ReadAllText(Path.Combine(original, OpenClipConfig.FileName)))!["model_cfg"]!;
        JsonNode vision = model["vision_cfg"]!;
        JsonNode text = model["text_cfg"]!;
        string activation = model["quick_gelu"]?.GetValue<bool>() == true ? "quick_gelu" : "gelu";
        int visionWidth = vision["width"]!.GetValue<int>();
        int textWidth = text["width"]!.GetValue<int>();
        int size = vision["image_size"]!.GetValue<int>();
        int vocabulary = text["vocab_size"]!.GetValue<int>();
        var config = new JsonObject
        {
            ["model_type"] = "clip",
            ["architectures"] = new JsonArray("CLIPModel"),
            ["projection_dim"] = model["embed_dim"]!.GetValue<int>(),
            ["torch_dtype"] = "float32",
            ["vision_config"] = new JsonObject
            {
                ["model_type"] = "clip_vision_model",
                ["hidden_size"] = visionWidth,
                ["intermediate_size"] = (int)(visionWidth * (vision["mlp_ratio"]?.GetValue<double>() ?? 4)),
                ["num_hidden_layers"] = vision["layers"]!.GetValue<int>(),
                ["num_attention_heads"] = visionWidth / (vision["head_width"]?.GetValue<int>() ?? 64),
                ["image_size"] = size,
                ["patch_size"] = vision["patch_size"]!.GetValue<int>(),
                ["hidden_act"] = activation,
            },
            ["text_config"] = new JsonObject
            {
                ["model_type"] = "clip_text_model",
                ["hidden_size"] = textWidth,
                ["intermediate_size"] = (int)(textWidth * (text["mlp_ratio"]?.GetValue<double>() ?? 4)),
                ["num_hidden_layers"] = text["layers"]!.GetValue<int>(),
                ["num_attention_heads"] = text["heads"]?.GetValue<int>() ?? 8,
                ["max_position_embeddings"] = text["context_length"]!.GetValue<int>(),
                ["vocab_size"] = vocabulary,
                ["eos_token_id"] = vocabulary - 1,
                ["hidden_act"] = activation,
            },
        };
        change?.Invoke(config);
        folder.Write("config.json", config.ToJsonString());
        folder.Write("preprocessor_config.json", $$"""
            { "crop_size": {{size}}, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor",
              "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": { "shortest_edge": {{size}} } }
            """);
        File.Copy(Path.Combine(original, "tokenizer.json"), Path.Combine(folder.Path, "tokenizer.json"));
        TestTensors tensors = ConvertTensors(TestTensors.Read(Path.Combine(original, OpenClipLayout.WeightsFileName)));
        if (!sharded)
        {
            folder.Write("model.safetensors", tensors.ToSafeTensors());
            return;
        }

        var map = new JsonObject();
        foreach (string name in tensors.Names)
        {
            map[name] = name.StartsWith("text", StringComparison.Ordinal) ? "model-00001-of-00002.safetensors" : "model-00002-of-00002.safetensors";
        }

        folder.Write("model.safetensors.index.json", new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
        folder.Write("model-00001-of-00002.safetensors", tensors.ToSafeTensors(n => n.StartsWith("text", StringComparison.Ordinal)));
        folder.Write("model-00002-of-00002.safetensors", tensors.ToSafeTensors(n => !n.StartsWith("text", StringComparison.Ordinal)));
    }

    static TestTensors ConvertTensors(TestTensors from)
    {
        var to = new TestTensors();
        foreach (string name in from.Names)
        {
            string converted = name.StartsWith("visual.", StringComparison.Ordinal) ? "vision_model." + name["visual.".Length..] : "text_model." + name;
            converted = converted
                .Replace("transformer.resblocks.", "encoder.layers.", StringComparison.Ordinal)
                .Replace("ln_1", "layer_norm1", StringComparison.Ordinal)
                .Replace("ln_2", "layer_norm2", StringComparison.Ordinal)
                .Replace("mlp.c_fc", "mlp.fc1", StringComparison.Ordinal)
                .Replace("mlp.c_proj", "mlp.fc2", StringComparison.Ordinal)
                .Replace("attn.out_proj", "self_attn.out_proj", StringComparison.Ordinal)
                .Replace("ln_pre", "pre_layrnorm", StringComparison.Ordinal)
                .Replace("ln_post", "post_layernorm", StringComparison.Ordinal)
                .Replace("ln_final", "final_layer_norm", StringComparison.Ordinal)
                .Replace("class_embedding", "embeddings.class_embedding", StringComparison.Ordinal)
                .Replace("positional_embedding", "embeddings.position_embedding.weight", StringComparison.Ordinal)
                .Replace("conv1.weight", "embeddings.patch_embedding.weight", StringComparison.Ordinal)
                .Replace("token_embedding", "embeddings.token_embedding", StringComparison.Ordinal);
            long[] shape = from.Shape(name);
            if (name == "logit_scale")
            {
                to.Add(name, shape, from[name]);
            }
            else if (name is "visual.proj" or "text_projection")
            {
                to.Add(name == "visual.proj" ? "visual_projection.weight" : "text_projection.weight", [shape[1], shape[0]], Transpose(from[name], (int)shape[0], (int)shape[1]));
            }
            else if (converted.Contains("attn.in_proj_", StringComparison.Ordinal))
            {
                int part = from[name].Length / 3;
                foreach ((string letter, int index) in new[] { ("q", 0), ("k", 1), ("v", 2) })
                {
                    to.Add(converted.Replace("attn.in_proj_", $"self_attn.{letter}_proj.", StringComparison.Ordinal), [shape[0] / 3, .. shape[1..]], from[name][(index * part)..((index + 1) * part)]);
                }
            }
            else
            {
                to.Add(converted, shape, from[name]);
            }
        }

        return to;
    }

    static float[] Transpose(float[] matrix, int rows, int columns) => [.. Enumerable.Range(0, columns).SelectMany(c => Enumerable.Range(0, rows).Select(r => matrix[(r * columns) + c]))];
}
