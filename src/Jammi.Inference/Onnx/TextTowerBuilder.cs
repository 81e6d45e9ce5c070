using Jammi.Inference.Checkpoints;
using Jammi.Inference.Configuration;

namespace Jammi.Inference.Onnx;

/// <summary>
/// The text tower (open_clip <c>TextTransformer</c>) as an ONNX graph: token ids [batch, tokens] to features [batch, embed_dim]. The number of tokens may be
/// anything up to the context length.
/// </summary>
internal static class TextTowerBuilder
{
    public const string InputName = "ids";

    public static byte[] Build(ModelConfig model, SafeTensorsFile weights)
    {
        TextConfig config = model.Text;
        int width = config.Transformer.Width;
        string prefix = Prefix(model, weights);
        using var graph = new OnnxGraph("text", weights);
        string ids = graph.Input(InputName, OnnxType.Int64, "batch", "tokens");

        string x = graph.Node("Gather", [graph.Weight(prefix + "token_embedding.weight", config.VocabularySize, width), ids], new OnnxAttribute("axis", 0L));
        string tokenCount = graph.Node("Shape", [ids], new OnnxAttribute("start", 1L), new OnnxAttribute("end", 2L));
        string positions = graph.Node("Slice", [graph.Weight(prefix + "positional_embedding", config.ContextLength, width), graph.Integers(0), tokenCount, graph.Integers(0)]);
        x = graph.Node("Add", [x, positions]);

        string tokensShape = graph.Node("Concat", [graph.Node("Shape", [ids]), graph.Integers(width)], new OnnxAttribute("axis", 0L));
        x = graph.Node("Reshape", [x, graph.Integers(-1, width)]);
        x = TransformerBlocks.Add(graph, x, prefix + "transformer.", config.Transformer, tokensShape, config.CausalMask);
        x = graph.Node("Reshape", [x, tokensShape]);

        // A norm works on each token alone, so it is enough to norm the one that is kept.
        string pooled = graph.LayerNorm(graph.Node("GatherND", [x, PooledIndex(graph, ids, tokenCount, config)], new OnnxAttribute("batch_dims", 1L)), prefix + "ln_final", width, config.Transformer.NormEpsilon);
        return graph.Finish(Project(graph, pooled, prefix, width, model), model.EmbeddingDimension);
    }

    /// <summary>The position of each text's pooled token, [batch, 1].</summary>
    static string PooledIndex(OnnxGraph graph, string ids, string tokenCount, TextConfig config)
    {
        switch (config.Pooling)
        {
            case TextPooling.ArgMax:
                return graph.Node("ArgMax", [ids], new OnnxAttribute("axis", 1L), new OnnxAttribute("keepdims", 1L));
            case TextPooling.EndOfText:
                string ends = graph.Node("Cast", [graph.Node("Equal", [ids, graph.Integers(config.EndOfTextId!.Value)])], new OnnxAttribute("to", (long)OnnxType.Int64));
                return graph.Node("ArgMax", [ends], new OnnxAttribute("axis", 1L), new OnnxAttribute("keepdims", 1L));
            default:
                string batch = graph.Node("Shape", [ids], new OnnxAttribute("start", 0L), new OnnxAttribute("end", 1L));
                string shape = graph.Node("Concat", [batch, graph.Integers(1)], new OnnxAttribute("axis", 0L));
                string index = config.Pooling == TextPooling.First ? graph.Integers(0) : graph.Node("Sub", [tokenCount, graph.Integers(1)]);
                return graph.Node("Expand", [index, shape]);
        }
    }

    static string Project(OnnxGraph graph, string x, string prefix, int width, ModelConfig model) =>
        !model.Text.HasProjection ? x
        : model.Text.ProjectionBias
            ? graph.Linear(x, graph.Weight(prefix + "text_projection.weight", model.EmbeddingDimension, width), graph.Weight(prefix + "text_projection.bias", model.EmbeddingDimension))
            : graph.Node("MatMul", [x, graph.Weight(prefix + "text_projection", width, model.EmbeddingDimension)]);

    /// <summary>Custom text towers keep their tensors under <c>text.</c>; older files of such models have them at the root, which the reference accepts too.</summary>
    static string Prefix(ModelConfig model, SafeTensorsFile weights) =>
        model.CustomText && weights.Find("token_embedding.weight") is null ? "text." : string.Empty;
}
