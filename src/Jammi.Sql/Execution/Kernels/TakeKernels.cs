using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Gathers, slices and concatenates Arrow columns of every SQL type.</summary>
internal static partial class TakeKernels
{
    /// <summary>A zero-copy window of a column.</summary>
    public static IArrowArray Slice(IArrowArray array, int start, int count) =>
        start == 0 && count == array.Length ? array : ArrowArrayFactory.BuildArray(array.Data.Slice(start, count));

    public static ColumnBatch Slice(ColumnBatch batch, int start, int count) => start == 0 && count == batch.Count ? batch
        : new(System.Array.ConvertAll(batch.Columns, c => Slice(c, start, count)), count);

    public static ColumnBatch Take(ColumnBatch batch, ReadOnlySpan<int> rows) => batch.Choose(rows.ToArray());

    /// <summary>The result keeps <paramref name="rows"/>, which must not change.</summary>
    public static ColumnBatch Take(ColumnBatch batch, int[] rows) => batch.Choose(rows);

    /// <summary>Row i of the result is row <paramref name="rows"/>[i] of the column; a negative index gives NULL.</summary>
    public static IArrowArray Take(IArrowArray array, ReadOnlySpan<int> rows)
    {
        ArrayData data = array.Data;
        if (data.DataType is NullType)
        {
            return new NullArray(rows.Length);
        }

        ArrowBuffer validity = TakeValidity(array, rows, out int nullCount);
        ArrowBuffer[] buffers;
        ArrayData[]? children = null;
        switch (data.DataType)
        {
            case BooleanType:
                buffers = [validity, TakeBits(data, rows)];
                break;
            case StringType or BinaryType:
                buffers = TakeBytes(data, rows, validity);
                break;
            case FixedSizeListType list:
                buffers = [validity];
                children = [TakeFixedLists(data, list, rows)];
                break;
            case ListType:
                (ArrowBuffer offsets, ArrayData child) = TakeLists(data, rows);
                buffers = [validity, offsets];
                children = [child];
                break;
            case FixedWidthType fixedWidth:
                buffers = [validity, TakeFixed(data, fixedWidth.BitWidth >> 3, rows)];
                break;
            default:
                throw new SqlException(SqlErrorCode.Internal, $"Columns of {data.DataType.Name} cannot be gathered.");
        }

        return ArrowArrayFactory.BuildArray(new ArrayData(data.DataType, rows.Length, nullCount, 0, buffers, children));
    }

    /// <summary>The same values in memory of their own, for columns whose owner may free them.</summary>
    public static IArrowArray Copy(IArrowArray array) => ArrowArrayFactory.BuildArray(Copy(array.Data));

    static ArrayData Copy(ArrayData data) => new(
        data.DataType,
        data.Length,
        data.NullCount,
        data.Offset,
        System.Array.ConvertAll(data.Buffers, b => b.IsEmpty ? ArrowBuffer.Empty : new ArrowBuffer(b.Span.ToArray())),
        data.Children is null ? null : System.Array.ConvertAll(data.Children, Copy),
        data.Dictionary is null ? null : Copy(data.Dictionary));

    /// <summary>A column of <paramref name="count"/> copies of row 0 of <paramref name="one"/>.</summary>
    public static IArrowArray Repeat(IArrowArray one, int count)
    {
        if (count == 1 && one.Length == 1)
        {
            return one;
        }

        int[] rows = new int[count];
        return Take(one, rows);
    }

    /// <summary>The column form of a value for a batch of <paramref name="count"/> rows.</summary>
    public static IArrowArray Materialize(ColumnarValue value, int count) => value.IsConstant ? Repeat(value.Array, count) : value.Array;

    /// <summary>The n + 1 offsets of a text, blob or list column's rows, honouring the array's offset.</summary>
    public static ReadOnlySpan<int> OffsetsOf(ArrayData data) => data.Length == 0
        ? [0]
        : MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span).Slice(data.Offset, data.Length + 1);

    static ArrowBuffer TakeValidity(IArrowArray array, ReadOnlySpan<int> rows, out int nullCount)
    {
        ReadOnlySpan<byte> source = Validity.Of(array, out int offset);
        nullCount = 0;
        if (source.IsEmpty && !ContainsNegative(rows))
        {
            return ArrowBuffer.Empty;
        }

        byte[] target = new byte[ColumnFactory.BitmapBytes(rows.Length)];
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if (row >= 0 && (source.IsEmpty || Validity.Get(source, offset + row)))
            {
                Validity.Set(target, i);
            }
            else
            {
                nullCount++;
            }
        }

        return nullCount == 0 ? ArrowBuffer.Empty : new ArrowBuffer(target);
    }

    static bool ContainsNegative(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            if (row < 0)
            {
                return true;
            }
        }

        return false;
    }

    static ArrowBuffer TakeBits(ArrayData data, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<byte> source = data.Buffers[1].Span;
        byte[] target = new byte[ColumnFactory.BitmapBytes(rows.Length)];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0 && Validity.Get(source, data.Offset + rows[i]))
            {
                Validity.Set(target, i);
            }
        }

        return new ArrowBuffer(target);
    }

    static ArrowBuffer TakeFixed(ArrayData data, int width, ReadOnlySpan<int> rows)
    {
        byte[] target = ColumnFactory.Allocate(rows.Length * width);
        ReadOnlySpan<byte> source = data.Length == 0 ? default : data.Buffers[1].Span.Slice(data.Offset * width, data.Length * width);
        switch (width)
        {
            case 1:
                Gather<byte>(source, target, rows);
                break;
            case 2:
                Gather<short>(source, target, rows);
                break;
            case 4:
                Gather<int>(source, target, rows);
                break;
            case 8:
                Gather<long>(source, target, rows);
                break;
            case 16:
                Gather<Int128>(source, target, rows);
                break;
            default:
                for (int i = 0; i < rows.Length; i++)
                {
                    Span<byte> cell = target.AsSpan(i * width, width);
                    if (rows[i] < 0)
                    {
                        cell.Clear();
                    }
                    else
                    {
                        source.Slice(rows[i] * width, width).CopyTo(cell);
                    }
                }

                break;
        }

        return new ArrowBuffer(target);
    }

    static void Gather<T>(ReadOnlySpan<byte> sourceBytes, Span<byte> targetBytes, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(sourceBytes);
        Span<T> target = MemoryMarshal.Cast<byte, T>(targetBytes);
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            target[i] = row < 0 ? default : source[row];
        }
    }

    static ArrowBuffer[] TakeBytes(ArrayData data, ReadOnlySpan<int> rows, ArrowBuffer validity)
    {
        ReadOnlySpan<int> from = OffsetsOf(data);
        ReadOnlySpan<byte> source = data.Buffers[2].Span;
        byte[] offsetBytes = ColumnFactory.Allocate((rows.Length + 1) * sizeof(int));
        Span<int> offsets = MemoryMarshal.Cast<byte, int>(offsetBytes.AsSpan());
        offsets[0] = 0;
        long total = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            total += row < 0 ? 0 : from[row + 1] - from[row];
            offsets[i + 1] = total <= int.MaxValue ? (int)total
                : throw new SqlException(SqlErrorCode.NotSupported, "More than 2 GiB of text or blobs in one batch of rows are not supported.");
        }

        // Rows that follow each other, as most do that pass a filter, are copied together.
        byte[] target = ColumnFactory.Allocate((int)total);
        for (int i = 0; i < rows.Length;)
        {
            int first = i;
            int row = rows[i++];
            if (row < 0)
            {
                continue;
            }

            while (i < rows.Length && rows[i] == row + i - first)
            {
                i++;
            }

            source[from[row]..from[row + i - first]].CopyTo(target.AsSpan(offsets[first]));
        }

        return [validity, new ArrowBuffer(offsetBytes), new ArrowBuffer(target)];
    }

    static ArrayData TakeFixedLists(ArrayData data, FixedSizeListType list, ReadOnlySpan<int> rows)
    {
        ArrayData child = data.Children[0];
        int numberWidth = ((FixedWidthType)child.DataType).BitWidth >> 3;
        int width = list.ListSize * numberWidth;
        byte[] target = ColumnFactory.Allocate(checked(rows.Length * width));
        ReadOnlySpan<byte> source = child.Buffers[1].Span[(child.Offset * numberWidth)..];
        for (int i = 0; i < rows.Length; i++)
        {
            Span<byte> cell = target.AsSpan(i * width, width);
            if (rows[i] < 0)
            {
                cell.Clear();
            }
            else
            {
                source.Slice((data.Offset + rows[i]) * width, width).CopyTo(cell);
            }
        }

        return new ArrayData(child.DataType, rows.Length * list.ListSize, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(target)]);
    }

    static (ArrowBuffer Offsets, ArrayData Child) TakeLists(ArrayData data, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<int> from = OffsetsOf(data);
        byte[] offsetBytes = ColumnFactory.Allocate((rows.Length + 1) * sizeof(int));
        Span<int> offsets = MemoryMarshal.Cast<byte, int>(offsetBytes.AsSpan());
        offsets[0] = 0;
        var items = new List<int>();
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0)
            {
                for (int j = from[rows[i]]; j < from[rows[i] + 1]; j++)
                {
                    items.Add(j);
                }
            }

            offsets[i + 1] = items.Count;
        }

        IArrowArray child = Take(ArrowArrayFactory.BuildArray(data.Children[0]), CollectionsMarshal.AsSpan(items));
        return (new ArrowBuffer(offsetBytes), child.Data);
    }
}
