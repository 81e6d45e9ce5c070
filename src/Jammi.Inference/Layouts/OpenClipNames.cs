using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>Tensor names of OpenCLIP checkpoints.</summary>
internal static class OpenClipNames
{
    public const string Vision = "visual.";

    public static IReadOnlyList<BlockNames> Blocks(string prefix, int layers, bool layerScale) =>
    [
        .. Enumerable.Range(0, layers).Select(layer => $"{prefix}transformer.resblocks.{layer}.").Select(block => new BlockNames(
            NormNames.Of(block + "ln_1"),
            AttentionNames.Packed(block + "attn."),
            NormNames.Of(block + "ln_2"),
            LinearNames.Of(block + "mlp.c_fc"),
            LinearNames.Of(block + "mlp.c_proj"),
            layerScale ? block + "ls_1.gamma" : null,
            layerScale ? block + "ls_2.gamma" : null)),
    ];

    /// <summary>The pooler's projections lie in one weight only where its keys are as wide as its queries.</summary>
    public static AttentionalPooler Pooler(int queries, int heads, int width, int keyWidth)
    {
        const string Prefix = Vision + "attn_pool.";
        return new(
            queries,
            heads,
            Prefix + "query",
            NormNames.Of(Prefix + "ln_q"),
            NormNames.Of(Prefix + "ln_k"),
            width == keyWidth ? AttentionNames.Packed(Prefix + "attn.") : AttentionNames.PackedBias(Prefix + "attn."));
    }
}
