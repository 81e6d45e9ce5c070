using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>Multi-head attention over rows, as nodes of a graph.</summary>
internal static class AttentionNodes
{
    /// <summary>Attention of tokens to each other.</summary>
    /// <param name="x">[batch · tokens, width].</param>
    /// <param name="tokensShape">Name of the three numbers [batch, tokens, width].</param>
    /// <returns>[batch · tokens, width], after the output layer.</returns>
    public static string Self(OnnxGraph graph, string x, AttentionNames names, int width, int heads, string tokensShape, AttentionMask mask) =>
        names.IsPacked ? Packed(graph, x, names, width, heads, tokensShape, mask) : Separate(graph, x, x, names, width, width, heads, tokensShape, tokensShape, mask);

    /// <summary>Attention of queries to other tokens.</summary>
    /// <param name="queries">[batch · queries, width].</param>
    /// <param name="keys">[batch · tokens, keyWidth].</param>
    public static string Cross(OnnxGraph graph, string queries, string keys, AttentionNames names, int width, int keyWidth, int heads, long queryCount, long keyCount) =>
        Separate(graph, queries, keys, names, width, keyWidth, heads, graph.Integers(-1, queryCount, width), graph.Integers(-1, keyCount, width), AttentionMask.None);

    /// <summary>Attention of one token of each row to all of them.</summary>
    /// <param name="query">[batch, width].</param>
    /// <param name="x">[batch · tokens, width].</param>
    /// <param name="tokensShape">Name of the three numbers [batch, tokens, width].</param>
    /// <returns>[batch, width], after the output layer.</returns>
    public static string OfOne(OnnxGraph graph, string query, string x, AttentionNames names, int width, int heads, string tokensShape, AttentionMask mask) =>
        Separate(graph, query, x, names, width, width, heads, graph.Integers(-1, 1, width), tokensShape, mask);

    static string Separate(
        OnnxGraph graph, string queries, string keys, AttentionNames names, int width, int keyWidth, int heads, string queryShape, string keyShape, AttentionMask mask)
    {
        string q = graph.Node("Reshape", [graph.BlockLinear(queries, names.Query, width, width), queryShape]);
        string k = graph.Node("Reshape", [graph.BlockLinear(keys, names.Key, width, keyWidth), keyShape]);
        string v = graph.Node("Reshape", [graph.BlockLinear(keys, names.Value, width, keyWidth), keyShape]);
        return Attend(graph, q, k, v, names, width, heads, mask);
    }

    /// <summary>Queries, keys and values of one packed weight take one product, which is cut up afterwards.</summary>
    static string Packed(OnnxGraph graph, string x, AttentionNames names, int width, int heads, string tokensShape, AttentionMask mask)
    {
        string packed = graph.BlockLinear(x, new(names.Query.Weight.Name, names.Query.Bias!.Name), 3 * width, width);
        string Part(long part) =>
            graph.Node("Reshape", [graph.Node("Slice", [packed, graph.Integers(part * width), graph.Integers((part + 1) * width), graph.Integers(1)]), tokensShape]);
        return Attend(graph, Part(0), Part(1), Part(2), names, width, heads, mask);
    }

    static string Attend(OnnxGraph graph, string q, string k, string v, AttentionNames names, int width, int heads, AttentionMask mask)
    {
        // The fourth to sixth inputs of the operator: bias of the projections (done above), key padding mask, attention bias.
        string[] inputs = mask.Bias is not null ? [q, k, v, string.Empty, mask.KeyPadding ?? string.Empty, mask.Bias]
            : mask.KeyPadding is not null ? [q, k, v, string.Empty, mask.KeyPadding]
            : [q, k, v];
        string attended = graph.Contrib("MultiHeadAttention", inputs, new OnnxAttribute("num_heads", heads), new OnnxAttribute("unidirectional", mask.Causal ? 1L : 0L));
        return graph.BlockLinear(graph.Node("Reshape", [attended, graph.Integers(-1, width)]), names.Output, width, width);
    }
}

/// <summary>What tokens may not see.</summary>
/// <param name="Causal">Whether a token sees only itself and those before it.</param>
/// <param name="KeyPadding">1 for tokens that are seen and 0 for padding, 32-bit integers of [batch, tokens].</param>
/// <param name="Bias">Added to the scores, [batch, 1, tokens, tokens].</param>
internal sealed record AttentionMask(bool Causal, string? KeyPadding = null, string? Bias = null)
{
    /// <summary>Every token sees every other.</summary>
    public static AttentionMask None { get; } = new(Causal: false);
}
