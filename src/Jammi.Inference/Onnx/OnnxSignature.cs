using Microsoft.ML.OnnxRuntime;

namespace Jammi.Inference.Onnx;

/// <summary>Names and shapes of the inputs and outputs of somebody else's graph.</summary>
internal sealed class OnnxSignature
{
    readonly string path;
    readonly HashSet<string> inputs;
    readonly Dictionary<string, int[]> outputs;

    OnnxSignature(string path, HashSet<string> inputs, Dictionary<string, int[]> outputs)
    {
        this.path = path;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /// <exception cref="InferenceException">InvalidModel: ONNX Runtime cannot read the file.</exception>
    public static OnnxSignature Read(string path)
    {
        try
        {
            using var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var session = new InferenceSession(path, options);
            return new(path, [.. session.InputMetadata.Keys], session.OutputMetadata.ToDictionary(o => o.Key, o => o.Value.Dimensions, StringComparer.Ordinal));
        }
        catch (OnnxRuntimeException error)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"ONNX Runtime cannot read {path}: {error.Message}", error);
        }
    }

    public bool HasInput(string name) => inputs.Contains(name);

    /// <summary>The main input; other inputs than the ones named cannot be filled.</summary>
    public string RequireInput(string name, params ReadOnlySpan<string> others)
    {
        if (!inputs.Contains(name))
        {
            throw new InferenceException(InferenceError.NotSupported, $"{path} has no input {name}, but {string.Join(", ", inputs)}.");
        }

        foreach (string input in inputs)
        {
            if (input != name && !others.Contains(input))
            {
                throw new InferenceException(InferenceError.NotSupported, $"{path} has the input {input}, which nothing is known to fill; known is {name}.");
            }
        }

        return name;
    }

    /// <summary>The first of these outputs that the graph has, which must be a vector for each row.</summary>
    public (string Name, int Dimensions) RequireVector(string[] names, int configured)
    {
        foreach (string name in names)
        {
            if (outputs.TryGetValue(name, out int[]? sides))
            {
                return sides.Length == 2 ? (name, sides[1] > 0 ? sides[1] : configured)
                    : throw new InferenceException(InferenceError.NotSupported, $"{path}: output {name} has {sides.Length} sides; a vector for each row has two.");
            }
        }

        throw new InferenceException(InferenceError.NotSupported, $"{path} has no output {string.Join(" or ", names)}, but {string.Join(", ", outputs.Keys)}; export the tower with its projection.");
    }
}
