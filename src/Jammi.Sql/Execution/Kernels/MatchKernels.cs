using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Compares pairs of rows column by column, NULL equal to NULL: what hash tables do with the candidates that share a hash.</summary>
internal static class MatchKernels
{
    /// <summary>Clears <paramref name="equal"/>[k] where row leftRows[k] of one column differs from row rightRows[k] of the other.</summary>
    public static void And(IArrowArray left, ReadOnlySpan<int> leftRows, IArrowArray right, ReadOnlySpan<int> rightRows, Span<bool> equal)
    {
        switch (left.Data.DataType.TypeId)
        {
            case ArrowTypeId.Null:
                break;
            case ArrowTypeId.Int8 or ArrowTypeId.UInt8:
                Fixed<byte, Same<byte>>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Int16 or ArrowTypeId.UInt16:
                Fixed<ushort, Same<ushort>>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Int32 or ArrowTypeId.UInt32 or ArrowTypeId.Date32:
                Fixed<uint, Same<uint>>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Int64 or ArrowTypeId.UInt64 or ArrowTypeId.Time64 or ArrowTypeId.Timestamp:
                Fixed<ulong, Same<ulong>>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Decimal128 or ArrowTypeId.FixedSizedBinary:
                Fixed<Int128, Same<Int128>>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Float:
                Fixed<float, SameFloat>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Double:
                Fixed<double, SameDouble>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Interval:
                Fixed<SqlInterval, SameInterval>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.String or ArrowTypeId.Binary:
                Bytes(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.Boolean:
                Booleans(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.FixedSizeList when ColumnFactory.IsOfHalves(left):
                Vectors<Half, SameHalf>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.FixedSizeList:
                Vectors<float, SameFloat>(left, leftRows, right, rightRows, equal);
                break;
            case ArrowTypeId.List:
                Lists((ListArray)left, leftRows, (ListArray)right, rightRows, equal);
                break;
            default:
                throw new SqlException(SqlErrorCode.Internal, $"Columns of {left.Data.DataType.Name} cannot be matched.");
        }
    }

    interface IEquality<T>
    {
        static abstract bool Equal(T left, T right);
    }

    readonly struct Same<T> : IEquality<T>
        where T : IEquatable<T>
    {
        public static bool Equal(T left, T right) => left.Equals(right);
    }

    readonly struct SameFloat : IEquality<float>
    {
        public static bool Equal(float left, float right) => Cells.Equal(left, right);
    }

    readonly struct SameDouble : IEquality<double>
    {
        public static bool Equal(double left, double right) => Cells.Equal(left, right);
    }

    readonly struct SameHalf : IEquality<Half>
    {
        public static bool Equal(Half left, Half right) => Cells.Equal((float)left, (float)right);
    }

    readonly struct SameInterval : IEquality<SqlInterval>
    {
        public static bool Equal(SqlInterval left, SqlInterval right) => Cells.Length(left) == Cells.Length(right);
    }

    static void Fixed<T, TEquality>(IArrowArray left, ReadOnlySpan<int> leftRows, IArrowArray right, ReadOnlySpan<int> rightRows, Span<bool> equal)
        where T : unmanaged
        where TEquality : IEquality<T>
    {
        ReadOnlySpan<T> leftValues = Cells.Values<T>(left);
        ReadOnlySpan<T> rightValues = Cells.Values<T>(right);
        ReadOnlySpan<byte> leftValidity = Validity.Of(left, out int leftOffset);
        ReadOnlySpan<byte> rightValidity = Validity.Of(right, out int rightOffset);
        if (leftValidity.IsEmpty && rightValidity.IsEmpty)
        {
            for (int k = 0; k < equal.Length; k++)
            {
                equal[k] &= TEquality.Equal(leftValues[leftRows[k]], rightValues[rightRows[k]]);
            }

            return;
        }

        for (int k = 0; k < equal.Length; k++)
        {
            bool leftPresent = leftValidity.IsEmpty || Validity.Get(leftValidity, leftOffset + leftRows[k]);
            bool rightPresent = rightValidity.IsEmpty || Validity.Get(rightValidity, rightOffset + rightRows[k]);
            equal[k] &= leftPresent == rightPresent && (!leftPresent || TEquality.Equal(leftValues[leftRows[k]], rightValues[rightRows[k]]));
        }
    }

    static void Bytes(IArrowArray left, ReadOnlySpan<int> leftRows, IArrowArray right, ReadOnlySpan<int> rightRows, Span<bool> equal)
    {
        ReadOnlySpan<int> leftOffsets = TakeKernels.OffsetsOf(left.Data);
        ReadOnlySpan<int> rightOffsets = TakeKernels.OffsetsOf(right.Data);
        ReadOnlySpan<byte> leftBytes = left.Data.Buffers[2].Span;
        ReadOnlySpan<byte> rightBytes = right.Data.Buffers[2].Span;
        ReadOnlySpan<byte> leftValidity = Validity.Of(left, out int leftOffset);
        ReadOnlySpan<byte> rightValidity = Validity.Of(right, out int rightOffset);
        for (int k = 0; k < equal.Length; k++)
        {
            if (!equal[k])
            {
                continue;
            }

            int l = leftRows[k];
            int r = rightRows[k];
            bool leftPresent = leftValidity.IsEmpty || Validity.Get(leftValidity, leftOffset + l);
            bool rightPresent = rightValidity.IsEmpty || Validity.Get(rightValidity, rightOffset + r);
            equal[k] = leftPresent == rightPresent
                && (!leftPresent || leftBytes[leftOffsets[l]..leftOffsets[l + 1]].SequenceEqual(rightBytes[rightOffsets[r]..rightOffsets[r + 1]]));
        }
    }

    static void Booleans(IArrowArray left, ReadOnlySpan<int> leftRows, IArrowArray right, ReadOnlySpan<int> rightRows, Span<bool> equal)
    {
        for (int k = 0; k < equal.Length; k++)
        {
            bool leftNull = left.IsNull(leftRows[k]);
            equal[k] &= leftNull == right.IsNull(rightRows[k]) && (leftNull || Cells.Bit(left, leftRows[k]) == Cells.Bit(right, rightRows[k]));
        }
    }

    static void Vectors<T, TEquality>(IArrowArray left, ReadOnlySpan<int> leftRows, IArrowArray right, ReadOnlySpan<int> rightRows, Span<bool> equal)
        where T : unmanaged
        where TEquality : IEquality<T>
    {
        for (int k = 0; k < equal.Length; k++)
        {
            bool leftNull = left.IsNull(leftRows[k]);
            equal[k] &= leftNull == right.IsNull(rightRows[k])
                && (leftNull || SameItems<T, TEquality>(ColumnFactory.NumbersAt<T>(left, leftRows[k]), ColumnFactory.NumbersAt<T>(right, rightRows[k])));
        }
    }

    static bool SameItems<T, TEquality>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where TEquality : IEquality<T>
    {
        for (int i = 0; i < left.Length; i++)
        {
            if (!TEquality.Equal(left[i], right[i]))
            {
                return false;
            }
        }

        return left.Length == right.Length;
    }

    static void Lists(ListArray left, ReadOnlySpan<int> leftRows, ListArray right, ReadOnlySpan<int> rightRows, Span<bool> equal)
    {
        ReadOnlySpan<int> leftOffsets = TakeKernels.OffsetsOf(left.Data);
        ReadOnlySpan<int> rightOffsets = TakeKernels.OffsetsOf(right.Data);
        for (int k = 0; k < equal.Length; k++)
        {
            int l = leftRows[k];
            int r = rightRows[k];
            bool leftNull = left.IsNull(l);
            int count = leftOffsets[l + 1] - leftOffsets[l];
            if (!equal[k] || leftNull != right.IsNull(r) || (!leftNull && count != rightOffsets[r + 1] - rightOffsets[r]))
            {
                equal[k] = false;
                continue;
            }

            if (!leftNull)
            {
                int[] leftItems = [.. Enumerable.Range(leftOffsets[l], count)];
                int[] rightItems = [.. Enumerable.Range(rightOffsets[r], count)];
                bool[] same = new bool[count];
                same.AsSpan().Fill(true);
                And(left.Values, leftItems, right.Values, rightItems, same);
                equal[k] = !same.AsSpan().Contains(false);
            }
        }
    }
}
