namespace Jammi.Inference.Towers;

internal enum ActivationKind
{
    /// <summary>x Φ(x), with the error function.</summary>
    Gelu,

    /// <summary>The tanh approximation of GELU.</summary>
    GeluTanh,

    /// <summary>x σ(1.702 x), of the original CLIP.</summary>
    QuickGelu,
}

/// <summary>The numbers of a stack of attention blocks, whatever layout its tensors are stored in.</summary>
/// <param name="MlpWidth">Width of the hidden layer of a block's MLP.</param>
/// <param name="PostNorm">Whether a block norms its sums (BERT) instead of its inputs (CLIP).</param>
internal sealed record TransformerShape(int Width, int Layers, int Heads, int MlpWidth, ActivationKind Activation, float NormEpsilon, bool PostNorm = false);
