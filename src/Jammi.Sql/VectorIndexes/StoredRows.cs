using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;

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

            parts.Add(TakeKernels.Take(table.Blocks[block].Column(ordinal), order[start..end].Select(i => rows[i].Row).ToArray()));
            start = end;
        }

        IArrowArray fetched = TakeKernels.Concat(parts.ToArray());
        return parts.Count == 1 ? fetched : TakeKernels.Take(fetched, places);
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
