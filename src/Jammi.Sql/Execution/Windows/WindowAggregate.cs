using Apache.Arrow;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Windows;

/// <summary>An aggregate over window frames: once a partition where the frame is all of it, carried on where frames only grow, else over the rows of each frame.</summary>
internal sealed class WindowAggregate(AggregateBinding binding, ColumnarValue[] arguments, SqlType[] argumentTypes, bool[]? passing, bool distinct, WindowLayout layout, ExecutionContext context)
{
    /// <summary>Pairs of row and frame row given to the function at once.</summary>
    const int PairsPerUpdate = 1 << 16;

    public IArrowArray Compute(WindowFrames frames)
    {
        if (frames.WholePartition)
        {
            return OverPartitions();
        }

        var parts = new List<IArrowArray>();
        for (int partition = 0; partition < layout.PartitionCount; partition++)
        {
            int count = layout.CountOf(partition);
            var starts = new int[count];
            var ends = new int[count];
            frames.Compute(partition, starts, ends);
            if (frames.Growing)
            {
                parts.Add(OverGrowingFrames(layout.StartOf(partition), ends));
            }
            else
            {
                OverFrames(partition, starts, ends, frames.Exclusion, parts);
            }
        }

        return TakeKernels.Concat([.. parts]);
    }

    IArrowArray OverPartitions()
    {
        int[] partitions = layout.PartitionOfRows();
        AggregateState state = binding.CreateState();
        state.EnsureGroups(layout.PartitionCount);
        Update(state, [.. Enumerable.Range(0, partitions.Length)], partitions);
        return TakeKernels.Take(state.Finish(0, layout.PartitionCount), partitions);
    }

    /// <summary>One state for the partition: each step adds the rows by which the frame has grown.</summary>
    IArrowArray OverGrowingFrames(int first, int[] ends)
    {
        AggregateState state = binding.CreateState();
        state.EnsureGroups(1);
        GroupTable? seen = distinct ? new GroupTable(argumentTypes) : null;
        var results = new List<IArrowArray>();
        var resultOfRow = new int[ends.Length];
        int done = 0;
        for (int row = 0; row < ends.Length; row++)
        {
            if (row == 0 || ends[row] > done)
            {
                Update(state, [.. Enumerable.Range(first + done, Math.Max(ends[row] - done, 0))], new int[Math.Max(ends[row] - done, 0)], seen);
                done = Math.Max(done, ends[row]);
                results.Add(state.Finish(0, 1));
            }

            resultOfRow[row] = results.Count - 1;
        }

        return TakeKernels.Take(TakeKernels.Concat([.. results]), resultOfRow);
    }

    /// <summary>Any frames: pairs every row with the rows of its frame, as groups of one aggregation.</summary>
    void OverFrames(int partition, int[] starts, int[] ends, WindowExclusion exclusion, List<IArrowArray> parts)
    {
        int first = layout.StartOf(partition);
        ReadOnlySpan<int> peers = layout.Peers.AsSpan(first, starts.Length);
        var rows = new List<int>();
        var groups = new List<int>();
        int begun = 0;
        for (int row = 0; row < starts.Length; row++)
        {
            for (int other = starts[row]; other < ends[row]; other++)
            {
                if (!IsExcluded(exclusion, row, other, peers))
                {
                    rows.Add(first + other);
                    groups.Add(row - begun);
                }
            }

            if (rows.Count >= PairsPerUpdate || row == starts.Length - 1)
            {
                context.ThrowIfCancelled();
                AggregateState state = binding.CreateState();
                state.EnsureGroups(row + 1 - begun);
                Update(state, [.. rows], [.. groups]);
                parts.Add(state.Finish(0, row + 1 - begun));
                begun = row + 1;
                rows.Clear();
                groups.Clear();
            }
        }
    }

    static bool IsExcluded(WindowExclusion exclusion, int row, int other, ReadOnlySpan<int> peers) => exclusion switch
    {
        WindowExclusion.CurrentRow => other == row,
        WindowExclusion.Group => peers[other] == peers[row],
        WindowExclusion.Ties => peers[other] == peers[row] && other != row,
        _ => false,
    };

    /// <summary>Gives rows to the state, less those that FILTER or DISTINCT removes. <paramref name="seen"/> carries DISTINCT over several calls of one group.</summary>
    void Update(AggregateState state, int[] rows, int[] groups, GroupTable? seen = null)
    {
        if (passing is not null)
        {
            groups = [.. groups.Where((_, i) => passing[rows[i]])];
            rows = [.. rows.Where(r => passing[r])];
        }

        if (rows.Length == 0)
        {
            return;
        }

        ColumnarValue[] values = Values(rows);
        if (distinct)
        {
            IArrowArray[] columns = System.Array.ConvertAll(values, v => TakeKernels.Materialize(v, rows.Length));
            int[] first = seen is not null
                ? seen.AddNew(columns, rows.Length)
                : new GroupTable([SqlType.Integer, .. argumentTypes]).AddNew([IntegerColumn.Create(groups), .. columns], rows.Length);
            values = System.Array.ConvertAll(columns, c => ColumnarValue.Column(TakeKernels.Take(c, first)));
            groups = System.Array.ConvertAll(first, i => groups[i]);
        }

        state.Update(groups, values, groups.Length, context);
    }

    ColumnarValue[] Values(int[] rows)
    {
        // Growing frames take neighbouring rows: a window on the column, no copy.
        bool window = rows[^1] - rows[0] == rows.Length - 1 && passing is null;
        return System.Array.ConvertAll(arguments, a => a.IsConstant ? a
            : ColumnarValue.Column(window && IsRun(rows) ? TakeKernels.Slice(a.Array, rows[0], rows.Length) : TakeKernels.Take(a.Array, rows)));
    }

    static bool IsRun(int[] rows)
    {
        for (int i = 1; i < rows.Length; i++)
        {
            if (rows[i] != rows[i - 1] + 1)
            {
                return false;
            }
        }

        return true;
    }
}
