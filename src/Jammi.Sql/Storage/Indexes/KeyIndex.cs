using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>The values of a key to be found: a row of key columns without NULL.</summary>
/// <param name="Hash">Of the row, as <see cref="HashKernels"/> makes it.</param>
internal readonly record struct KeyCells(IArrowArray[] Columns, int Row, ulong Hash)
{
    /// <summary>A key of one value a column.</summary>
    public static KeyCells Of(IArrowArray[] values)
    {
        Span<ulong> hash = stackalloc ulong[1];
        HashKernels.Hash(values, hash);
        return new(values, 0, hash[0]);
    }
}

/// <summary>
/// Finds the rows of a block that hold a key. It is made from the block's rows alone (deleted ones included), so it can be dropped and made again at any time, and nothing
/// of it is stored. Rows in the order of the key need no structure at all; others are chained by their hash.
/// </summary>
internal sealed class KeyIndex
{
    const int End = -1;

    readonly int rows;
    readonly bool sorted;
    readonly int[]? heads;
    readonly int[]? next;

    /// <param name="columns">The block's key columns.</param>
    /// <param name="comparers">Of the columns' types.</param>
    public KeyIndex(IArrowArray[] columns, CellComparer[] comparers, int rows)
    {
        this.rows = rows;
        sorted = columns.Length == 1 && IsSorted(columns[0], comparers[0], rows);
        if (!sorted && rows > SmallRows)
        {
            (heads, next) = Chain(columns, rows);
        }
    }

    /// <summary>So few rows are compared one by one.</summary>
    public const int SmallRows = 16;

    /// <summary>Adds the rows with the key, in their order.</summary>
    /// <param name="columns">The block's key columns.</param>
    public void Find(IArrowArray[] columns, CellComparer[] comparers, in KeyCells key, List<int> found)
    {
        if (sorted)
        {
            FindSorted(columns[0], comparers[0], key, found);
        }
        else if (heads is null)
        {
            for (int row = 0; row < rows; row++)
            {
                AddIfEqual(columns, comparers, row, key, found);
            }
        }
        else
        {
            for (int row = heads[(int)key.Hash & (heads.Length - 1)]; row != End; row = next![row])
            {
                AddIfEqual(columns, comparers, row, key, found);
            }
        }
    }

    static bool IsSorted(IArrowArray column, CellComparer comparer, int rows)
    {
        if (column.NullCount > 0)
        {
            return false;
        }

        for (int row = 1; row < rows; row++)
        {
            if (comparer.Compare(column, row - 1, column, row) > 0)
            {
                return false;
            }
        }

        return true;
    }

    static (int[] Heads, int[] Next) Chain(IArrowArray[] columns, int rows)
    {
        ulong[] hashes = new ulong[rows];
        HashKernels.Hash(columns, hashes);
        int[] next = new int[rows];
        int[] heads = new int[BitOperations.RoundUpToPowerOf2((uint)rows)];
        System.Array.Fill(heads, End);

        // Backwards, so that a chain runs in row order.
        for (int row = rows - 1; row >= 0; row--)
        {
            if (!HasNull(columns, row))
            {
                ref int head = ref heads[(int)hashes[row] & (heads.Length - 1)];
                next[row] = head;
                head = row;
            }
        }

        return (heads, next);
    }

    void FindSorted(IArrowArray column, CellComparer comparer, in KeyCells key, List<int> found)
    {
        int low = 0;
        int high = rows;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (comparer.Compare(column, middle, key.Columns[0], key.Row) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (; low < rows && comparer.Compare(column, low, key.Columns[0], key.Row) == 0; low++)
        {
            found.Add(low);
        }
    }

    static void AddIfEqual(IArrowArray[] columns, CellComparer[] comparers, int row, in KeyCells key, List<int> found)
    {
        if (HasNull(columns, row))
        {
            return;
        }

        for (int i = 0; i < columns.Length; i++)
        {
            if (comparers[i].Compare(columns[i], row, key.Columns[i], key.Row) != 0)
            {
                return;
            }
        }

        found.Add(row);
    }

    static bool HasNull(IArrowArray[] columns, int row)
    {
        foreach (IArrowArray column in columns)
        {
            if (Cells.IsNull(column, row))
            {
                return true;
            }
        }

        return false;
    }
}
