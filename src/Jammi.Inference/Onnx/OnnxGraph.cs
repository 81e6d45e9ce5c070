using Jammi.Inference.Checkpoints;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>
/// Builds a graph node by node. Values are named by the methods that make them; weights are taken from a checkpoint by name, their shape checked
/// against what the configuration asks for. F16 and BF16 weights are widened by a Cast that ONNX Runtime folds when it loads the model. Where a weight
/// does not fit, the ledger notes it and the graph is completed without it, so that one look finds every problem.
/// </summary>
/// <param name="quantized">Where weights lie instead, with the blocks' linear layers in eight bits; null for the checkpoint itself.</param>
internal sealed class OnnxGraph(string name, WeightSet weights, TensorLedger ledger, QuantizedFile? quantized = null) : IDisposable
{
    /// <summary>ONNX Runtime's own operators.</summary>
    public const string ContribDomain = "com.microsoft";

    public const string OutputName = "features";

    readonly OnnxWriter writer = new(name);
    readonly Dictionary<string, string> loaded = new(StringComparer.Ordinal);
    int next;

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

    /// <summary>A constant without dimensions.</summary>
    public string Scalar(long value)
    {
        string constant = NewName("const");
        writer.AddIntegers(constant, [], [value]);
        return constant;
    }

    /// <summary>A one-dimensional constant.</summary>
    public string Floats(params float[] values)
    {
        string constant = NewName("const");
        writer.AddFloats(constant, [values.Length], values);
        return constant;
    }

    /// <summary>A side of a value's shape, as a one-dimensional value.</summary>
    public string Side(string value, long axis) => Node("Shape", [value], new OnnxAttribute("start", axis), new OnnxAttribute("end", axis + 1));

    /// <summary>A weight of exactly this shape.</summary>
    public string Weight(TensorSlice slice, params long[] shape) => Weight(slice, hint: null, shape);

    /// <summary>A weight of exactly this shape, or the slice of one; no byte of it is copied.</summary>
    /// <param name="hint">What the shape comes from, for the message.</param>
    public string Weight(TensorSlice slice, string? hint, params long[] shape)
    {
        long[] whole = slice.Parts == 1 ? shape : [shape[0] * slice.Parts, .. shape.AsSpan(1)];
        string key = slice.Parts == 1 ? slice.Name : $"{slice.Name}#{slice.Part}";
        if (ledger.Use(slice.Name, whole, hint) is not { } tensor || loaded.ContainsKey(key))
        {
            return loaded.GetValueOrDefault(key, key);
        }

        OnnxType type = tensor.Dtype switch
        {
            TensorDtype.F32 => OnnxType.Float,
            TensorDtype.F16 => OnnxType.Float16,
            _ => OnnxType.BFloat16,
        };
        long length = tensor.Length / slice.Parts;
        string location = quantized?.Location ?? Path.GetRelativePath(weights.Directory, tensor.File).Replace('\\', '/');
        writer.AddExternal(key, type, shape, location, quantized?.Copy(tensor, slice.Part * length, length) ?? tensor.Offset + (slice.Part * length), length);
        return loaded[key] = type == OnnxType.Float ? key : Node("Cast", [key], new OnnxAttribute("to", (long)OnnxType.Float));
    }

    /// <summary>x Wᵀ + b for x of [rows, in] and W of [out, in].</summary>
    public string Linear(string x, LinearNames names, long outputs, long inputs)
    {
        string weight = Weight(names.Weight, outputs, inputs);
        string[] operands = names.Bias is null ? [x, weight] : [x, weight, Weight(names.Bias, outputs)];
        return Node("Gemm", operands, new OnnxAttribute("transB", 1L));
    }

    /// <summary>A linear layer inside a block, where the cost is: in the graph's precision.</summary>
    public string BlockLinear(string x, LinearNames names, long outputs, long inputs)
    {
        TensorSlice slice = names.Weight;
        if (quantized is null || ledger.Use(slice.Name, [outputs * slice.Parts, inputs]) is not { } tensor)
        {
            return Linear(x, names, outputs, inputs);
        }

        string key = $"{slice.Name}#{slice.Part}/{slice.Parts}";
        (long values, long scales) = quantized.Quantize(tensor, slice.Part * (tensor.Length / slice.Parts), outputs, inputs);
        writer.AddExternal(key + ".int8", OnnxType.Int8, [inputs, outputs], quantized.Location, values, outputs * inputs);
        writer.AddExternal(key + ".scale", OnnxType.Float, [outputs], quantized.Location, scales, outputs * sizeof(float));
        string[] operands = [x, key + ".int8", key + ".scale"];
        return Contrib("DynamicQuantizeMatMul", names.Bias is null ? operands : [.. operands, string.Empty, Weight(names.Bias, outputs)]);
    }

    /// <summary>Rows of [rows, inputs] into the common space.</summary>
    public string Project(string x, ProjectionNames? names, long inputs, long outputs) => names switch
    {
        null => x,
        { Transposed: true } => Linear(x, new(names.Weight, names.Bias is null ? null : new TensorSlice(names.Bias)), outputs, inputs),
        _ => Node("MatMul", [x, Weight(names.Weight, inputs, outputs)]),
    };

    public string LayerNorm(string x, NormNames names, long width, float epsilon) =>
        Node("LayerNormalization", [x, Weight(names.Weight, width), Weight(names.Bias, width)], new OnnxAttribute("axis", -1L), new OnnxAttribute("epsilon", epsilon));

    /// <summary>A learned value repeated for every row of the batch: [batch, rows, width].</summary>
    /// <param name="like">A value whose first side is the batch.</param>
    public string Repeat(string value, string like, long rows, long width) =>
        Node("Expand", [value, Node("Concat", [Side(like, 0), Integers(rows, width)], new OnnxAttribute("axis", 0L))]);

    public byte[] Finish(string result, int dimension, string output = OutputName)
    {
        writer.AddNode("Identity", string.Empty, [result], [output], []);
        writer.AddOutput(output, OnnxType.Float, "batch", dimension);
        return writer.ToModel();
    }

    public void Dispose() => writer.Dispose();

    string Node(string operation, string domain, IReadOnlyList<string> inputs, OnnxAttribute[] attributes)
    {
        string result = NewName(operation);
        writer.AddNode(operation, domain, inputs, [result], attributes);
        return result;
    }

    string NewName(string kind) => $"{kind}_{next++}";
}
