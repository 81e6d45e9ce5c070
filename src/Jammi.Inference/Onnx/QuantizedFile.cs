using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Jammi.Inference.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace Jammi.Inference.Onnx;

/// <summary>
/// The weights of one tower with its linear layers in eight bits. Where each lies is known when the graph is written; the file is made from the checkpoint
/// when the tower is first loaded, and kept in the user's cache under the model's fingerprint. Weights that stay floats are copied, so that the tower needs one file.
/// </summary>
internal sealed class QuantizedFile(string tower)
{
    const int Alignment = 64;

    /// <summary>Bytes of eight-bit weights of all models together that are kept.</summary>
    const long KeptBytes = 4L << 30;

    readonly List<Part> parts = [];
    long length;

    /// <summary>
    /// The largest eight-bit weight. Processors without dot products of bytes add two products in 16 bits, which overflows unless weights keep to seven bits.
    /// </summary>
    public static int Range { get; } = AvxVnni.IsSupported || Avx512Vbmi.IsSupported || AdvSimd.IsSupported ? 127 : 63;

    /// <summary>The file's name. The last number is the layout's version.</summary>
    public string Location => $"{tower}-{Range}-2.bin";

    /// <summary>A weight as it lies in the checkpoint; gives its offset.</summary>
    public long Copy(TensorInfo tensor, long start, long bytes) => Add(new Part(tensor, start, bytes, 0, 0), bytes);

    /// <summary>A weight of [outputs, inputs] as bytes of [inputs, outputs], followed by a scale for each output; gives the offsets of both.</summary>
    /// <param name="start">First byte of the weight in its tensor.</param>
    public (long Values, long Scales) Quantize(TensorInfo tensor, long start, long outputs, long inputs)
    {
        long scales = Align(outputs * inputs);
        long values = Add(new Part(tensor, start, 0, (int)outputs, (int)inputs), scales + (outputs * sizeof(float)));
        return (values, values + scales);
    }

    /// <summary>The directory of the file, which is made if it is not there.</summary>
    public string Ensure(string fingerprint)
    {
        return TryKeep(UserCache.PathOf("int8"), fingerprint)
            ?? TryKeep(Path.Combine(Path.GetTempPath(), "jammi", "int8"), fingerprint)
            ?? throw new InferenceException(InferenceError.NotSupported, $"precision => 'int8' keeps {length / 1_000_000:N0} MB of eight-bit weights in {UserCache.Root} or {Path.GetTempPath()}, but neither can be written. Make room there, or use 'fp32'.");
    }

    string? TryKeep(string cache, string fingerprint)
    {
        string path = Path.Combine(cache, fingerprint, Location);
        if (IsComplete(path))
        {
            UserCache.Touch(path);
        }
        else if (UserCache.TryWrite(path, Write))
        {
            UserCache.Trim(cache, KeptBytes, DateTime.UtcNow);
        }
        else
        {
            return null;
        }

        return Path.GetDirectoryName(path);
    }

    /// <summary>The whole file, from its start.</summary>
    public void Write(Stream stream)
    {
        var sources = new Dictionary<string, SafeFileHandle>(StringComparer.Ordinal);
        long written = 0;
        try
        {
            foreach (Part part in parts)
            {
                Pad(part.Offset);
                if (!sources.TryGetValue(part.Tensor.File, out SafeFileHandle? source))
                {
                    sources[part.Tensor.File] = source = File.OpenHandle(part.Tensor.File);
                }

                written += part.Outputs > 0 ? WriteQuantized(part, source, stream) : WriteCopy(part, source, stream);
            }

            Pad(length);
        }
        finally
        {
            foreach (SafeFileHandle source in sources.Values)
            {
                source.Dispose();
            }
        }

        void Pad(long to)
        {
            stream.Write(new byte[to - written]);
            written = to;
        }
    }

    static long WriteCopy(Part part, SafeFileHandle source, Stream stream)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            for (long done = 0; done < part.Bytes;)
            {
                int read = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, part.Bytes - done)), part.Tensor.Offset + part.Start + done);
                if (read == 0)
                {
                    throw new InferenceException(InferenceError.InvalidModel, $"{part.Tensor.File} ends within tensor {part.Tensor.Name}.");
                }

                stream.Write(buffer, 0, read);
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return part.Bytes;
    }

    static long WriteQuantized(Part part, SafeFileHandle source, Stream stream)
    {
        int size = part.Outputs * part.Inputs;
        sbyte[] values = ArrayPool<sbyte>.Shared.Rent(size);
        float[] scales = new float[part.Outputs];
        try
        {
            WeightQuantizer.Quantize(part.Tensor, part.Start, source, part.Outputs, part.Inputs, Range, values, scales);
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan(0, size)));
            stream.Write(new byte[Align(size) - size]);
            stream.Write(MemoryMarshal.AsBytes(scales.AsSpan()));
        }
        finally
        {
            ArrayPool<sbyte>.Shared.Return(values);
        }

        return Align(size) + (part.Outputs * sizeof(float));
    }

    static long Align(long offset) => (offset + Alignment - 1) & -Alignment;

    bool IsComplete(string path) => new FileInfo(path) is { Exists: true } file && file.Length == length;

    long Add(Part part, long bytes)
    {
        long offset = Align(length);
        parts.Add(part with { Offset = offset });
        length = offset + bytes;
        return offset;
    }

    /// <summary>A stretch of the file: a copy of so many bytes, or a quantised matrix.</summary>
    readonly record struct Part(TensorInfo Tensor, long Start, long Bytes, int Outputs, int Inputs)
    {
        public long Offset { get; init; }
    }
}
