using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>How one sort key orders.</summary>
internal readonly record struct SortDirection(bool Descending, bool NullsFirst);

/// <summary>
/// Encodes sort keys as bytes whose plain comparison is the order wanted: per key a byte for NULL, then the value big-endian with its sign
/// flipped, inverted when descending. Text and blobs write 00 as 00 FF and end in 00 00; lists put 01 before each item and 00 at the end.
/// </summary>
internal static partial class SortKeyKernels
{
    const byte Invert = 0xFF;

    /// <summary>Rows that a thread encodes at a time.</summary>
    const int PieceRows = 1 << 16;

    public static SortKeys Encode(IArrowArray[] columns, SortDirection[] directions, int count, int threads = 1, CancellationToken cancellation = default)
    {
        var lengths = new int[count];
        int pieces = (count + PieceRows - 1) / PieceRows;
        SideBySide.Run(
            pieces,
            threads,
            (piece, _) =>
            {
                int start = piece * PieceRows;
                int rows = Math.Min(PieceRows, count - start);
                foreach (IArrowArray column in columns)
                {
                    AddLengths(TakeKernels.Slice(column, start, rows), lengths.AsSpan(start, rows));
                }
            },
            cancellation);
        var offsets = new int[count + 1];
        long total = 0;
        for (int row = 0; row < count; row++)
        {
            total += lengths[row];
            offsets[row + 1] = total <= int.MaxValue ? (int)total
                : throw new SqlException(SqlErrorCode.NotSupported, "More than 2 GiB of sort keys are not supported; sort by shorter keys, or add a LIMIT.");
        }

        byte[] bytes = ColumnFactory.Allocate((int)total);
        SideBySide.Run(
            pieces,
            threads,
            (piece, _) =>
            {
                int start = piece * PieceRows;
                int rows = Math.Min(PieceRows, count - start);
                int[] cursors = offsets.AsSpan(start, rows).ToArray();
                for (int c = 0; c < columns.Length; c++)
                {
                    Write(TakeKernels.Slice(columns[c], start, rows), directions[c], bytes, cursors);
                }
            },
            cancellation);
        return new SortKeys(bytes, offsets);
    }

    static void AddLengths(IArrowArray column, Span<int> lengths)
    {
        if (column is NullArray)
        {
            Add(lengths, 1);
            return;
        }

        switch (column.Data.DataType)
        {
            case BooleanType:
                AddFixed(column, 1, lengths);
                break;
            case FixedSizeListType list:
                AddFixed(column, list.ListSize * sizeof(float), lengths);
                break;
            case StringType or BinaryType:
                ReadOnlySpan<byte> bytes = column.Data.Buffers[2].Span;
                ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(column.Data);
                for (int i = 0; i < lengths.Length; i++)
                {
                    ReadOnlySpan<byte> cell = bytes[offsets[i]..offsets[i + 1]];
                    lengths[i] += column.IsNull(i) ? 1 : checked(cell.Length + cell.Count((byte)0) + 3);
                }

                break;
            case ListType:
                SortKeys items = EncodeItems((ListArray)column, out int first);
                ReadOnlySpan<int> ends = TakeKernels.OffsetsOf(column.Data);
                for (int i = 0; i < lengths.Length; i++)
                {
                    lengths[i] += column.IsNull(i) ? 1 : 2 + (ends[i + 1] - ends[i]) + items.LengthOf(ends[i] - first, ends[i + 1] - first);
                }

                break;
            case FixedWidthType type:
                AddFixed(column, type.BitWidth >> 3, lengths);
                break;
            default:
                throw new SqlException(SqlErrorCode.Internal, $"Columns of {column.Data.DataType.Name} cannot be sorted.");
        }
    }

    static void Add(Span<int> lengths, int length)
    {
        foreach (ref int total in lengths)
        {
            total += length;
        }
    }

    static void AddFixed(IArrowArray column, int width, Span<int> lengths)
    {
        if (column.NullCount == 0)
        {
            Add(lengths, 1 + width);
            return;
        }

        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] += column.IsNull(i) ? 1 : 1 + width;
        }
    }

    static void Write(IArrowArray column, SortDirection direction, byte[] bytes, Span<int> cursors)
    {
        byte nullByte = direction.NullsFirst ? (byte)0 : (byte)1;
        byte presentByte = (byte)(1 - nullByte);
        if (column is NullArray)
        {
            for (int i = 0; i < cursors.Length; i++)
            {
                bytes[cursors[i]++] = nullByte;
            }

            return;
        }

        bool nullable = column.NullCount > 0;
        for (int i = 0; i < cursors.Length; i++)
        {
            bytes[cursors[i]++] = nullable && column.IsNull(i) ? nullByte : presentByte;
        }

        byte mask = direction.Descending ? Invert : (byte)0;
        switch (column.Data.DataType.TypeId)
        {
            case ArrowTypeId.Boolean:
                for (int i = 0; i < cursors.Length; i++)
                {
                    if (!column.IsNull(i))
                    {
                        bytes[cursors[i]++] = (byte)((Cells.Bit(column, i) ? 1 : 0) ^ mask);
                    }
                }

                break;
            case ArrowTypeId.Int8:
                WriteFixed<sbyte, SByteKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.Int16:
                WriteFixed<short, ShortKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.Int32 or ArrowTypeId.Date32:
                WriteFixed<int, IntKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.Int64 or ArrowTypeId.Time64 or ArrowTypeId.Timestamp:
                WriteFixed<long, LongKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.UInt8:
                WriteFixed<byte, ByteKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.UInt16:
                WriteFixed<ushort, UShortKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.UInt32:
                WriteFixed<uint, UIntKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.UInt64:
                WriteFixed<ulong, ULongKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.Float:
                WriteFixed<float, FloatKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.Double:
                WriteFixed<double, DoubleKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.Decimal128:
                WriteFixed<Int128, DecimalKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.Interval:
                WriteFixed<SqlInterval, IntervalKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.FixedSizedBinary:
                WriteFixed<UInt128, UuidKey>(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.String or ArrowTypeId.Binary:
                WriteBytes(column, mask, bytes, cursors);
                break;
            case ArrowTypeId.FixedSizeList:
                WriteVectors(HalfVectors.Widen(column), mask, bytes, cursors);
                break;
            default:
                WriteLists((ListArray)column, mask, bytes, cursors);
                break;
        }
    }

    interface IKey<T>
    {
        static abstract void Write(T value, Span<byte> target);
    }

    readonly struct SByteKey : IKey<sbyte>
    {
        public static void Write(sbyte value, Span<byte> target) => target[0] = (byte)(value ^ sbyte.MinValue);
    }

    readonly struct ShortKey : IKey<short>
    {
        public static void Write(short value, Span<byte> target) => BinaryPrimitives.WriteInt16BigEndian(target, (short)(value ^ short.MinValue));
    }

    readonly struct IntKey : IKey<int>
    {
        public static void Write(int value, Span<byte> target) => BinaryPrimitives.WriteInt32BigEndian(target, value ^ int.MinValue);
    }

    readonly struct LongKey : IKey<long>
    {
        public static void Write(long value, Span<byte> target) => BinaryPrimitives.WriteInt64BigEndian(target, value ^ long.MinValue);
    }

    readonly struct ByteKey : IKey<byte>
    {
        public static void Write(byte value, Span<byte> target) => target[0] = value;
    }

    readonly struct UShortKey : IKey<ushort>
    {
        public static void Write(ushort value, Span<byte> target) => BinaryPrimitives.WriteUInt16BigEndian(target, value);
    }

    readonly struct UIntKey : IKey<uint>
    {
        public static void Write(uint value, Span<byte> target) => BinaryPrimitives.WriteUInt32BigEndian(target, value);
    }

    readonly struct ULongKey : IKey<ulong>
    {
        public static void Write(ulong value, Span<byte> target) => BinaryPrimitives.WriteUInt64BigEndian(target, value);
    }

    readonly struct FloatKey : IKey<float>
    {
        public static void Write(float value, Span<byte> target)
        {
            // Adding 0 turns -0 into 0; the usual trick then orders the bits of all other numbers.
            int bits = float.IsNaN(value) ? int.MaxValue : BitConverter.SingleToInt32Bits(value + 0f);
            IntKey.Write(bits ^ ((bits >> 31) & int.MaxValue), target);
        }
    }

    readonly struct DoubleKey : IKey<double>
    {
        public static void Write(double value, Span<byte> target)
        {
            long bits = double.IsNaN(value) ? long.MaxValue : BitConverter.DoubleToInt64Bits(value + 0d);
            LongKey.Write(bits ^ ((bits >> 63) & long.MaxValue), target);
        }
    }

    readonly struct DecimalKey : IKey<Int128>
    {
        public static void Write(Int128 value, Span<byte> target) => BinaryPrimitives.WriteInt128BigEndian(target, value ^ Int128.MinValue);
    }

    readonly struct IntervalKey : IKey<SqlInterval>
    {
        public static void Write(SqlInterval value, Span<byte> target) => DecimalKey.Write(Cells.Length(value), target);
    }

    /// <summary>UUIDs are stored big-endian already: their bytes are their key.</summary>
    readonly struct UuidKey : IKey<UInt128>
    {
        public static void Write(UInt128 value, Span<byte> target) => MemoryMarshal.Write(target, value);
    }

    static unsafe void WriteFixed<T, TKey>(IArrowArray column, byte mask, byte[] bytes, Span<int> cursors)
        where T : unmanaged
        where TKey : IKey<T>
    {
        int width = sizeof(T);
        ReadOnlySpan<T> values = Cells.Values<T>(column);
        ReadOnlySpan<byte> validity = Validity.Of(column, out int offset);
        for (int i = 0; i < cursors.Length; i++)
        {
            if (!validity.IsEmpty && !Validity.Get(validity, offset + i))
            {
                continue;
            }

            Span<byte> target = bytes.AsSpan(cursors[i], width);
            TKey.Write(values[i], target);
            Apply(mask, target);
            cursors[i] += width;
        }
    }

    static void WriteBytes(IArrowArray column, byte mask, byte[] bytes, Span<int> cursors)
    {
        ReadOnlySpan<byte> data = column.Data.Buffers[2].Span;
        ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(column.Data);
        for (int i = 0; i < cursors.Length; i++)
        {
            if (column.IsNull(i))
            {
                continue;
            }

            int start = cursors[i];
            ReadOnlySpan<byte> cell = data[offsets[i]..offsets[i + 1]];
            int position = start;
            for (int zero; (zero = cell.IndexOf((byte)0)) >= 0; cell = cell[(zero + 1)..])
            {
                cell[..zero].CopyTo(bytes.AsSpan(position));
                position += zero;
                bytes[position++] = 0;
                bytes[position++] = Invert;
            }

            cell.CopyTo(bytes.AsSpan(position));
            position += cell.Length;
            bytes[position++] = 0;
            bytes[position++] = 0;
            Apply(mask, bytes.AsSpan(start, position - start));
            cursors[i] = position;
        }
    }

    static void Apply(byte mask, Span<byte> bytes)
    {
        if (mask == 0)
        {
            return;
        }

        foreach (ref byte b in bytes)
        {
            b = (byte)~b;
        }
    }
}
