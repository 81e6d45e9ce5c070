using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Apache.Arrow;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Compares two columns, or a column and a constant, of one type into a BOOLEAN column.</summary>
internal static class CompareKernels
{
    /// <summary>The result has <paramref name="count"/> rows; both operands constant is the caller's case of count 1.</summary>
    public static IArrowArray Compare(ComparisonOperator op, SqlType type, ColumnarValue left, ColumnarValue right, int count)
    {
        if (op >= ComparisonOperator.NotDistinct)
        {
            return CompareDistinct(op == ComparisonOperator.Distinct, type, left, right, count);
        }

        byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
        byte[]? validity = CombineValidity(left, right, count);
        switch (type.Kind)
        {
            case SqlTypeKind.Integer or SqlTypeKind.Date:
                Dispatch<int>(op, left, right, bits, count);
                break;
            case SqlTypeKind.BigInt or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz:
                Dispatch<long>(op, left, right, bits, count);
                break;
            case SqlTypeKind.SmallInt:
                Dispatch<short>(op, left, right, bits, count);
                break;
            case SqlTypeKind.TinyInt:
                Dispatch<sbyte>(op, left, right, bits, count);
                break;
            case SqlTypeKind.UTinyInt:
                Dispatch<byte>(op, left, right, bits, count);
                break;
            case SqlTypeKind.USmallInt:
                Dispatch<ushort>(op, left, right, bits, count);
                break;
            case SqlTypeKind.UInteger:
                Dispatch<uint>(op, left, right, bits, count);
                break;
            case SqlTypeKind.UBigInt:
                Dispatch<ulong>(op, left, right, bits, count);
                break;
            case SqlTypeKind.Decimal:
                if (!TryNarrow(op, left, right, bits, count))
                {
                    Dispatch<Int128>(op, left, right, bits, count);
                }

                break;
            case SqlTypeKind.Real:
                DispatchFloat<float>(op, left, right, bits, count);
                break;
            case SqlTypeKind.Double:
                DispatchFloat<double>(op, left, right, bits, count);
                break;
            case SqlTypeKind.Text or SqlTypeKind.Blob when op is ComparisonOperator.Equal or ComparisonOperator.NotEqual:
                CompareBytesEqual(op == ComparisonOperator.NotEqual, left, right, bits, count);
                break;
            default:
                CompareCells(op, CellComparer.For(type), left, right, validity, bits, count);
                break;
        }

        return BooleanColumn.Create(count, bits, validity);
    }

    static void Dispatch<T>(ComparisonOperator op, ColumnarValue left, ColumnarValue right, Span<byte> bits, int count)
        where T : unmanaged, IComparisonOperators<T, T, bool> => Dispatch<T, EqualTo<T>, LessThan<T>, AtMost<T>>(op, left, right, bits, count);

    static void DispatchFloat<T>(ComparisonOperator op, ColumnarValue left, ColumnarValue right, Span<byte> bits, int count)
        where T : unmanaged, IFloatingPointIeee754<T> => Dispatch<T, FloatEqualTo<T>, FloatLessThan<T>, FloatAtMost<T>>(op, left, right, bits, count);

    static void Dispatch<T, TEqual, TLess, TAtMost>(ComparisonOperator op, ColumnarValue left, ColumnarValue right, Span<byte> bits, int count)
        where T : unmanaged
        where TEqual : struct, IComparison<T>
        where TLess : struct, IComparison<T>
        where TAtMost : struct, IComparison<T>
    {
        switch (op)
        {
            case ComparisonOperator.Equal or ComparisonOperator.NotEqual:
                Loop<T, TEqual>(left, right, bits, count);
                break;
            case ComparisonOperator.Less:
                Loop<T, TLess>(left, right, bits, count);
                break;
            case ComparisonOperator.LessOrEqual:
                Loop<T, TAtMost>(left, right, bits, count);
                break;
            case ComparisonOperator.Greater:
                Loop<T, TLess>(right, left, bits, count);
                break;
            default:
                Loop<T, TAtMost>(right, left, bits, count);
                break;
        }

        if (op == ComparisonOperator.NotEqual)
        {
            Invert(bits, count);
        }
    }

    static void Loop<T, TTest>(ColumnarValue left, ColumnarValue right, Span<byte> bits, int count)
        where T : unmanaged
        where TTest : struct, IComparison<T>
    {
        ReadOnlySpan<T> a = Values<T>(left.Array);
        ReadOnlySpan<T> b = Values<T>(right.Array);
        int aStep = left.IsConstant ? 0 : 1;
        int bStep = right.IsConstant ? 0 : 1;
        int i = Vector512<T>.IsSupported ? LoopRegisters<T, TTest>(a, aStep, b, bStep, bits, count) : 0;
        for (int octet = i / 8; i < count; octet++)
        {
            int byteBits = 0;
            int end = Math.Min(i + 8, count);
            for (int bit = 0; i < end; i++, bit++)
            {
                byteBits |= (TTest.Holds(a[i * aStep], b[i * bStep]) ? 1 : 0) << bit;
            }

            bits[octet] = (byte)byteBits;
        }
    }

    /// <summary>A register of at least eight values gives whole bytes of bits. Returns how many rows were done.</summary>
    static int LoopRegisters<T, TTest>(ReadOnlySpan<T> a, int aStep, ReadOnlySpan<T> b, int bStep, Span<byte> bits, int count)
        where T : unmanaged
        where TTest : struct, IComparison<T>
    {
        int whole = count & -Vector512<T>.Count;
        if (whole == 0)
        {
            return 0;
        }

        Vector512<T> constantA = Vector512.Create(a[0]);
        Vector512<T> constantB = Vector512.Create(b[0]);
        for (int i = 0; i < whole; i += Vector512<T>.Count)
        {
            ulong holds = TTest.Holds(
                aStep == 0 ? constantA : Vector512.Create(a.Slice(i, Vector512<T>.Count)),
                bStep == 0 ? constantB : Vector512.Create(b.Slice(i, Vector512<T>.Count))).ExtractMostSignificantBits();
            Span<byte> octets = bits.Slice(i / 8, Vector512<T>.Count / 8);
            switch (octets.Length)
            {
                case 1:
                    octets[0] = (byte)holds;
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt16LittleEndian(octets, (ushort)holds);
                    break;
                case 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(octets, (uint)holds);
                    break;
                default:
                    BinaryPrimitives.WriteUInt64LittleEndian(octets, holds);
                    break;
            }
        }

        return whole;
    }

    /// <summary>
    /// Compares decimals by their lower halves, which decide where every value fits 64 bits, as it mostly does. False when one does not: then the bits mean nothing.
    /// </summary>
    static bool TryNarrow(ComparisonOperator op, ColumnarValue left, ColumnarValue right, Span<byte> bits, int count)
    {
        bool narrow = op switch
        {
            ComparisonOperator.Equal or ComparisonOperator.NotEqual => NarrowLoop<EqualTo<long>>(left, right, bits, count),
            ComparisonOperator.Less => NarrowLoop<LessThan<long>>(left, right, bits, count),
            ComparisonOperator.LessOrEqual => NarrowLoop<AtMost<long>>(left, right, bits, count),
            ComparisonOperator.Greater => NarrowLoop<LessThan<long>>(right, left, bits, count),
            _ => NarrowLoop<AtMost<long>>(right, left, bits, count),
        };
        if (op == ComparisonOperator.NotEqual)
        {
            Invert(bits, count);
        }

        return narrow;
    }

    static bool NarrowLoop<TTest>(ColumnarValue left, ColumnarValue right, Span<byte> bits, int count)
        where TTest : struct, IComparison<long>
    {
        ReadOnlySpan<long> a = MemoryMarshal.Cast<Int128, long>(Values<Int128>(left.Array));
        ReadOnlySpan<long> b = MemoryMarshal.Cast<Int128, long>(Values<Int128>(right.Array));
        int aStep = left.IsConstant ? 0 : 2;
        int bStep = right.IsConstant ? 0 : 2;
        long wide = 0;
        int i = 0;
        for (int octet = 0; octet < bits.Length; octet++)
        {
            int byteBits = 0;
            int end = Math.Min(i + 8, count);
            for (int bit = 0; i < end; i++, bit++)
            {
                long x = a[i * aStep];
                long y = b[i * bStep];
                wide |= (a[(i * aStep) + 1] ^ (x >> 63)) | (b[(i * bStep) + 1] ^ (y >> 63));
                byteBits |= (TTest.Holds(x, y) ? 1 : 0) << bit;
            }

            bits[octet] = (byte)byteBits;
        }

        return wide == 0;
    }

    /// <summary>Bits past the last row stay 0.</summary>
    static void Invert(Span<byte> bits, int count)
    {
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = (byte)~bits[i];
        }

        if ((count & 7) != 0)
        {
            bits[count >> 3] &= (byte)((1 << (count & 7)) - 1);
        }
    }

    static void CompareBytesEqual(bool negated, ColumnarValue left, ColumnarValue right, Span<byte> bits, int count)
    {
        ReadOnlySpan<int> aOffsets = TakeKernels.OffsetsOf(left.Array.Data);
        ReadOnlySpan<int> bOffsets = TakeKernels.OffsetsOf(right.Array.Data);
        ReadOnlySpan<byte> aBytes = left.Array.Data.Buffers[2].Span;
        ReadOnlySpan<byte> bBytes = right.Array.Data.Buffers[2].Span;
        for (int i = 0; i < count; i++)
        {
            int x = left.IndexOf(i);
            int y = right.IndexOf(i);
            int length = aOffsets[x + 1] - aOffsets[x];
            bool equal = length == bOffsets[y + 1] - bOffsets[y] && aBytes.Slice(aOffsets[x], length).SequenceEqual(bBytes.Slice(bOffsets[y], length));
            if (equal != negated)
            {
                Validity.Set(bits, i);
            }
        }
    }

    static void CompareCells(ComparisonOperator op, CellComparer comparer, ColumnarValue left, ColumnarValue right, byte[]? validity, Span<byte> bits, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if ((validity is null || Validity.Get(validity, i)) && Holds(op, comparer.Compare(left.Array, left.IndexOf(i), right.Array, right.IndexOf(i))))
            {
                Validity.Set(bits, i);
            }
        }
    }

    static IArrowArray CompareDistinct(bool distinct, SqlType type, ColumnarValue left, ColumnarValue right, int count)
    {
        CellComparer comparer = CellComparer.For(type);
        byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
        for (int i = 0; i < count; i++)
        {
            int x = left.IndexOf(i);
            int y = right.IndexOf(i);
            bool xNull = left.Array.IsNull(x);
            bool yNull = right.Array.IsNull(y);
            bool same = xNull || yNull ? xNull && yNull : comparer.Compare(left.Array, x, right.Array, y) == 0;
            if (same != distinct)
            {
                Validity.Set(bits, i);
            }
        }

        return BooleanColumn.Create(count, bits, validity: null);
    }

    public static bool Holds(ComparisonOperator op, int order) => op switch
    {
        ComparisonOperator.Equal => order == 0,
        ComparisonOperator.NotEqual => order != 0,
        ComparisonOperator.Less => order < 0,
        ComparisonOperator.LessOrEqual => order <= 0,
        ComparisonOperator.Greater => order > 0,
        _ => order >= 0,
    };

    /// <summary>Rows where both operands have a value; null when that is every row.</summary>
    public static byte[]? CombineValidity(ColumnarValue left, ColumnarValue right, int count)
    {
        byte[]? result = null;
        And(left, count, ref result);
        And(right, count, ref result);
        return result;
    }

    static void And(ColumnarValue value, int count, ref byte[]? result)
    {
        ReadOnlySpan<byte> bits = Validity.Of(value.Array, out int offset);
        bool allNull = value.Array is NullArray || (value.IsConstant && value.Array.IsNull(0));
        if (allNull)
        {
            result = new byte[ColumnFactory.BitmapBytes(count)];
            return;
        }

        // A constant may be a slice of a column that has NULLs elsewhere.
        if (bits.IsEmpty || value.IsConstant)
        {
            return;
        }

        byte[] own = new byte[ColumnFactory.BitmapBytes(count)];
        Validity.CopyBits(bits, offset, own, 0, count);
        if (result is null)
        {
            result = own;
            return;
        }

        for (int i = 0; i < own.Length; i++)
        {
            result[i] &= own[i];
        }
    }

    static ReadOnlySpan<T> Values<T>(IArrowArray array)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length);
}
