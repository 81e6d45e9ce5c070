using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>
/// Residual attention blocks over rows of [batch · tokens, width], so that linear layers take PyTorch's weights as they lie: pre-norm as in CLIP
/// (open_clip <c>ResidualAttentionBlock</c>) or post-norm as in BERT.
/// </summary>
internal static class TransformerBlocks
{
    /// <returns>Every token, [batch · tokens, width].</returns>
    /// <param name="tokensShape">Name of the three numbers [batch, tokens, width].</param>
    public static string Add(OnnxGraph graph, string x, IEnumerable<BlockNames> blocks, TransformerShape shape, string tokensShape, AttentionMask mask)
    {
        foreach (BlockNames block in blocks)
        {
            string seen = shape.PostNorm ? x : Norm(graph, x, block.AttentionNorm, shape);
            string attended = AttentionNodes.Self(graph, seen, block.Attention, shape.Width, shape.Heads, tokensShape, mask);
            x = Finish(graph, x, attended, block, shape);
        }

        return x;
    }

    /// <summary>
    /// The blocks where one token of each row is all that is read afterwards: the last block gives that token alone, from the keys and values of all. Its
    /// queries, output and MLP, most of what a block costs, need one row of <c>tokens</c>.
    /// </summary>
    /// <returns>[batch, width].</returns>
    public static string AddKept(OnnxGraph graph, string x, IReadOnlyList<BlockNames> blocks, TransformerShape shape, string tokensShape, AttentionMask mask, KeptToken kept)
    {
        if (blocks.Count == 0)
        {
            return kept.Of(x);
        }

        BlockNames last = blocks[^1];
        x = Add(graph, x, blocks.Take(blocks.Count - 1), shape, tokensShape, mask);
        string seen = shape.PostNorm ? x : Norm(graph, x, last.AttentionNorm, shape);
        string attended = AttentionNodes.OfOne(graph, kept.Of(seen), seen, last.Attention, shape.Width, shape.Heads, tokensShape, kept.Mask);
        return Finish(graph, kept.Of(x), attended, last, shape);
    }

    /// <summary>What a block does after its attention.</summary>
    static string Finish(OnnxGraph graph, string x, string attended, BlockNames block, TransformerShape shape)
    {
        string Mix(string value) => Scale(graph, Mlp(graph, value, block.Up, block.Down, shape), block.MlpScale, shape.Width);
        x = graph.Node("Add", [x, Scale(graph, attended, block.AttentionScale, shape.Width)]);
        if (!shape.PostNorm)
        {
            return graph.Node("Add", [x, Mix(Norm(graph, x, block.MlpNorm, shape))]);
        }

        x = Norm(graph, x, block.AttentionNorm, shape);
        return Norm(graph, graph.Node("Add", [x, Mix(x)]), block.MlpNorm, shape);
    }

    public static string Mlp(OnnxGraph graph, string x, LinearNames up, LinearNames down, TransformerShape shape)
    {
        string hidden = graph.BlockLinear(x, up, shape.MlpWidth, shape.Width);
        string activated = shape.Activation switch
        {
            ActivationKind.QuickGelu => graph.Contrib("QuickGelu", [hidden], new OnnxAttribute("alpha", 1.702f)),
            ActivationKind.GeluTanh => graph.Node("Gelu", [hidden], new OnnxAttribute("approximate", "tanh")),
            _ => graph.Node("Gelu", [hidden], new OnnxAttribute("approximate", "none")),
        };
        return graph.BlockLinear(activated, down, shape.Width, shape.MlpWidth);
    }

    static string Norm(OnnxGraph graph, string x, NormNames names, TransformerShape shape) => graph.LayerNorm(x, names, shape.Width, shape.NormEpsilon);

    static string Scale(OnnxGraph graph, string x, string? gamma, int width) => gamma is null ? x : graph.Node("Mul", [x, graph.Weight(gamma, width)]);
}

/// <summary>The one token of each row that a tower is read from.</summary>
/// <param name="Of">From rows of [batch · tokens, width] to [batch, width].</param>
/// <param name="Mask">What that token does not see; never <see cref="AttentionMask.Causal"/>, which counts queries from the first token.</param>
internal sealed record KeptToken(Func<string, string> Of, AttentionMask Mask)
{
    /// <param name="tokensShape">Name of the three numbers [batch, tokens, width].</param>
    public static KeptToken First(OnnxGraph graph, string tokensShape, AttentionMask mask) =>
        new(rows => graph.Node("Gather", [graph.Node("Reshape", [rows, tokensShape]), graph.Scalar(0)], new OnnxAttribute("axis", 1L)), mask);
}
