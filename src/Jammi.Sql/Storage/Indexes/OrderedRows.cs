using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>
/// The rows of a block in the order of a column, those with NULL left out. As a <see cref="KeyIndex"/> it is made from the block's rows alone (deleted ones included) and nothing of it
/// is stored; it keeps no values, but looks at the column's.
/// </summary>
internal sealed class OrderedRows
{
    readonly int count;

    // Null where the rows lie in the column's order anyway.
    readonly int[]? rows;

    public OrderedRows(IArrowArray column, CellComparer comparer)
    {
        count = column.Length - column.NullCount;
        if (column.NullCount == 0 && IsSorted(column, comparer))
        {
            return;
        }

        int[] all = SortKeyKernels.Encode([column], [default], column.Length).Order(threads: 1, CancellationToken.None);
        rows = all[..count];
    }

    /// <summary>Which places of the order have values between two bounds.</summary>
    /// <param name="column">The block's column.</param>
    public (int Start, int End) Between(IArrowArray column, CellComparer comparer, OrderBound? lower, OrderBound? upper)
    {
        int start = lower is null ? 0 : First(column, comparer, lower, afterEqual: !lower.Inclusive);
        int end = upper is null ? count : First(column, comparer, upper, afterEqual: upper.Inclusive);
        return (start, Math.Max(start, end));
    }

    /// <summary>The row at a place of the order.</summary>
    public int this[int place] => rows is null ? place : rows[place];

    /// <summary>The first place whose value is not before the bound, or is after it.</summary>
    int First(IArrowArray column, CellComparer comparer, OrderBound bound, bool afterEqual)
    {
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            int order = comparer.Compare(column, this[middle], bound.Value, 0);
            if (order < 0 || (afterEqual && order == 0))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    static bool IsSorted(IArrowArray column, CellComparer comparer)
    {
        for (int row = 1; row < column.Length; row++)
        {
            if (comparer.Compare(column, row - 1, column, row) > 0)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One end of a range of values: the only cell of <paramref name="Value"/>.</summary>
internal sealed record OrderBound(IArrowArray Value, bool Inclusive);
