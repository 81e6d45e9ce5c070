using System.Text.Json.Nodes;
using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Towers;

/// <summary>A tiny random sentence-transformers model against a forward pass written down formula by formula.</summary>
public sealed class BertTowerTests : IDisposable
{
    const int Width = 24;
    const int Heads = 4;
    const int Mlp = 36;
    const int Layers = 2;
    const int Positions = 32;
    const int Context = 16;
    const double Epsilon = 1e-12;

    static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "red", "circle", "on", "white", "##s", "two", "cafe", ",", "!", "un", "##der", "猫"];

    readonly TemporaryFolder folder = new();
    readonly TestTensors tensors = MakeTensors(new Random(11));

    public BertTowerTests() => Write("pooling_mode_mean_tokens");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("pooling_mode_mean_tokens")]
    [InlineData("pooling_mode_cls_token")]
    public void Features_equal_the_formulas_whatever_else_is_in_the_batch(string pooling)
    {
        Write(pooling);
        using EmbeddingModel model = EmbeddingModel.Open("bert", folder.Path);
        string[] texts = ["a red circle", "two red circles on white, two circles!", ""];
        long[][] ids = [[2, 4, 5, 6, 3], [2, 10, 5, 6, 9, 7, 8, 12, 10, 6, 9, 13, 3], [2, 3]];
        float[] embeddings = new float[texts.Length * Width];
        model.EmbedTexts(texts, embeddings);
        for (int i = 0; i < texts.Length; i++)
        {
            GoldenModelTests.AssertClose(Embed(ids[i], pooling == "pooling_mode_mean_tokens"), embeddings.AsSpan(i * Width, Width), 2e-6f);
        }
    }

    [Fact]
    public void Texts_are_split_as_BERT_splits_them()
    {
        using EmbeddingModel model = EmbeddingModel.Open("bert", folder.Path);
        float[] one = Embed(model, "Café, UNDER 猫 xyz");
        float[] two = Embed([2, 11, 12, 14, 15, 16, 1, 3], mean: true);
        GoldenModelTests.AssertClose(two, one, 2e-6f);
    }

    [Fact]
    public void A_text_that_is_too_long_keeps_its_last_token()
    {
        using EmbeddingModel model = EmbeddingModel.Open("bert", folder.Path);
        long[] cut = [2, .. Enumerable.Repeat(5L, Context - 2), 3];
        GoldenModelTests.AssertClose(Embed(cut, mean: true), Embed(model, string.Concat(Enumerable.Repeat("red ", 40))), 2e-6f);
    }

    [Fact]
    public void It_has_no_vision_tower_and_says_so()
    {
        using EmbeddingModel model = EmbeddingModel.Open("mini", folder.Path);
        InferenceException error = Assert.Throws<InferenceException>(() => model.EmbedImages([new byte[10]], new float[Width]));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Equal("The model mini has no vision tower: it embeds texts, but not images. Use a model that has both, such as a CLIP model.", error.Message);
        Assert.False(model.HasVision);
    }

    [Theory]
    [InlineData("pooling_mode_max_tokens", "1_Pooling/config.json", "pooling_mode_max_tokens")]
    [InlineData("Dense", "modules.json", "Dense")]
    public void Other_modules_and_poolings_are_refused_by_name(string what, string file, string named)
    {
        if (what == "Dense")
        {
            folder.Write("modules.json", """[{ "idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer" }, { "idx": 1, "name": "1", "path": "2_Dense", "type": "sentence_transformers.models.Dense" }]""");
        }
        else
        {
            Write(what);
        }

        InferenceException error = Assert.Throws<InferenceException>(() => EmbeddingModel.Open("bert", folder.Path));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Contains(file, error.Message.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    static float[] Embed(EmbeddingModel model, string text)
    {
        float[] embedding = new float[Width];
        model.EmbedTexts([text], embedding);
        return embedding;
    }

    float[] Embed(long[] ids, bool mean)
    {
        var math = new ReferenceMath(tensors);
        double[][] words = math.Rows("embeddings.word_embeddings.weight");
        double[][] positions = math.Rows("embeddings.position_embeddings.weight");
        double[][] types = math.Rows("embeddings.token_type_embeddings.weight");
        double[][] x = [.. ids.Select((id, i) => words[id].Select((v, j) => v + positions[i][j] + types[0][j]).ToArray())];
        x = math.LayerNorm(x, "embeddings.LayerNorm", Epsilon);
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"encoder.layer.{layer}.";
            double[][] attended = ReferenceMath.Attention(
                math.Linear(x, block + "attention.self.query"), math.Linear(x, block + "attention.self.key"), math.Linear(x, block + "attention.self.value"), Heads);
            x = math.LayerNorm(ReferenceMath.Add(x, math.Linear(attended, block + "attention.output.dense")), block + "attention.output.LayerNorm", Epsilon);
            double[][] mixed = math.Linear(ReferenceMath.Apply(math.Linear(x, block + "intermediate.dense"), ReferenceMath.Gelu), block + "output.dense");
            x = math.LayerNorm(ReferenceMath.Add(x, mixed), block + "output.LayerNorm", Epsilon);
        }

        return ReferenceMath.Normalize(mean ? [.. Enumerable.Range(0, Width).Select(c => x.Average(row => row[c]))] : x[0]);
    }

    void Write(string pooling)
    {
        folder.Write("modules.json", """
            [{ "idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer" },
             { "idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
             { "idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize" }]
            """);
        folder.Write("1_Pooling/config.json", $$"""{ "word_embedding_dimension": {{Width}}, "{{pooling}}": true }""");
        folder.Write("sentence_bert_config.json", $$"""{ "max_seq_length": {{Context}}, "do_lower_case": false }""");
        folder.Write("config_sentence_transformers.json", """{ "__version__": { "sentence_transformers": "2.0.0" } }""");
        folder.Write("config.json", $$"""
            { "model_type": "bert", "architectures": ["BertModel"], "hidden_size": {{Width}}, "num_hidden_layers": {{Layers}}, "num_attention_heads": {{Heads}}, "intermediate_size": {{Mlp}},
              "hidden_act": "gelu", "max_position_embeddings": {{Positions}}, "vocab_size": {{Vocabulary.Length}}, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
              "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1 }
            """);
        var words = new JsonObject();
        for (int i = 0; i < Vocabulary.Length; i++)
        {
            words[Vocabulary[i]] = i;
        }

        folder.Write("tokenizer.json", new JsonObject
        {
            ["version"] = "1.0",
            ["normalizer"] = JsonNode.Parse("""{ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true }"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{ "type": "BertPreTokenizer" }"""),
            ["post_processor"] = JsonNode.Parse("""
                { "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "[SEP]", "type_id": 0 } }],
                  "special_tokens": { "[CLS]": { "id": "[CLS]", "ids": [2], "tokens": ["[CLS]"] }, "[SEP]": { "id": "[SEP]", "ids": [3], "tokens": ["[SEP]"] } } }
                """),
            ["model"] = new JsonObject { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = words },
        }.ToJsonString());
        folder.Write("model.safetensors", tensors.ToSafeTensors());
    }

    static TestTensors MakeTensors(Random random)
    {
        var tensors = new TestTensors();
        tensors.AddRandom(random, "embeddings.word_embeddings.weight", 1, 0, Vocabulary.Length, Width);
        tensors.AddRandom(random, "embeddings.position_embeddings.weight", 0.3, 0, Positions, Width);
        tensors.AddRandom(random, "embeddings.token_type_embeddings.weight", 0.3, 0, 2, Width);
        tensors.AddNorm(random, "embeddings.LayerNorm", Width);
        tensors.Add("embeddings.position_ids", [1, Positions], new float[Positions]);
        tensors.Retype("embeddings.position_ids", "I64");
        tensors.AddLinear(random, "pooler.dense", Width, Width);
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"encoder.layer.{layer}.";
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
