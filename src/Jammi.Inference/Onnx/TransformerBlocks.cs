using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>
/// Residual attention blocks over rows of [batch · tokens, width], so that linear layers take PyTorch's weights as they lie: pre-norm as in CLIP
/// (open_clip <c>ResidualAttentionBlock</c>) or post-norm as in BERT.
/// </summary>
internal static class TransformerBlocks
{
    /// <param name="tokensShape">Name of the three numbers [batch, tokens, width].</param>
    public static string Add(OnnxGraph graph, string x, IReadOnlyList<BlockNames> blocks, TransformerShape shape, string tokensShape, AttentionMask mask)
    {
        string Norm(string value, NormNames names) => graph.LayerNorm(value, names, shape.Width, shape.NormEpsilon);
        string Attend(string value, BlockNames block) =>
            Scale(graph, AttentionNodes.Self(graph, value, block.Attention, shape.Width, shape.Heads, tokensShape, mask), block.AttentionScale, shape.Width);
        string Mix(string value, BlockNames block) => Scale(graph, Mlp(graph, value, block.Up, block.Down, shape), block.MlpScale, shape.Width);

        foreach (BlockNames block in blocks)
        {
            if (shape.PostNorm)
            {
                x = Norm(graph.Node("Add", [x, Attend(x, block)]), block.AttentionNorm);
                x = Norm(graph.Node("Add", [x, Mix(x, block)]), block.MlpNorm);
            }
            else
            {
                x = graph.Node("Add", [x, Attend(Norm(x, block.AttentionNorm), block)]);
                x = graph.Node("Add", [x, Mix(Norm(x, block.MlpNorm), block)]);
            }
        }

        return x;
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

    static string Scale(OnnxGraph graph, string x, string? gamma, int width) => gamma is null ? x : graph.Node("Mul", [x, graph.Weight(gamma, width)]);
}
