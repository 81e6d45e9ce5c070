using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Kernels;

/// <summary>A fixed-width argument as a span; a constant stands for every row.</summary>
internal readonly ref struct FixedColumn<T>
    where T : unmanaged
{
    readonly int mask;

    public FixedColumn(ColumnarValue value)
    {
        Values = Columns.Values<T>(value.Array);
        IsConstant = value.IsConstant;
        mask = value.IsConstant ? 0 : -1;
    }

    public ReadOnlySpan<T> Values { get; }

    public bool IsConstant { get; }

    public T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Values[row & mask];
    }
}

/// <summary>A text or blob argument as UTF-8 (or raw) bytes; a constant stands for every row.</summary>
internal readonly ref struct BytesColumn
{
    readonly ReadOnlySpan<int> offsets;
    readonly ReadOnlySpan<byte> data;
    readonly int mask;

    public BytesColumn(ColumnarValue value)
        : this(value.Array, value.IsConstant)
    {
    }

    public BytesColumn(IArrowArray array, bool constant = false)
    {
        offsets = Columns.Offsets(array);
        data = array.Data.Buffers[2].Span;
        mask = constant ? 0 : -1;
        IsConstant = constant;
    }

    public bool IsConstant { get; }

    public ReadOnlySpan<byte> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int start = offsets[row & mask];
            return data[start..offsets[(row & mask) + 1]];
        }
    }

    public int Length(int row) => offsets[(row & mask) + 1] - offsets[row & mask];
}

/// <summary>Spans over the buffers of Arrow arrays, honouring offsets of slices.</summary>
internal static class Columns
{
    /// <summary>The values of a fixed-width array; a Boolean array is unpacked to one byte (0 or 1) a row.</summary>
    public static ReadOnlySpan<T> Values<T>(IArrowArray array)
        where T : unmanaged
    {
        if (array is BooleanArray)
        {
            return MemoryMarshal.Cast<byte, T>(UnpackBits(array.Data));
        }

        return array.Length == 0 ? [] : MemoryMarshal.Cast<byte, T>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length);
    }

    /// <summary>The n + 1 offsets of a text, blob or list array's rows.</summary>
    public static ReadOnlySpan<int> Offsets(IArrowArray array) => array.Length == 0
        ? [0]
        : MemoryMarshal.Cast<byte, int>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length + 1);

    /// <summary>Fresh memory for <paramref name="count"/> values and the same as a span.</summary>
    public static byte[] Allocate<T>(int count, out Span<T> values)
        where T : unmanaged
    {
        byte[] buffer = ColumnFactory.Allocate(checked(count * Unsafe.SizeOf<T>()));
        values = MemoryMarshal.Cast<byte, T>(buffer.AsSpan());
        return buffer;
    }

    /// <summary>An array of <paramref name="type"/> over values; bytes 0 and 1 are packed for BOOLEAN.</summary>
    public static IArrowArray Wrap(SqlType type, int count, byte[] values, NullMask nulls) =>
        nulls.Wrap(type, type.Kind == SqlTypeKind.Boolean ? PackBits(values.AsSpan(0, count)) : values);

    /// <summary>Packs bytes (zero is false) into bits, least significant first.</summary>
    public static byte[] PackBits(ReadOnlySpan<byte> flags)
    {
        byte[] bits = new byte[ColumnFactory.BitmapBytes(flags.Length)];
        int whole = flags.Length & ~7;
        ReadOnlySpan<ulong> eights = MemoryMarshal.Cast<byte, ulong>(flags[..whole]);
        for (int i = 0; i < eights.Length; i++)
        {
            // Each byte is 0 or 1: the product moves byte k's bit to bit 56 + k.
            bits[i] = (byte)((eights[i] * 0x0102040810204080UL) >> 56);
        }

        for (int i = whole; i < flags.Length; i++)
        {
            bits[i >> 3] |= (byte)(flags[i] << (i & 7));
        }

        return bits;
    }

    static byte[] UnpackBits(ArrayData data)
    {
        byte[] flags = new byte[data.Length];
        ReadOnlySpan<byte> bits = data.Length == 0 ? [] : data.Buffers[1].Span;
        for (int i = 0; i < flags.Length; i++)
        {
            int bit = data.Offset + i;
            flags[i] = (byte)(bits[bit >> 3] >> (bit & 7) & 1);
        }

        return flags;
    }
}
