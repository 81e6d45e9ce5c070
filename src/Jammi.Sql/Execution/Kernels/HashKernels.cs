using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>
/// Hashes rows column by column: each column is mixed into the running hash of every row. Values that compare equal hash equal
/// (0 and -0, all NaNs, intervals of one length); NULL is a value of its own.
/// </summary>
internal static class HashKernels
{
    const ulong Seed = 0x9E3779B97F4A7C15;
    const ulong NullCell = 0x5851F42D4C957F2D;

    /// <summary>The hashes of rows over all <paramref name="columns"/>.</summary>
    public static void Hash(ReadOnlySpan<IArrowArray> columns, Span<ulong> hashes)
    {
        hashes.Fill(Seed);
        foreach (IArrowArray column in columns)
        {
            Mix(column, hashes);
        }
    }

    /// <summary>Mixes a column's cells into the rows' hashes.</summary>
    public static void Mix(IArrowArray column, Span<ulong> hashes)
    {
        ArrayData data = column.Data;
        switch (data.DataType.TypeId)
        {
            case ArrowTypeId.Null:
                foreach (ref ulong hash in hashes)
                {
                    hash = Combine(hash, NullCell);
                }

                break;
            case ArrowTypeId.Boolean:
                MixBits(column, hashes);
                break;
            case ArrowTypeId.Int8 or ArrowTypeId.UInt8:
                MixFixed<byte, WholeCell<byte>>(column, hashes);
                break;
            case ArrowTypeId.Int16 or ArrowTypeId.UInt16:
                MixFixed<ushort, WholeCell<ushort>>(column, hashes);
                break;
            case ArrowTypeId.Int32 or ArrowTypeId.UInt32 or ArrowTypeId.Date32:
                MixFixed<uint, WholeCell<uint>>(column, hashes);
                break;
            case ArrowTypeId.Int64 or ArrowTypeId.UInt64 or ArrowTypeId.Time64 or ArrowTypeId.Timestamp:
                MixFixed<ulong, WholeCell<ulong>>(column, hashes);
                break;
            case ArrowTypeId.Float:
                MixFixed<float, FloatCell>(column, hashes);
                break;
            case ArrowTypeId.Double:
                MixFixed<double, DoubleCell>(column, hashes);
                break;
            case ArrowTypeId.Decimal128 or ArrowTypeId.FixedSizedBinary:
                MixFixed<Int128, WideCell>(column, hashes);
                break;
            case ArrowTypeId.Interval:
                MixFixed<SqlInterval, IntervalCell>(column, hashes);
                break;
            case ArrowTypeId.String or ArrowTypeId.Binary:
                MixBytes(column, hashes);
                break;
            case ArrowTypeId.FixedSizeList:
                MixVectors(HalfVectors.Widen(column), hashes);
                break;
            case ArrowTypeId.List:
                MixLists(column, hashes);
                break;
            default:
                throw new SqlException(SqlErrorCode.Internal, $"Columns of {data.DataType.Name} cannot be hashed.");
        }
    }

    static ulong Combine(ulong hash, ulong cell)
    {
        ulong x = hash ^ cell;
        x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
        x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
        return x ^ (x >> 32);
    }

    static ulong HashBytes(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length * Seed;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Combine(hash, MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        if (bytes.Length > 0)
        {
            Span<byte> rest = stackalloc byte[sizeof(ulong)];
            rest.Clear();
            bytes.CopyTo(rest);
            hash = Combine(hash, MemoryMarshal.Read<ulong>(rest));
        }

        return hash;
    }

    interface ICell<T>
    {
        static abstract ulong Bits(T value);
    }

    readonly struct WholeCell<T> : ICell<T>
        where T : IBinaryInteger<T>
    {
        public static ulong Bits(T value) => ulong.CreateTruncating(value);
    }

    readonly struct WideCell : ICell<Int128>
    {
        public static ulong Bits(Int128 value) => Combine((ulong)(value >> 64), (ulong)value);
    }

    readonly struct FloatCell : ICell<float>
    {
        public static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value + 0f);
    }

    readonly struct DoubleCell : ICell<double>
    {
        public static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(double.IsNaN(value) ? double.NaN : value + 0d);
    }

    readonly struct IntervalCell : ICell<SqlInterval>
    {
        public static ulong Bits(SqlInterval value) => WideCell.Bits(Cells.Length(value));
    }

    static void MixFixed<T, TCell>(IArrowArray column, Span<ulong> hashes)
        where T : unmanaged
        where TCell : ICell<T>
    {
        ReadOnlySpan<T> values = Cells.Values<T>(column);
        ReadOnlySpan<byte> validity = Validity.Of(column, out int offset);
        if (validity.IsEmpty)
        {
            for (int i = 0; i < hashes.Length; i++)
            {
                hashes[i] = Combine(hashes[i], TCell.Bits(values[i]));
            }

            return;
        }

        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = Combine(hashes[i], Validity.Get(validity, offset + i) ? TCell.Bits(values[i]) : NullCell);
        }
    }

    static void MixBits(IArrowArray column, Span<ulong> hashes)
    {
        ReadOnlySpan<byte> bits = column.Data.Buffers[1].Span;
        ReadOnlySpan<byte> validity = Validity.Of(column, out int offset);
        for (int i = 0; i < hashes.Length; i++)
        {
            bool present = validity.IsEmpty || Validity.Get(validity, offset + i);
            hashes[i] = Combine(hashes[i], !present ? NullCell : Validity.Get(bits, offset + i) ? 1UL : 0UL);
        }
    }

    static void MixBytes(IArrowArray column, Span<ulong> hashes)
    {
        ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(column.Data);
        ReadOnlySpan<byte> bytes = column.Data.Buffers[2].Span;
        ReadOnlySpan<byte> validity = Validity.Of(column, out int offset);
        for (int i = 0; i < hashes.Length; i++)
        {
            bool present = validity.IsEmpty || Validity.Get(validity, offset + i);
            hashes[i] = Combine(hashes[i], present ? HashBytes(bytes[offsets[i]..offsets[i + 1]]) : NullCell);
        }
    }

    static void MixVectors(IArrowArray column, Span<ulong> hashes)
    {
        ReadOnlySpan<byte> validity = Validity.Of(column, out int offset);
        for (int i = 0; i < hashes.Length; i++)
        {
            if (!validity.IsEmpty && !Validity.Get(validity, offset + i))
            {
                hashes[i] = Combine(hashes[i], NullCell);
                continue;
            }

            ulong hash = Seed;
            foreach (float value in ColumnFactory.VectorAt(column, i))
            {
                hash = Combine(hash, FloatCell.Bits(value));
            }

            hashes[i] = Combine(hashes[i], hash);
        }
    }

    static void MixLists(IArrowArray column, Span<ulong> hashes)
    {
        ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(column.Data);
        ReadOnlySpan<byte> validity = Validity.Of(column, out int offset);
        int first = offsets[0];
        int count = offsets[hashes.Length] - first;
        ulong[] items = new ulong[count];
        Hash([TakeKernels.Slice(((ListArray)column).Values, first, count)], items);
        for (int i = 0; i < hashes.Length; i++)
        {
            if (!validity.IsEmpty && !Validity.Get(validity, offset + i))
            {
                hashes[i] = Combine(hashes[i], NullCell);
                continue;
            }

            ulong hash = Seed;
            foreach (ulong item in items.AsSpan(offsets[i] - first, offsets[i + 1] - offsets[i]))
            {
                hash = Combine(hash, item);
            }

            hashes[i] = Combine(hashes[i], hash);
        }
    }
}
