using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>
/// The order of two non-null cells of one type: text and blobs by bytes, NaN above every number and equal to itself, -0 equal to 0, FALSE before TRUE,
/// intervals with months of 30 days, vectors and lists item by item.
/// </summary>
internal abstract class CellComparer
{
    public static CellComparer For(SqlType type) => type.Kind switch
    {
        SqlTypeKind.TinyInt => new FixedComparer<sbyte>(),
        SqlTypeKind.SmallInt => new FixedComparer<short>(),
        SqlTypeKind.Integer or SqlTypeKind.Date => new FixedComparer<int>(),
        SqlTypeKind.BigInt or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz => new FixedComparer<long>(),
        SqlTypeKind.UTinyInt => new FixedComparer<byte>(),
        SqlTypeKind.USmallInt => new FixedComparer<ushort>(),
        SqlTypeKind.UInteger => new FixedComparer<uint>(),
        SqlTypeKind.UBigInt => new FixedComparer<ulong>(),
        SqlTypeKind.Decimal => new FixedComparer<Int128>(),
        SqlTypeKind.Real => new RealComparer(),
        SqlTypeKind.Double => new DoubleComparer(),
        SqlTypeKind.Boolean => new BooleanComparer(),
        SqlTypeKind.Text or SqlTypeKind.Blob => new BytesComparer(),
        SqlTypeKind.Uuid => new UuidComparer(),
        SqlTypeKind.Interval => new IntervalComparer(),
        SqlTypeKind.Vector => new VectorComparer<float>(),
        SqlTypeKind.HalfVector => new VectorComparer<Half>(),
        SqlTypeKind.List => new ListComparer(For(type.Element!)),
        SqlTypeKind.Null => new NullComparer(),
        _ => throw new SqlException(SqlErrorCode.Internal, $"Values of {type} have no order."),
    };

    public abstract int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow);

    /// <summary>A number that orders doubles as SQL does.</summary>
    public static long OrderKey(double value)
    {
        if (double.IsNaN(value))
        {
            return long.MaxValue;
        }

        long bits = BitConverter.DoubleToInt64Bits(value + 0.0);
        return value == 0 ? 0 : bits ^ ((bits >> 63) & long.MaxValue);
    }

    static ReadOnlySpan<T> Values<T>(IArrowArray array)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length);

    sealed class FixedComparer<T> : CellComparer
        where T : unmanaged, IComparable<T>
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) => Values<T>(left)[leftRow].CompareTo(Values<T>(right)[rightRow]);
    }

    sealed class RealComparer : CellComparer
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) => OrderKey(Values<float>(left)[leftRow]).CompareTo(OrderKey(Values<float>(right)[rightRow]));
    }

    sealed class DoubleComparer : CellComparer
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) => OrderKey(Values<double>(left)[leftRow]).CompareTo(OrderKey(Values<double>(right)[rightRow]));
    }

    sealed class BooleanComparer : CellComparer
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) =>
            Validity.Get(left.Data.Buffers[1].Span, left.Data.Offset + leftRow).CompareTo(Validity.Get(right.Data.Buffers[1].Span, right.Data.Offset + rightRow));
    }

    sealed class BytesComparer : CellComparer
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) =>
            ((BinaryArray)left).GetBytes(leftRow).SequenceCompareTo(((BinaryArray)right).GetBytes(rightRow));
    }

    sealed class UuidComparer : CellComparer
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) =>
            left.Data.Buffers[1].Span.Slice((left.Data.Offset + leftRow) * 16, 16).SequenceCompareTo(right.Data.Buffers[1].Span.Slice((right.Data.Offset + rightRow) * 16, 16));
    }

    sealed class IntervalComparer : CellComparer
    {
        const long NanosecondsPerDay = 86_400_000_000_000;

        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) => Length(SqlInterval.Read(left, leftRow)).CompareTo(Length(SqlInterval.Read(right, rightRow)));

        static Int128 Length(SqlInterval interval) => ((((Int128)interval.Months * 30) + interval.Days) * NanosecondsPerDay) + interval.Nanoseconds;
    }

    sealed class VectorComparer<T> : CellComparer
        where T : unmanaged, INumberBase<T>
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow)
        {
            ReadOnlySpan<T> a = ColumnFactory.NumbersAt<T>(left, leftRow);
            ReadOnlySpan<T> b = ColumnFactory.NumbersAt<T>(right, rightRow);
            for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
            {
                int order = OrderKey(double.CreateTruncating(a[i])).CompareTo(OrderKey(double.CreateTruncating(b[i])));
                if (order != 0)
                {
                    return order;
                }
            }

            return a.Length.CompareTo(b.Length);
        }
    }

    sealed class ListComparer(CellComparer items) : CellComparer
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow)
        {
            var a = (ListArray)left;
            var b = (ListArray)right;
            ReadOnlySpan<int> aOffsets = a.ValueOffsets;
            ReadOnlySpan<int> bOffsets = b.ValueOffsets;
            int aCount = aOffsets[leftRow + 1] - aOffsets[leftRow];
            int bCount = bOffsets[rightRow + 1] - bOffsets[rightRow];
            for (int i = 0; i < Math.Min(aCount, bCount); i++)
            {
                int x = aOffsets[leftRow] + i;
                int y = bOffsets[rightRow] + i;
                bool xNull = a.Values.IsNull(x);
                bool yNull = b.Values.IsNull(y);
                int order = xNull || yNull ? xNull.CompareTo(yNull) : items.Compare(a.Values, x, b.Values, y);
                if (order != 0)
                {
                    return order;
                }
            }

            return aCount.CompareTo(bCount);
        }
    }

    sealed class NullComparer : CellComparer
    {
        public override int Compare(IArrowArray left, int leftRow, IArrowArray right, int rightRow) => 0;
    }
}
