using Jammi.Inference.Checkpoints;
using Jammi.Inference.Images;
using Jammi.Inference.Text;

namespace Jammi.Inference.Towers;

/// <summary>
/// A model as every layout describes it: towers with their sizes and tensor names, preprocessing, tokenizer. No weight is read to make one.
/// </summary>
internal sealed record ModelDescription
{
    /// <summary>The layout's name, for people.</summary>
    public required string Layout { get; init; }

    public required string Directory { get; init; }

    /// <summary>The checkpoint's tensors; null where towers bring their own weights.</summary>
    public WeightSet? Weights { get; init; }

    public VisionTower? Vision { get; init; }

    public TextTower? Text { get; init; }

    /// <summary>How pictures become the vision tower's input; present with it.</summary>
    public PreprocessSettings? Preprocessing { get; init; }

    /// <summary>Opens the text tower's tokenizer; present with it.</summary>
    public Func<ITextTokenizer>? Tokenizer { get; init; }

    /// <summary>Tensor that holds the logarithm of the factor on cosines.</summary>
    public string? LogitScaleTensor { get; init; }

    /// <summary>Tensor that is added after the factor.</summary>
    public string? LogitBiasTensor { get; init; }

    /// <summary>The logarithm of the factor where the tensor is absent.</summary>
    public double LogitScale { get; init; }

    /// <summary>What is added where the tensor is absent.</summary>
    public double LogitBias { get; init; }

    /// <summary>Files that decide embeddings, weights excepted: configuration and tokenizer. For the fingerprint.</summary>
    public IReadOnlyList<string> SmallFiles { get; init; } = [];

    /// <summary>Files of weights. For the fingerprint.</summary>
    public IReadOnlyList<string> WeightFiles { get; init; } = [];

    /// <summary>Tensors that no embedding needs: their names, or with a star at either end what they end or start with.</summary>
    public IReadOnlyList<string> UnusedTensors { get; init; } = [];

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions => Vision?.Dimensions ?? Text?.Dimensions ?? 0;
}
