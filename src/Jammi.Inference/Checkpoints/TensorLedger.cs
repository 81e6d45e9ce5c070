namespace Jammi.Inference.Checkpoints;

/// <summary>
/// What the towers ask of a checkpoint, held against what it has: tensors that are missing, of another shape or of another type, and tensors that nothing
/// asks for. A tensor nobody uses means that the configuration does not describe the file, so it is an error like the others.
/// </summary>
internal sealed class TensorLedger(WeightSet weights)
{
    const int MostShown = 8;

    readonly Dictionary<string, long> used = new(StringComparer.Ordinal);
    readonly List<string> problems = [];

    public IReadOnlyList<string> Problems => problems;

    /// <summary>Numbers of all tensors asked for so far, each counted once.</summary>
    public long Parameters => used.Values.Sum();

    /// <summary>Bytes that the tensors asked for take in memory as 32-bit floats.</summary>
    public long Bytes => Parameters * sizeof(float);

    /// <summary>A tensor that must have exactly this shape and a floating-point type; null, and a problem noted, where it does not.</summary>
    /// <param name="hint">What the shape comes from, if that helps.</param>
    public TensorInfo? Use(string name, ReadOnlySpan<long> shape, string? hint = null)
    {
        string expected = $"[{string.Join(", ", shape.ToArray())}]";
        TensorInfo? tensor = weights.Find(name);
        bool isNew = used.TryAdd(name, tensor?.Elements ?? 0);
        string? problem = tensor is null ? $"tensor {name} of shape {expected} is missing"
            : !tensor.Shape.AsSpan().SequenceEqual(shape) ? $"tensor {name} should have shape {expected}, but has {tensor.ShapeText}"
            : tensor.Dtype is not (TensorDtype.F32 or TensorDtype.F16 or TensorDtype.BF16) ? $"tensor {name} of shape {expected} has type {tensor.Dtype}; supported are F32, F16 and BF16"
            : null;
        if (problem is null)
        {
            return tensor;
        }

        if (isNew)
        {
            problems.Add(hint is null || tensor is null ? problem : $"{problem} ({hint})");
        }

        return null;
    }

    /// <summary>Marks tensors as known that need not be there.</summary>
    public void Allow(string name) => used.TryAdd(name, 0);

    /// <summary>Notes the tensors that nobody asked for.</summary>
    /// <param name="unused">Names, or names with a star at one end, of tensors that no embedding needs.</param>
    public void FindExtra(IReadOnlyList<string> unused)
    {
        foreach (TensorInfo tensor in weights.Tensors)
        {
            if (!used.ContainsKey(tensor.Name) && !unused.Any(pattern => Matches(pattern, tensor.Name)))
            {
                problems.Add($"tensor {tensor.Name} of shape {tensor.ShapeText} belongs to nothing that the configuration describes");
            }
        }
    }

    /// <exception cref="InferenceException">InvalidModel, naming the tensors, if there are problems.</exception>
    public void ThrowIfProblems()
    {
        if (problems.Count > 0)
        {
            string more = problems.Count > MostShown ? $"; and {problems.Count - MostShown} more" : string.Empty;
            throw new InferenceException(InferenceError.InvalidModel, $"{weights.Path} does not fit its configuration: {string.Join("; ", problems.Take(MostShown))}{more}.");
        }
    }

    static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan()[..^1], StringComparison.Ordinal)
        : pattern.StartsWith('*') ? name.AsSpan().EndsWith(pattern.AsSpan()[1..], StringComparison.Ordinal)
        : name == pattern;
}
