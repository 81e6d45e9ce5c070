using Apache.Arrow;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Compares every row of batches that follow one another with the row before it; NULL equals NULL.</summary>
internal sealed class LastRow
{
    IArrowArray[]? last;

    /// <summary>Entry i: whether row i equals the row before it in every column; the very first row equals none.</summary>
    public bool[] SameAsBefore(IArrowArray[] columns, int count)
    {
        var same = new bool[count];
        if (count == 0)
        {
            return same;
        }

        same.AsSpan(1).Fill(true);
        same[0] = last is not null;
        int[] rows = [.. Enumerable.Range(0, count)];
        for (int c = 0; c < columns.Length; c++)
        {
            if (last is not null)
            {
                MatchKernels.And(columns[c], rows.AsSpan(0, 1), last[c], rows.AsSpan(0, 1), same.AsSpan(0, 1));
            }

            MatchKernels.And(columns[c], rows.AsSpan(1), columns[c], rows.AsSpan(0, count - 1), same.AsSpan(1));
        }

        last = System.Array.ConvertAll(columns, c => TakeKernels.Take(c, [count - 1]));
        return same;
    }
}
