using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>
/// Vectors of halves as vectors of floats, which changes no number, and back, each to the nearest half. Nothing calculates in halves: they are a way to store.
/// </summary>
internal static class HalfVectors
{
    /// <summary>A column of vectors as one of floats: as it is, or widened.</summary>
    public static IArrowArray Widen(IArrowArray vectors)
    {
        if (!ColumnFactory.IsOfHalves(vectors))
        {
            return vectors;
        }

        int dimension = ((Apache.Arrow.Types.FixedSizeListType)vectors.Data.DataType).ListSize;
        byte[] numbers = ColumnFactory.Allocate(checked(vectors.Length * dimension * sizeof(float)));
        if (vectors.Length > 0)
        {
            TensorPrimitives.ConvertToSingle(All(vectors, dimension), MemoryMarshal.Cast<byte, float>(numbers.AsSpan()));
        }

        ReadOnlySpan<byte> validity = Validity.Of(vectors, out int offset);
        ArrowBuffer bits = ArrowBuffer.Empty;
        if (!validity.IsEmpty)
        {
            byte[] copy = new byte[ColumnFactory.BitmapBytes(vectors.Length)];
            Validity.CopyBits(validity, offset, copy, 0, vectors.Length);
            bits = new ArrowBuffer(copy);
        }

        return ColumnFactory.FromNumbers(SqlType.Vector(dimension), vectors.Length, vectors.NullCount, bits, numbers);
    }

    public static float[] Widen(ReadOnlySpan<Half> halves)
    {
        float[] numbers = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves, numbers);
        return numbers;
    }

    static ReadOnlySpan<Half> All(IArrowArray vectors, int dimension)
    {
        ArrayData numbers = vectors.Data.Children[0];
        return MemoryMarshal.Cast<byte, Half>(numbers.Buffers[1].Span).Slice(numbers.Offset + (vectors.Data.Offset * dimension), vectors.Length * dimension);
    }
}
