using Jammi.Inference.Checkpoints;

namespace Jammi.Inference.Onnx;

/// <summary>
/// Builds a graph node by node. Values are named by the methods that make them; weights are taken from a checkpoint by name, their shape checked
/// against what the configuration asks for. F16 and BF16 weights are widened by a Cast that ONNX Runtime folds when it loads the model.
/// </summary>
internal sealed class OnnxGraph(string name, SafeTensorsFile weights) : IDisposable
{
    /// <summary>ONNX Runtime's own operators.</summary>
    public const string ContribDomain = "com.microsoft";

    readonly OnnxWriter writer = new(name);
    readonly Dictionary<string, string> loaded = new(StringComparer.Ordinal);
    int next;

    public SafeTensorsFile Weights => weights;

    public string Input(string input, OnnxType type, params object[] sides)
    {
        writer.AddInput(input, type, sides);
        return input;
    }

    public string Node(string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) => Node(operation, string.Empty, inputs, attributes);

    public string Contrib(string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) => Node(operation, ContribDomain, inputs, attributes);

    /// <summary>A one-dimensional constant.</summary>
    public string Integers(params long[] values)
    {
        string constant = NewName("const");
        writer.AddIntegers(constant, [values.Length], values);
        return constant;
    }

    /// <summary>A weight of the checkpoint, of exactly this shape.</summary>
    public string Weight(string tensorName, params long[] shape)
    {
        TensorInfo tensor = Require(tensorName, shape);
        return Load(tensor, tensorName, shape, 0, tensor.Length);
    }

    /// <summary>Rows <paramref name="start"/> and following of a weight whose first side is <paramref name="total"/>, without copying it.</summary>
    public string WeightRows(string tensorName, long total, long start, params long[] shape)
    {
        long[] whole = [total, .. shape.AsSpan(1)];
        TensorInfo tensor = Require(tensorName, whole);
        long row = tensor.Length / total;
        return Load(tensor, $"{tensorName}#{start}", shape, start * row, shape[0] * row);
    }

    /// <summary>x Wᵀ + b for x of [rows, in] and W of [out, in], as PyTorch stores linear layers.</summary>
    public string Linear(string x, string weight, string bias) => Node("Gemm", [x, weight, bias], new OnnxAttribute("transB", 1L));

    public string LayerNorm(string x, string prefix, int width, float epsilon) =>
        Node("LayerNormalization", [x, Weight(prefix + ".weight", width), Weight(prefix + ".bias", width)], new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", epsilon));

    public byte[] Finish(string result, int dimension)
    {
        writer.AddNode("Identity", string.Empty, [result], ["features"], []);
        writer.AddOutput("features", OnnxType.Float, "batch", dimension);
        return writer.ToModel();
    }

    public void Dispose() => writer.Dispose();

    string Node(string operation, string domain, IReadOnlyList<string> inputs, OnnxAttribute[] attributes)
    {
        string result = NewName(operation);
        writer.AddNode(operation, domain, inputs, [result], attributes);
        return result;
    }

    TensorInfo Require(string tensorName, long[] shape)
    {
        TensorInfo tensor = weights.Find(tensorName)
            ?? throw new InferenceException(InferenceError.InvalidModel, $"{weights.Path} lacks the tensor {tensorName} of shape [{string.Join(", ", shape)}], which the configuration asks for.");
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{weights.Path}: tensor {tensorName} should have shape [{string.Join(", ", shape)}] by the configuration, but has {tensor.ShapeText}.");
        }

        return tensor;
    }

    string Load(TensorInfo tensor, string key, long[] shape, long start, long length)
    {
        if (loaded.TryGetValue(key, out string? existing))
        {
            return existing;
        }

        OnnxType type = tensor.Dtype switch
        {
            TensorDtype.F32 => OnnxType.Float,
            TensorDtype.F16 => OnnxType.Float16,
            TensorDtype.BF16 => OnnxType.BFloat16,
            _ => throw new InferenceException(InferenceError.NotSupported, $"{weights.Path}: tensor {tensor.Name} has type {tensor.Dtype}; supported are F32, F16 and BF16."),
        };
        writer.AddExternal(key, type, shape, Path.GetFileName(weights.Path), tensor.Offset + start, length);
        return loaded[key] = type == OnnxType.Float ? key : Node("Cast", [key], new OnnxAttribute("to", (long)OnnxType.Float));
    }

    string NewName(string kind) => $"{kind}_{next++}";
}
