using System.Buffers;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.VectorIndexes;

/// <summary>A row of a stored table: its block and its index in it.</summary>
internal readonly record struct StoredRow(int Block, int Row) : IComparable<StoredRow>
{
    /// <summary>In the order of the table.</summary>
    public int CompareTo(StoredRow other) => (Block, Row).CompareTo((other.Block, other.Row));
}

/// <summary>Fetches single rows of a stored table.</summary>
internal static class StoredRows
{
    /// <summary>Of vectors, up to one row of a block in so many is copied out of its file.</summary>
    const int CopiedShare = 8;

    /// <summary>A column of some rows, in their order.</summary>
    public static IArrowArray Fetch(ITableData table, IReadOnlyList<StoredRow> rows, int ordinal)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(i => rows[i].Block)];
        var parts = new List<IArrowArray>();
        int[] places = new int[rows.Count];
        for (int start = 0; start < order.Length;)
        {
            int block = rows[order[start]].Block;
            int end = start;
            while (end < order.Length && rows[order[end]].Block == block)
            {
                places[order[end]] = end;
                end++;
            }

            parts.Add(Fetch(table.Blocks[block], ordinal, [.. order[start..end].Select(i => rows[i].Row)]));
            start = end;
        }

        IArrowArray fetched = TakeKernels.Concat(parts.ToArray());
        return parts.Count == 1 ? fetched : TakeKernels.Take(fetched, places);
    }

    static IArrowArray Fetch(IRowBlock block, int ordinal, int[] rows)
    {
        IArrowArray column = block.Column(ordinal);
        return column.Data.DataType is FixedSizeListType && block.Map is { } map && rows.Length < block.RowCount / CopiedShare
            ? FetchVectors(column, map, rows)
            : TakeKernels.Take(column, rows);
    }

    /// <summary>Vectors copied out of their file: see <see cref="MappedFile"/>.</summary>
    static unsafe IArrowArray FetchVectors(IArrowArray column, MappedFile map, int[] rows)
    {
        int dimension = ((FixedSizeListType)column.Data.DataType).ListSize;
        ArrayData numbers = column.Data.Children[0];
        int width = dimension * ((FixedWidthType)numbers.DataType).BitWidth / 8;
        byte[] copied = GC.AllocateUninitializedArray<byte>(checked(rows.Length * width));
        byte[] validity = new byte[(rows.Length + 7) / 8];
        int nulls = 0;
        using MemoryHandle pin = numbers.Buffers[1].Memory.Pin();
        byte* first = (byte*)pin.Pointer + (((numbers.Offset / dimension) + (long)column.Data.Offset) * width);
        for (int i = 0; i < rows.Length; i++)
        {
            map.Copy(first + ((long)rows[i] * width), copied.AsSpan(i * width, width));
            if (column.IsNull(rows[i]))
            {
                nulls++;
            }
            else
            {
                validity[i / 8] |= (byte)(1 << (i % 8));
            }
        }

        return ArrowArrayFactory.BuildArray(new ArrayData(
            column.Data.DataType,
            rows.Length,
            nulls,
            0,
            [nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity)],
            [new ArrayData(numbers.DataType, rows.Length * dimension, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(copied)])]));
    }

    /// <summary>Where each row id lies.</summary>
    public static StoredRow Locate(ITableData table, long rowId)
    {
        int low = 0;
        int high = table.Blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = table.Blocks[middle].FirstRowId <= rowId ? (middle, high) : (low, middle - 1);
        }

        return new(low, (int)(rowId - table.Blocks[low].FirstRowId));
    }
}
