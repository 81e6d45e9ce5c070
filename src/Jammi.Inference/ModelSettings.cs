using Jammi.Inference.Images;

namespace Jammi.Inference;

/// <summary>How a model is opened.</summary>
internal sealed record ModelSettings
{
    public ModelUse Use { get; init; } = ModelUse.Query;

    public WideGrayMode WideGray { get; init; }

    public ExecutionProvider Provider { get; init; }
}
