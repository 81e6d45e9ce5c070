using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Kernels;

/// <summary>
/// Which rows of a result are NULL: starts as "any argument is NULL" and takes further NULLs while a kernel runs.
/// Values behind NULLs are undefined in Arrow, so kernels that can fail ask here before they do.
/// </summary>
internal sealed class NullMask
{
    readonly int count;
    byte[]? bits;

    NullMask(int count) => this.count = count;

    public int NullCount { get; private set; }

    public bool AllNull => NullCount == count;

    /// <summary>Nothing is NULL yet.</summary>
    public static NullMask None(int count) => new(count);

    /// <summary>Rows in which some argument is NULL.</summary>
    public static NullMask Any(ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        var mask = new NullMask(count);
        foreach (ColumnarValue argument in arguments)
        {
            mask.Intersect(argument);
        }

        return mask;
    }

    public static NullMask Of(ColumnarValue argument, int count)
    {
        var mask = new NullMask(count);
        mask.Intersect(argument);
        return mask;
    }

    public bool IsValid(int row) => bits is null || (bits[row >> 3] >> (row & 7) & 1) != 0;

    public bool IsNull(int row) => !IsValid(row);

    public void SetNull(int row)
    {
        if (IsValid(row))
        {
            Bits()[row >> 3] &= (byte)~(1 << (row & 7));
            NullCount++;
        }
    }

    /// <summary>The validity buffer of the result; empty when nothing is NULL.</summary>
    public ArrowBuffer ToBuffer() => NullCount == 0 ? ArrowBuffer.Empty : new ArrowBuffer(bits!);

    /// <summary>An array over <paramref name="values"/> with these NULLs.</summary>
    public IArrowArray Wrap(SqlType type, byte[] values) => ColumnFactory.FromBuffers(type, count, NullCount, ToBuffer(), [new ArrowBuffer(values)]);

    /// <summary>Makes every row NULL in which <paramref name="argument"/> is.</summary>
    public void Intersect(ColumnarValue argument)
    {
        IArrowArray array = argument.Array;
        if (count == 0 || (array.NullCount == 0 && array.Data.DataType is not NullType))
        {
            return;
        }

        if (argument.IsConstant || array.Data.DataType is NullType)
        {
            bits = new byte[ColumnFactory.BitmapBytes(count)];
            NullCount = count;
            return;
        }

        IntersectBits(array.Data.Buffers[0].Span, array.Data.Offset);
    }

    void IntersectBits(ReadOnlySpan<byte> source, int offset)
    {
        byte[] target = Bits();
        int shift = offset & 7;
        int first = offset >> 3;
        for (int i = 0; i < target.Length; i++)
        {
            int low = source[first + i] >> shift;
            int high = shift != 0 && first + i + 1 < source.Length ? source[first + i + 1] << (8 - shift) : 0;
            target[i] &= (byte)(low | high);
        }

        ClearPadding(target);
        int set = 0;
        foreach (byte b in target)
        {
            set += BitOperations.PopCount(b);
        }

        NullCount = count - set;
    }

    byte[] Bits()
    {
        if (bits is null)
        {
            bits = new byte[ColumnFactory.BitmapBytes(count)];
            bits.AsSpan().Fill(0xFF);
            ClearPadding(bits);
        }

        return bits;
    }

    void ClearPadding(byte[] target)
    {
        if ((count & 7) != 0)
        {
            target[^1] &= (byte)((1 << (count & 7)) - 1);
        }
    }
}
