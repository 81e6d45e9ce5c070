using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Towers;

/// <summary>A tiny random sentence-transformers model over XLM-RoBERTa: positions from behind the padding's, one token type, and a SentencePiece vocabulary.</summary>
public sealed class XlmRobertaTowerTests : IDisposable
{
    const int Width = BertFormulas.Width;
    const int Pad = 1;
    const int Positions = 20;
    const int Context = Positions - Pad - 1;
    const double Epsilon = 1e-5;

    static readonly string[] Pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁ein", "▁roter", "▁kreis", "▁", "e", "▁two", "▁red", "▁circle", "s", "<mask>"];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "pooling_mode_mean_tokens")]
    [InlineData("roberta.", "pooling_mode_mean_tokens")]
    [InlineData("roberta.", "pooling_mode_cls_token")]
    public void Features_equal_the_formulas_whatever_else_is_in_the_batch(string prefix, string pooling)
    {
        TestTensors tensors = Write(prefix, pooling);
        using EmbeddingModel model = EmbeddingModel.Open("xlm", folder.Path);
        string[] texts = ["ein roter kreis", "two red circles two red circles", "", "ein 猫"];
        long[][] ids = [[0, 4, 5, 6, 2], [0, 9, 10, 11, 12, 9, 10, 11, 12, 2], [0, 2], [0, 4, 7, 3, 2]];
        float[] embeddings = new float[texts.Length * Width];
        model.EmbedTexts(texts, embeddings);
        for (int i = 0; i < texts.Length; i++)
        {
            GoldenModelTests.AssertClose(Embed(tensors, ids[i], pooling, prefix), embeddings.AsSpan(i * Width, Width), 2e-6f);
        }
    }

    [Fact]
    public void A_text_is_cut_at_the_positions_that_are_left_behind_the_padding()
    {
        TestTensors tensors = Write(string.Empty, "pooling_mode_mean_tokens");
        using EmbeddingModel model = EmbeddingModel.Open("xlm", folder.Path);
        float[] embedding = new float[Width];
        model.EmbedTexts([string.Concat(Enumerable.Repeat("red ", 40))], embedding);
        Assert.Equal(Context, model.ContextLength);
        GoldenModelTests.AssertClose(Embed(tensors, [0, .. Enumerable.Repeat(10L, Context - 2), 2], "pooling_mode_mean_tokens", string.Empty), embedding, 2e-6f);
    }

    static float[] Embed(TestTensors tensors, long[] ids, string pooling, string prefix) =>
        BertFormulas.Embed(tensors, ids, pooling == "pooling_mode_mean_tokens", prefix, firstPosition: Pad + 1, Epsilon);

    TestTensors Write(string prefix, string pooling)
    {
        TestTensors tensors = BertFormulas.MakeTensors(new Random(12), Pieces.Length, Positions, types: 1, prefix);
        folder.Write("modules.json", """
            [{ "idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer" },
             { "idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" }]
            """);
        folder.Write("1_Pooling/config.json", $$"""{ "word_embedding_dimension": {{Width}}, "{{pooling}}": true }""");
        folder.Write("config.json", $$"""
            { "model_type": "xlm-roberta", "architectures": ["XLMRobertaModel"], "hidden_size": {{Width}}, "num_hidden_layers": {{BertFormulas.Layers}}, "num_attention_heads": {{BertFormulas.Heads}},
              "intermediate_size": {{BertFormulas.Mlp}}, "hidden_act": "gelu", "max_position_embeddings": {{Positions}}, "vocab_size": {{Pieces.Length}}, "type_vocab_size": 1, "layer_norm_eps": 1e-05,
              "pad_token_id": {{Pad}}, "bos_token_id": 0, "eos_token_id": 2, "position_embedding_type": "absolute", "output_past": true }
            """);
        string vocabulary = string.Join(", ", Pieces.Select((piece, i) => $"""["{piece}", {(i < 4 ? 0 : -1 - i)}]"""));
        string added = string.Join(", ", new[] { 0, 1, 2, 3, 13 }.Select(id =>
            $$"""{ "id": {{id}}, "content": "{{Pieces[id]}}", "single_word": false, "lstrip": {{(id == 13 ? "true" : "false")}}, "rstrip": false, "normalized": false, "special": true }"""));
        folder.Write("tokenizer.json", $$"""
            { "version": "1.0", "truncation": null, "padding": null, "added_tokens": [{{added}}],
              "normalizer": { "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " },
              "pre_tokenizer": { "type": "Sequence", "pretokenizers": [ { "type": "WhitespaceSplit" }, { "type": "Metaspace", "replacement": "▁", "add_prefix_space": true } ] },
              "post_processor": { "type": "TemplateProcessing",
                "single": [ { "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } } ],
                "special_tokens": { "<s>": { "id": "<s>", "ids": [0], "tokens": ["<s>"] }, "</s>": { "id": "</s>", "ids": [2], "tokens": ["</s>"] } } },
              "model": { "type": "Unigram", "unk_id": 3, "vocab": [{{vocabulary}}] } }
            """);
        folder.Write("model.safetensors", tensors.ToSafeTensors());
        return tensors;
    }
}
