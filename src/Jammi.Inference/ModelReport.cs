using Jammi.Inference.Images;

namespace Jammi.Inference;

/// <summary>What is to be known of a model without loading it.</summary>
/// <param name="Name">The name it was asked for under.</param>
/// <param name="Directory">Where its files are.</param>
/// <param name="Layout">How they are laid out.</param>
/// <param name="Dimensions">Numbers of an embedding; 0 where the configuration cannot be read.</param>
/// <param name="Towers">Its towers.</param>
/// <param name="ContextLength">Tokens of a text at most; null without a text tower.</param>
/// <param name="Preprocessing">How pictures become the vision tower's input; null without one.</param>
/// <param name="FileBytes">Size of the weights' files.</param>
/// <param name="Problems">Why it cannot be used, if it cannot: fields that are not supported, tensors that do not fit.</param>
public sealed record ModelReport(
    string Name, string Directory, string Layout, int Dimensions, IReadOnlyList<TowerReport> Towers, int? ContextLength, PreprocessSettings? Preprocessing, long FileBytes, IReadOnlyList<string> Problems);

/// <summary>A tower of a model.</summary>
/// <param name="Kind">vision or text.</param>
/// <param name="Description">Its architecture in words.</param>
/// <param name="Parameters">Numbers of its weights; null where a graph brings them.</param>
/// <param name="MemoryBytes">Memory that they take once it is loaded.</param>
public sealed record TowerReport(string Kind, string Description, long? Parameters, long MemoryBytes);
