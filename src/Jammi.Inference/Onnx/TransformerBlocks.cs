using Jammi.Inference.Configuration;

namespace Jammi.Inference.Onnx;

/// <summary>
/// Pre-norm residual attention blocks (open_clip <c>ResidualAttentionBlock</c>) over rows of [batch · tokens, width], so that linear layers take PyTorch's
/// weights as they lie.
/// </summary>
internal static class TransformerBlocks
{
    /// <param name="tokensShape">Name of the three numbers [batch, tokens, width].</param>
    public static string Add(OnnxGraph graph, string x, string prefix, TransformerConfig config, string tokensShape, bool causal)
    {
        string flat = graph.Integers(-1, config.Width);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            string block = $"{prefix}resblocks.{layer}.";
            string attended = Attention(graph, graph.LayerNorm(x, block + "ln_1", config.Width, config.NormEpsilon), block + "attn.", config, tokensShape, flat, causal);
            x = graph.Node("Add", [x, Scale(graph, attended, block + "ls_1.gamma", config)]);
            string mixed = Mlp(graph, graph.LayerNorm(x, block + "ln_2", config.Width, config.NormEpsilon), block + "mlp.", config);
            x = graph.Node("Add", [x, Scale(graph, mixed, block + "ls_2.gamma", config)]);
        }

        return x;
    }

    static string Attention(OnnxGraph graph, string x, string prefix, TransformerConfig config, string tokensShape, string flat, bool causal)
    {
        int width = config.Width;
        string Project(int part) => graph.Node(
            "Reshape",
            [
                graph.Linear(
                    x,
                    graph.WeightRows(prefix + "in_proj_weight", 3L * width, (long)part * width, width, width),
                    graph.WeightRows(prefix + "in_proj_bias", 3L * width, (long)part * width, width)),
                tokensShape,
            ]);

        string attended = graph.Contrib(
            "MultiHeadAttention",
            [Project(0), Project(1), Project(2)],
            [new OnnxAttribute("num_heads", (long)config.Heads), new OnnxAttribute("unidirectional", causal ? 1L : 0L)]);
        return graph.Linear(graph.Node("Reshape", [attended, flat]), graph.Weight(prefix + "out_proj.weight", width, width), graph.Weight(prefix + "out_proj.bias", width));
    }

    static string Mlp(OnnxGraph graph, string x, string prefix, TransformerConfig config)
    {
        string hidden = graph.Linear(x, graph.Weight(prefix + "c_fc.weight", config.MlpWidth, config.Width), graph.Weight(prefix + "c_fc.bias", config.MlpWidth));
        string activated = config.Activation switch
        {
            ActivationKind.QuickGelu => graph.Contrib("QuickGelu", [hidden], new OnnxAttribute("alpha", 1.702f)),
            ActivationKind.GeluTanh => graph.Node("Gelu", [hidden], new OnnxAttribute("approximate", "tanh")),
            _ => graph.Node("Gelu", [hidden], new OnnxAttribute("approximate", "none")),
        };
        return graph.Linear(activated, graph.Weight(prefix + "c_proj.weight", config.Width, config.MlpWidth), graph.Weight(prefix + "c_proj.bias", config.Width));
    }

    static string Scale(OnnxGraph graph, string x, string gamma, TransformerConfig config) => config.LayerScale ? graph.Node("Mul", [x, graph.Weight(gamma, config.Width)]) : x;
}
