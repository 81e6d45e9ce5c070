using System.Text.Json.Nodes;
using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Towers;

/// <summary>A tiny random sentence-transformers model against a forward pass written down formula by formula.</summary>
public sealed class BertTowerTests : IDisposable
{
    const int Width = BertFormulas.Width;
    const int Positions = 32;
    const int Context = 16;

    static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "red", "circle", "on", "white", "##s", "two", "cafe", ",", "!", "un", "##der", "猫"];

    readonly TemporaryFolder folder = new();
    readonly TestTensors tensors = BertFormulas.MakeTensors(new Random(11), Vocabulary.Length, Positions, types: 2);

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

    float[] Embed(long[] ids, bool mean) => BertFormulas.Embed(tensors, ids, mean);

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
            { "model_type": "bert", "architectures": ["BertModel"], "hidden_size": {{Width}}, "num_hidden_layers": {{BertFormulas.Layers}}, "num_attention_heads": {{BertFormulas.Heads}}, "intermediate_size": {{BertFormulas.Mlp}},
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
}
