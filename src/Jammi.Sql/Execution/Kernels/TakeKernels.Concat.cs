using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Columns and batches one behind the other.</summary>
internal static partial class TakeKernels
{
    public static ColumnBatch Concat(IReadOnlyList<ColumnBatch> batches)
    {
        if (batches.Count == 1)
        {
            return batches[0];
        }

        int count = 0;
        foreach (ColumnBatch batch in batches)
        {
            count = checked(count + batch.Count);
        }

        var columns = new IArrowArray[batches[0].ColumnCount];
        var parts = new IArrowArray[batches.Count];
        for (int c = 0; c < columns.Length; c++)
        {
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = batches[i].Column(c);
            }

            columns[c] = Concat(parts);
        }

        return new(columns, count);
    }

    public static IArrowArray Concat(ReadOnlySpan<IArrowArray> arrays)
    {
        if (arrays.Length == 1)
        {
            return arrays[0];
        }

        int count = 0;
        int nullCount = 0;
        foreach (IArrowArray array in arrays)
        {
            count = checked(count + array.Length);
            nullCount += array.NullCount;
        }

        IArrowType type = arrays[0].Data.DataType;
        if (type is NullType)
        {
            return new NullArray(count);
        }

        ArrowBuffer validity = ConcatValidity(arrays, count, nullCount);
        ArrowBuffer[] buffers;
        ArrayData[]? children = null;
        switch (type)
        {
            case BooleanType:
                byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
                int bit = 0;
                foreach (IArrowArray array in arrays)
                {
                    Validity.CopyBits(array.Data.Buffers[1].Span, array.Data.Offset, bits, bit, array.Length);
                    bit += array.Length;
                }

                buffers = [validity, new ArrowBuffer(bits)];
                break;
            case StringType or BinaryType:
                buffers = ConcatBytes(arrays, count, validity);
                break;
            case FixedSizeListType list:
                buffers = [validity];
                children = [ConcatChildren(arrays, a => (a.Data.Offset * list.ListSize, a.Length * list.ListSize))];
                break;
            case ListType:
                byte[] offsets = ColumnFactory.Allocate((count + 1) * sizeof(int));
                Span<int> starts = MemoryMarshal.Cast<byte, int>(offsets.AsSpan());
                starts[0] = 0;
                int row = 0;
                foreach (IArrowArray array in arrays)
                {
                    ReadOnlySpan<int> from = OffsetsOf(array.Data);
                    for (int i = 0; i < array.Length; i++)
                    {
                        starts[row + 1] = starts[row] + from[i + 1] - from[i];
                        row++;
                    }
                }

                buffers = [validity, new ArrowBuffer(offsets)];
                children = [ConcatChildren(arrays, a => (OffsetsOf(a.Data)[0], OffsetsOf(a.Data)[a.Length] - OffsetsOf(a.Data)[0]))];
                break;
            case FixedWidthType fixedWidth:
                int width = fixedWidth.BitWidth >> 3;
                byte[] values = ColumnFactory.Allocate(checked(count * width));
                int position = 0;
                foreach (IArrowArray array in arrays)
                {
                    array.Data.Buffers[1].Span.Slice(array.Data.Offset * width, array.Length * width).CopyTo(values.AsSpan(position));
                    position += array.Length * width;
                }

                buffers = [validity, new ArrowBuffer(values)];
                break;
            default:
                throw new SqlException(SqlErrorCode.Internal, $"Columns of {type.Name} cannot be joined end to end.");
        }

        return ArrowArrayFactory.BuildArray(new ArrayData(type, count, nullCount, 0, buffers, children));
    }

    static ArrowBuffer ConcatValidity(ReadOnlySpan<IArrowArray> arrays, int count, int nullCount)
    {
        if (nullCount == 0)
        {
            return ArrowBuffer.Empty;
        }

        byte[] target = new byte[ColumnFactory.BitmapBytes(count)];
        int position = 0;
        foreach (IArrowArray array in arrays)
        {
            ReadOnlySpan<byte> source = Validity.Of(array, out int offset);
            if (source.IsEmpty)
            {
                for (int i = 0; i < array.Length; i++)
                {
                    Validity.Set(target, position + i);
                }
            }
            else
            {
                Validity.CopyBits(source, offset, target, position, array.Length);
            }

            position += array.Length;
        }

        return new ArrowBuffer(target);
    }

    static ArrowBuffer[] ConcatBytes(ReadOnlySpan<IArrowArray> arrays, int count, ArrowBuffer validity)
    {
        byte[] offsetBytes = ColumnFactory.Allocate((count + 1) * sizeof(int));
        Span<int> offsets = MemoryMarshal.Cast<byte, int>(offsetBytes.AsSpan());
        offsets[0] = 0;
        int row = 0;
        long total = 0;
        foreach (IArrowArray array in arrays)
        {
            ReadOnlySpan<int> from = OffsetsOf(array.Data);
            for (int i = 0; i < array.Length; i++)
            {
                total += from[i + 1] - from[i];
                offsets[++row] = total <= int.MaxValue ? (int)total
                    : throw new SqlException(SqlErrorCode.NotSupported, "More than 2 GiB of text or blobs in one column of an operator that gathers its input are not supported.");
            }
        }

        byte[] target = ColumnFactory.Allocate((int)total);
        int position = 0;
        foreach (IArrowArray array in arrays)
        {
            ReadOnlySpan<int> from = OffsetsOf(array.Data);
            int length = from[array.Length] - from[0];
            array.Data.Buffers[2].Span.Slice(from[0], length).CopyTo(target.AsSpan(position));
            position += length;
        }

        return [validity, new ArrowBuffer(offsetBytes), new ArrowBuffer(target)];
    }

    static ArrayData ConcatChildren(ReadOnlySpan<IArrowArray> arrays, Func<IArrowArray, (int Start, int Length)> window)
    {
        var children = new IArrowArray[arrays.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            (int start, int length) = window(arrays[i]);
            children[i] = Slice(ArrowArrayFactory.BuildArray(arrays[i].Data.Children[0]), start, length);
        }

        return Concat(children).Data;
    }
}
