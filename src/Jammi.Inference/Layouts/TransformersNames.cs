using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>Tensor names that the transformers library gives CLIP and SigLIP.</summary>
internal static class TransformersNames
{
    public const string Vision = "vision_model.";
    public const string Text = "text_model.";

    /// <summary>Stored by older versions: the numbers 0, 1, 2...</summary>
    public static IReadOnlyList<string> Unused { get; } = ["*position_ids"];

    public static IReadOnlyList<BlockNames> Blocks(string tower, int layers) =>
    [
        .. Enumerable.Range(0, layers).Select(layer => $"{tower}encoder.layers.{layer}.").Select(block => new BlockNames(
            NormNames.Of(block + "layer_norm1"),
            AttentionNames.Separate(block + "self_attn.q_proj", block + "self_attn.k_proj", block + "self_attn.v_proj", block + "self_attn.out_proj"),
            NormNames.Of(block + "layer_norm2"),
            LinearNames.Of(block + "mlp.fc1"),
            LinearNames.Of(block + "mlp.fc2"))),
    ];
}
