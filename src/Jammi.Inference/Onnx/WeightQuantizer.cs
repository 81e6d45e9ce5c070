using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Jammi.Inference.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace Jammi.Inference.Onnx;

/// <summary>Linear layers in eight bits: each output channel is divided by a scale of its own, so that its largest weight becomes the range's end.</summary>
internal static class WeightQuantizer
{
    /// <summary>Channels that are turned at once: their bytes fill whole cache lines of the transposed matrix.</summary>
    const int Block = 64;

    /// <summary>Reads a weight of [outputs, inputs] and writes bytes of [inputs, outputs] and the outputs' scales.</summary>
    public static void Quantize(TensorInfo tensor, long start, SafeFileHandle source, int outputs, int inputs, int range, sbyte[] values, float[] scales)
    {
        int element = tensor.Dtype == TensorDtype.F32 ? sizeof(float) : sizeof(ushort);
        Parallel.For(0, (outputs + Block - 1) / Block, block =>
        {
            int first = block * Block;
            int rows = Math.Min(Block, outputs - first);
            byte[] bytes = ArrayPool<byte>.Shared.Rent(inputs * element);
            float[] row = ArrayPool<float>.Shared.Rent(inputs);
            sbyte[] quantized = ArrayPool<sbyte>.Shared.Rent(rows * inputs);
            try
            {
                for (int i = 0; i < rows; i++)
                {
                    Span<byte> raw = bytes.AsSpan(0, inputs * element);
                    ReadAll(source, raw, tensor.Offset + start + ((long)(first + i) * inputs * element), tensor);
                    Widen(raw, tensor.Dtype, row.AsSpan(0, inputs));
                    scales[first + i] = QuantizeRow(row.AsSpan(0, inputs), quantized.AsSpan(i * inputs, inputs), range);
                }

                for (int k = 0; k < inputs; k++)
                {
                    Span<sbyte> line = values.AsSpan(((k * outputs) + first), rows);
                    for (int i = 0; i < line.Length; i++)
                    {
                        line[i] = quantized[(i * inputs) + k];
                    }
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
                ArrayPool<float>.Shared.Return(row);
                ArrayPool<sbyte>.Shared.Return(quantized);
            }
        });
    }

    /// <summary>One channel; the row is changed. Gives the scale: weight = byte · scale.</summary>
    public static float QuantizeRow(Span<float> row, Span<sbyte> quantized, int range)
    {
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(row));
        if (largest == 0)
        {
            quantized.Clear();
            return 1;
        }

        float scale = largest / range;
        TensorPrimitives.Divide(row, scale, row);
        TensorPrimitives.Round<float>(row, row);
        TensorPrimitives.ConvertSaturating<float, sbyte>(row, quantized);
        return scale;
    }

    static void Widen(ReadOnlySpan<byte> raw, TensorDtype type, Span<float> row)
    {
        switch (type)
        {
            case TensorDtype.F32:
                MemoryMarshal.Cast<byte, float>(raw).CopyTo(row);
                break;
            case TensorDtype.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(raw), row);
                break;
            default:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(raw);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                }

                break;
        }
    }

    static void ReadAll(SafeFileHandle source, Span<byte> destination, long offset, TensorInfo tensor)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(source, destination, offset);
            if (read == 0)
            {
                throw new InferenceException(InferenceError.InvalidModel, $"{tensor.File} ends within tensor {tensor.Name}.");
            }

            destination = destination[read..];
            offset += read;
        }
    }
}
