using Jammi.Inference.Configuration;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>Reads the <c>config.json</c> of a BERT-family encoder of the transformers library.</summary>
internal static class BertConfig
{
    public static IReadOnlyList<string> Unused { get; } = ["*position_ids", "*pooler.dense.*", "pooler.*", "cls.*", "lm_head.*", "bert.pooler.*", "roberta.pooler.*"];

    /// <param name="longestText">Tokens of a text at most, where the model's folder limits them; 0 otherwise.</param>
    /// <param name="hasTensor">Whether the checkpoint has a tensor.</param>
    public static BertTower Read(ConfigSection root, SentencePooling pooling, int longestText, Func<string, bool> hasTensor)
    {
        PretrainedFields.Accept(root);
        string type = root.Choice("model_type", string.Empty, "bert", "xlm-roberta");
        root.Choice("position_embedding_type", "absolute", "absolute");
        root.Accept("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout", "bos_token_id", "eos_token_id", "directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type", "output_past");
        TransformerShape shape = TransformersShape.Read(root, 768, 3072, 12, "gelu", 1e-12, postNorm: true);
        int padId = root.Integer("pad_token_id", type == "bert" ? 0 : 1);
        int rows = root.Integer("max_position_embeddings", 512);

        // RoBERTa counts positions from behind the padding's.
        int first = type == "bert" ? 0 : padId + 1;
        int context = longestText > 0 ? Math.Min(longestText, rows - first) : rows - first;
        string prefix = new[] { string.Empty, "bert.", "roberta." }.FirstOrDefault(p => hasTensor(p + "embeddings.word_embeddings.weight")) ?? string.Empty;
        int types = root.Integer("type_vocab_size", 2);
        return new BertTower(
            context,
            root.Integer("vocab_size", 30522),
            shape.Width,
            padId,
            shape,
            prefix + "embeddings.word_embeddings.weight",
            prefix + "embeddings.position_embeddings.weight",
            rows,
            first,
            types > 0 ? prefix + "embeddings.token_type_embeddings.weight" : null,
            types,
            NormNames.Of(prefix + "embeddings.LayerNorm"),
            Blocks(prefix, shape.Layers),
            pooling);
    }

    static IReadOnlyList<BlockNames> Blocks(string prefix, int layers) =>
    [
        .. Enumerable.Range(0, layers).Select(layer => $"{prefix}encoder.layer.{layer}.").Select(block => new BlockNames(
            NormNames.Of(block + "attention.output.LayerNorm"),
            AttentionNames.Separate(block + "attention.self.query", block + "attention.self.key", block + "attention.self.value", block + "attention.output.dense"),
            NormNames.Of(block + "output.LayerNorm"),
            LinearNames.Of(block + "intermediate.dense"),
            LinearNames.Of(block + "output.dense"))),
    ];
}
