using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Jammi.Inference.Checkpoints;

/// <summary>The element types of the safetensors format, by their names there.</summary>
internal enum TensorDtype
{
    Bool,
    U8,
    I8,
    F8E4M3,
    F8E5M2,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    I64,
    U64,
    F64,
}

/// <summary>A tensor of a file: its type, shape, and where its bytes lie in the file (row-major, little-endian).</summary>
/// <param name="File">The file, with links resolved.</param>
internal sealed record TensorInfo(string Name, TensorDtype Dtype, long[] Shape, string File, long Offset, long Length)
{
    public long Elements => Shape.Aggregate(1L, (product, side) => product * side);

    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}

/// <summary>
/// The header of a safetensors file, fully checked: an eight-byte length, a JSON object of tensors, then their bytes without gap or overlap.
/// The weights themselves stay in the file; ONNX Runtime maps them from there.
/// </summary>
internal sealed class SafeTensorsFile
{
    /// <summary>The format's own limit for the header.</summary>
    const long LongestHeader = 100_000_000;

    readonly Dictionary<string, TensorInfo> tensors;

    SafeTensorsFile(string path, Dictionary<string, TensorInfo> tensors)
    {
        Path = path;
        this.tensors = tensors;
    }

    /// <summary>The file, with links resolved.</summary>
    public string Path { get; }

    public IReadOnlyCollection<TensorInfo> Tensors => tensors.Values;

    public TensorInfo? Find(string name) => tensors.GetValueOrDefault(name);

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="InferenceException">The file is missing, or its header breaks a rule of the format; the message says which.</exception>
    public static SafeTensorsFile Open(string path)
    {
        var link = new FileInfo(path);
        if (!link.Exists)
        {
            throw new InferenceException(InferenceError.ModelNotFound, $"The weights {path} are missing.");
        }

        // A model cache holds links to blobs; ONNX Runtime wants the file itself.
        string real = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link.FullName;
        try
        {
            using FileStream file = File.OpenRead(real);
            return new SafeTensorsFile(real, ReadHeader(file, path, real));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"The weights {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads one number, such as the logit scale.</summary>
    public static double ReadScalar(TensorInfo tensor)
    {
        if (tensor.Elements != 1)
        {
            throw Invalid(tensor.File, $"tensor {tensor.Name} should be one number, but has shape {tensor.ShapeText}");
        }

        using FileStream file = File.OpenRead(tensor.File);
        file.Position = tensor.Offset;
        Span<byte> bytes = stackalloc byte[8];
        file.ReadExactly(bytes[..(int)tensor.Length]);
        return tensor.Dtype switch
        {
            TensorDtype.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            TensorDtype.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            TensorDtype.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
            TensorDtype.F64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            _ => throw Invalid(tensor.File, $"tensor {tensor.Name} has type {tensor.Dtype}, which is no floating-point type"),
        };
    }

    public static int SizeOf(TensorDtype dtype) => dtype switch
    {
        <= TensorDtype.F8E5M2 => 1,
        <= TensorDtype.BF16 => 2,
        <= TensorDtype.F32 => 4,
        _ => 8,
    };

    static Dictionary<string, TensorInfo> ReadHeader(FileStream file, string path, string real)
    {
        long size = file.Length;
        Span<byte> prefix = stackalloc byte[8];
        if (size < prefix.Length)
        {
            throw Invalid(path, $"it has {size} bytes; even an empty file of this format has ten");
        }

        file.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || length > (ulong)(size - prefix.Length))
        {
            throw Invalid(path, string.Create(CultureInfo.InvariantCulture, $"its header claims {length} bytes, but the file has {size} in all (a download that was cut short?)"));
        }

        var header = new byte[(int)length];
        file.ReadExactly(header);
        long dataStart = prefix.Length + header.Length;
        return ParseHeader(header, dataStart, size - dataStart, path, real);
    }

    static Dictionary<string, TensorInfo> ParseHeader(byte[] header, long dataStart, long dataLength, string path, string real)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException error)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path} is no safetensors file: its header is not JSON ({error.Message})", error);
        }

        using (document)
        {
            try
            {
                return ParseTensors(document.RootElement, dataStart, dataLength, path, real);
            }
            catch (InvalidOperationException error)
            {
                // The reader checks text only when it is asked for: bytes that are no UTF-8, or halves of surrogate pairs.
                throw new InferenceException(InferenceError.InvalidModel, $"{path} is no valid safetensors file: its header is not Unicode text ({error.Message})", error);
            }
        }
    }

    static Dictionary<string, TensorInfo> ParseTensors(JsonElement root, long dataStart, long dataLength, string path, string real)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(path, "its header is not a JSON object");
        }

        var tensors = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                continue;
            }

            if (!tensors.TryAdd(property.Name, ParseTensor(property, dataStart, dataLength, path, real)))
            {
                throw Invalid(path, $"tensor {property.Name} occurs twice");
            }
        }

        CheckLayout(tensors.Values, dataStart, dataLength, path);
        return tensors;
    }

    static TensorInfo ParseTensor(JsonProperty property, long dataStart, long dataLength, string path, string real)
    {
        string name = property.Name;
        JsonElement entry = property.Value;
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("dtype", out JsonElement dtypeName) || dtypeName.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("shape", out JsonElement shapeArray) || shapeArray.ValueKind != JsonValueKind.Array
            || !entry.TryGetProperty("data_offsets", out JsonElement offsets) || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2)
        {
            throw Invalid(path, $"tensor {name} lacks dtype, shape or data_offsets");
        }

        string text = dtypeName.GetString()!;
        if (!Enum.TryParse(text.Replace("_", string.Empty, StringComparison.Ordinal), ignoreCase: true, out TensorDtype dtype) || !Enum.IsDefined(dtype) || char.IsDigit(text[0]))
        {
            throw Invalid(path, $"tensor {name} has the unknown type {text}");
        }

        long elements = 1;
        var shape = new List<long>();
        foreach (JsonElement side in shapeArray.EnumerateArray())
        {
            if (side.ValueKind != JsonValueKind.Number || !side.TryGetInt64(out long value) || value < 0)
            {
                throw Invalid(path, $"tensor {name} has the side {side.GetRawText()} in its shape");
            }

            shape.Add(value);
            Int128 product = (Int128)elements * value;
            elements = product <= long.MaxValue / 8 ? (long)product : throw Invalid(path, $"tensor {name} has more elements than a file can hold");
        }

        if (!TryOffset(offsets[0], out long begin) || !TryOffset(offsets[1], out long end) || begin > end)
        {
            throw Invalid(path, $"tensor {name} has the data_offsets {offsets.GetRawText()}");
        }

        if (end > dataLength)
        {
            throw Invalid(path, $"tensor {name} ends at byte {end} of the data, but there are {dataLength} (a download that was cut short?)");
        }

        if (end - begin != elements * SizeOf(dtype))
        {
            throw Invalid(path, $"tensor {name} of shape [{string.Join(", ", shape)}] and type {text} needs {elements * SizeOf(dtype)} bytes, but has {end - begin}");
        }

        return new(name, dtype, [.. shape], real, dataStart + begin, end - begin);
    }

    static bool TryOffset(JsonElement element, out long offset)
    {
        offset = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out offset) && offset >= 0;
    }

    static void CheckLayout(IEnumerable<TensorInfo> tensors, long dataStart, long dataLength, string path)
    {
        long position = dataStart;
        string previous = "the header";
        foreach (TensorInfo tensor in tensors.OrderBy(t => t.Offset).ThenBy(t => t.Length))
        {
            if (tensor.Offset < position)
            {
                throw Invalid(path, $"tensors {previous} and {tensor.Name} overlap");
            }

            if (tensor.Offset > position)
            {
                throw Invalid(path, $"there are {tensor.Offset - position} bytes of no tensor between {previous} and {tensor.Name}");
            }

            position = tensor.Offset + tensor.Length;
            previous = tensor.Name;
        }

        if (position != dataStart + dataLength)
        {
            throw Invalid(path, $"there are {dataStart + dataLength - position} bytes of no tensor after {previous}");
        }
    }

    static InferenceException Invalid(string path, string what) => new(InferenceError.InvalidModel, $"{path} is no valid safetensors file: {what}.");
}
