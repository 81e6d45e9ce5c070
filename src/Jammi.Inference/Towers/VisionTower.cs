using Jammi.Inference.Onnx;

namespace Jammi.Inference.Towers;

/// <summary>A tower from pixels [batch, 3, height, width] to features [batch, dimensions].</summary>
internal abstract record VisionTower(int Height, int Width, int Dimensions)
{
    /// <summary>The architecture in words, for people.</summary>
    public abstract string Description { get; }
}

internal enum VisionPooling
{
    /// <summary>The class token.</summary>
    ClassToken,

    /// <summary>The mean of all tokens but the class token.</summary>
    Average,

    /// <summary>A learned query attends to all tokens: <see cref="VitTower.Head"/>.</summary>
    AttentionHead,
}

/// <summary>A vision transformer.</summary>
/// <param name="PatchBias">Bias of the patch convolution, where the model has one.</param>
/// <param name="ClassToken">The token in front of the patches, where the model has one.</param>
/// <param name="Pooler">Attentional pooling that replaces the tokens before the final norm (CoCa).</param>
/// <param name="NormAfterPool">Whether the final norm works on the pooled vector instead of on every token.</param>
/// <param name="Head">The pooling head of <see cref="VisionPooling.AttentionHead"/>.</param>
internal sealed record VitTower(
    int Height,
    int Width,
    int Dimensions,
    int PatchHeight,
    int PatchWidth,
    TransformerShape Transformer,
    string PatchWeight,
    string? PatchBias,
    string? ClassToken,
    string Positions,
    NormNames? PreNorm,
    IReadOnlyList<BlockNames> Blocks,
    AttentionalPooler? Pooler,
    NormNames PostNorm,
    bool NormAfterPool,
    VisionPooling Pooling,
    AttentionHead? Head,
    ProjectionNames? Projection) : VisionTower(Height, Width, Dimensions)
{
    public int GridHeight => Height / PatchHeight;

    public int GridWidth => Width / PatchWidth;

    public int Patches => GridHeight * GridWidth;

    /// <summary>Patches and the class token, if there is one.</summary>
    public int Tokens => Patches + (ClassToken is null ? 0 : 1);

    public override string Description =>
        $"vision transformer, {Transformer.Layers} layers of width {Transformer.Width}, {Transformer.Heads} heads, patches of {PatchHeight}x{PatchWidth}, {Activations.Name(Transformer.Activation)}";
}

/// <summary>A few learned queries that attend to all tokens (open_clip <c>AttentionalPooler</c>); its norms have the default epsilon.</summary>
internal sealed record AttentionalPooler(int Queries, int Heads, string Query, NormNames QueryNorm, NormNames KeyNorm, AttentionNames Attention);

/// <summary>One learned query that attends to all tokens, then a residual MLP (<c>SiglipMultiheadAttentionPoolingHead</c>).</summary>
internal sealed record AttentionHead(string Probe, AttentionNames Attention, NormNames Norm, LinearNames Up, LinearNames Down);

/// <summary>A <c>ModifiedResNet</c> of the original CLIP: three-convolution stem, bottleneck blocks with average pooling, attention pooling at the end.</summary>
/// <param name="Layers">Blocks of each of the four stages.</param>
/// <param name="StemWidth">Channels after the stem; features have 32 times as many.</param>
/// <param name="Prefix">In front of every tensor's name.</param>
internal sealed record ResNetTower(int Height, int Width, int Dimensions, IReadOnlyList<int> Layers, int StemWidth, int Heads, string Prefix) : VisionTower(Height, Width, Dimensions)
{
    public override string Description => $"modified ResNet, stages of {string.Join(", ", Layers)} blocks, stem of {StemWidth} channels, {Heads} heads in the pool";
}

/// <summary>A tower that somebody else exported to ONNX, with its weights.</summary>
internal sealed record ExportedVisionTower(int Height, int Width, int Dimensions, string File, OnnxPorts Ports) : VisionTower(Height, Width, Dimensions)
{
    public override string Description => $"exported graph {Path.GetFileName(File)}, output {Ports.Output}";
}
