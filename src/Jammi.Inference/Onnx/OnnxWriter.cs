using Google.Protobuf;

namespace Jammi.Inference.Onnx;

/// <summary>The element types of ONNX tensors that are used here (TensorProto.DataType).</summary>
internal enum OnnxType
{
    Float = 1,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
    BFloat16 = 16,
}

/// <summary>
/// Writes an ONNX model as protobuf. Field numbers are those of <c>onnx.proto</c> (IR version 9). Weights are external data: a file name, an offset and
/// a length, so that the model stays small and the weights are mapped where they lie.
/// </summary>
internal sealed class OnnxWriter : IDisposable
{
    const int IrVersion = 9;
    const int Opset = 20;

    readonly MemoryStream graph = new();
    readonly CodedOutputStream output;

    public OnnxWriter(string name)
    {
        output = new CodedOutputStream(graph, leaveOpen: true);
        WriteText(output, 2, name);
    }

    public void AddNode(string operation, string domain, IEnumerable<string> inputs, IEnumerable<string> outputs, IEnumerable<OnnxAttribute> attributes) => WriteMessage(output, 1, node =>
    {
        foreach (string input in inputs)
        {
            WriteText(node, 1, input);
        }

        foreach (string result in outputs)
        {
            WriteText(node, 2, result);
        }

        WriteText(node, 4, operation);
        foreach (OnnxAttribute attribute in attributes)
        {
            WriteMessage(node, 5, attribute.Write);
        }

        if (domain.Length > 0)
        {
            WriteText(node, 7, domain);
        }
    });

    /// <summary>A weight that lies in a file beside the model.</summary>
    public void AddExternal(string name, OnnxType type, IReadOnlyList<long> shape, string file, long offset, long length) => WriteMessage(output, 5, tensor =>
    {
        WriteShape(tensor, shape);
        WriteInteger(tensor, 2, (long)type);
        WriteText(tensor, 8, name);
        WriteEntry(tensor, "location", file);
        WriteEntry(tensor, "offset", offset.ToString(System.Globalization.CultureInfo.InvariantCulture));
        WriteEntry(tensor, "length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        WriteInteger(tensor, 14, 1);
    });

    /// <summary>Whole numbers inside the model, such as shapes.</summary>
    public void AddIntegers(string name, IReadOnlyList<long> shape, IReadOnlyList<long> values) => WriteMessage(output, 5, tensor =>
    {
        WriteShape(tensor, shape);
        WriteInteger(tensor, 2, (long)OnnxType.Int64);
        foreach (long value in values)
        {
            WriteInteger(tensor, 7, value);
        }

        WriteText(tensor, 8, name);
    });

    /// <summary>Numbers inside the model.</summary>
    public void AddFloats(string name, IReadOnlyList<long> shape, IReadOnlyList<float> values) => WriteMessage(output, 5, tensor =>
    {
        WriteShape(tensor, shape);
        WriteInteger(tensor, 2, (long)OnnxType.Float);
        foreach (float value in values)
        {
            tensor.WriteTag(4, WireFormat.WireType.Fixed32);
            tensor.WriteFloat(value);
        }

        WriteText(tensor, 8, name);
    });

    public void AddInput(string name, OnnxType type, params object[] sides) => WriteMessage(output, 11, value => WriteValueInfo(value, name, type, sides));

    public void AddOutput(string name, OnnxType type, params object[] sides) => WriteMessage(output, 12, value => WriteValueInfo(value, name, type, sides));

    /// <summary>The finished model.</summary>
    public byte[] ToModel()
    {
        output.Flush();
        using var stream = new MemoryStream();
        using (var model = new CodedOutputStream(stream, leaveOpen: true))
        {
            WriteInteger(model, 1, IrVersion);
            WriteText(model, 2, "jammi");
            model.WriteTag(7, WireFormat.WireType.LengthDelimited);
            model.WriteBytes(ByteString.CopyFrom(graph.GetBuffer(), 0, (int)graph.Length));
            WriteOpset(model, string.Empty, Opset);
            WriteOpset(model, OnnxGraph.ContribDomain, 1);
        }

        return stream.ToArray();
    }

    public void Dispose()
    {
        output.Dispose();
        graph.Dispose();
    }

    internal static void WriteText(CodedOutputStream stream, int field, string text)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteString(text);
    }

    internal static void WriteInteger(CodedOutputStream stream, int field, long value)
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteInt64(value);
    }

    internal static void WriteMessage(CodedOutputStream stream, int field, Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var inner = new CodedOutputStream(buffer, leaveOpen: true))
        {
            write(inner);
        }

        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    static void WriteOpset(CodedOutputStream model, string domain, long version) => WriteMessage(model, 8, opset =>
    {
        WriteText(opset, 1, domain);
        WriteInteger(opset, 2, version);
    });

    static void WriteShape(CodedOutputStream tensor, IReadOnlyList<long> shape)
    {
        foreach (long side in shape)
        {
            WriteInteger(tensor, 1, side);
        }
    }

    static void WriteEntry(CodedOutputStream tensor, string key, string value) => WriteMessage(tensor, 13, entry =>
    {
        WriteText(entry, 1, key);
        WriteText(entry, 2, value);
    });

    /// <summary>Sides are numbers, or names for what varies.</summary>
    static void WriteValueInfo(CodedOutputStream value, string name, OnnxType type, object[] sides)
    {
        WriteText(value, 1, name);
        WriteMessage(value, 2, typeProto => WriteMessage(typeProto, 1, tensor =>
        {
            WriteInteger(tensor, 1, (long)type);
            WriteMessage(tensor, 2, shape =>
            {
                foreach (object side in sides)
                {
                    WriteMessage(shape, 1, dimension =>
                    {
                        if (side is string variable)
                        {
                            WriteText(dimension, 2, variable);
                        }
                        else
                        {
                            WriteInteger(dimension, 1, Convert.ToInt64(side, System.Globalization.CultureInfo.InvariantCulture));
                        }
                    });
                }
            });
        }));
    }
}

/// <summary>An attribute of a node: a number, a text or whole numbers (AttributeProto).</summary>
internal sealed class OnnxAttribute
{
    readonly string name;
    readonly object value;

    public OnnxAttribute(string name, long value) => (this.name, this.value) = (name, value);

    public OnnxAttribute(string name, float value) => (this.name, this.value) = (name, value);

    public OnnxAttribute(string name, string value) => (this.name, this.value) = (name, value);

    public OnnxAttribute(string name, long[] value) => (this.name, this.value) = (name, value);

    public void Write(CodedOutputStream stream)
    {
        OnnxWriter.WriteText(stream, 1, name);
        switch (value)
        {
            case float number:
                stream.WriteTag(2, WireFormat.WireType.Fixed32);
                stream.WriteFloat(number);
                OnnxWriter.WriteInteger(stream, 20, 1);
                break;
            case long number:
                OnnxWriter.WriteInteger(stream, 3, number);
                OnnxWriter.WriteInteger(stream, 20, 2);
                break;
            case string text:
                OnnxWriter.WriteText(stream, 4, text);
                OnnxWriter.WriteInteger(stream, 20, 3);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                {
                    OnnxWriter.WriteInteger(stream, 8, number);
                }

                OnnxWriter.WriteInteger(stream, 20, 7);
                break;
        }
    }
}
