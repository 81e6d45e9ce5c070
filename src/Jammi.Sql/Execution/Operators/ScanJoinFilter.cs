using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Execution.Operators;

/// <summary>A join's filter in one reading of a scan; it is asked no more when nearly all rows pass.</summary>
internal sealed class ScanJoinFilter(int column, JoinFilter filter)
{
    const int RowsOnTrial = 1 << 14;

    long asked;
    long passed;

    public ColumnBatch Passing(ColumnBatch batch)
    {
        if (asked >= RowsOnTrial && passed > asked / 4 * 3)
        {
            return batch;
        }

        int[] rows = filter.Passing(batch.Column(column));
        asked += batch.Count;
        passed += rows.Length;
        return rows.Length == batch.Count ? batch : TakeKernels.Take(batch, rows);
    }
}
