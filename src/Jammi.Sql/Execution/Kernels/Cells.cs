using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Reads cells of columns in place, and says when two of them are one value where that is not plain equality.</summary>
internal static class Cells
{
    const long NanosecondsPerDay = 86_400_000_000_000;

    /// <summary>The values of a fixed-width column, honouring its offset.</summary>
    public static ReadOnlySpan<T> Values<T>(IArrowArray array)
        where T : unmanaged =>
        array.Length == 0 ? default : MemoryMarshal.Cast<byte, T>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length);

    /// <summary>Whether a cell is NULL, in a column of any type.</summary>
    public static bool IsNull(IArrowArray array, int index) => array is NullArray || array.IsNull(index);

    public static bool Bit(IArrowArray booleans, int index) => Validity.Get(booleans.Data.Buffers[1].Span, booleans.Data.Offset + index);

    /// <summary>The bytes of a text or blob cell.</summary>
    public static ReadOnlySpan<byte> Bytes(IArrowArray array, int index)
    {
        ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(array.Data);
        return array.Data.Buffers[2].Span[offsets[index]..offsets[index + 1]];
    }

    /// <summary>An interval in nanoseconds, a month counted as 30 days: what intervals are compared by.</summary>
    public static Int128 Length(SqlInterval value) => ((((Int128)value.Months * 30) + value.Days) * NanosecondsPerDay) + value.Nanoseconds;

    /// <summary>Equality in which NaN is one value.</summary>
    public static bool Equal(float left, float right) => left == right || (float.IsNaN(left) && float.IsNaN(right));

    /// <inheritdoc cref="Equal(float, float)"/>
    public static bool Equal(double left, double right) => left == right || (double.IsNaN(left) && double.IsNaN(right));
}
