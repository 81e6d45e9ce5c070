using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Expressions;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Windows;

/// <summary>Cuts sorted rows into groups of whole partitions. Where the cuts are depends on the rows only.</summary>
/// <param name="rows">Sorted by partition.</param>
/// <param name="partitionBy">What a partition has in common; empty when all rows are one partition.</param>
/// <param name="groupRows">A group ends with the first partition with which it has so many rows.</param>
/// <param name="lease">Counts the rows that are held.</param>
/// <param name="context">The run.</param>
internal sealed class PartitionReader(BatchReader rows, ValueList<Expression> partitionBy, int groupRows, MemoryLease lease, ExecutionContext context)
{
    readonly Evaluator[] evaluators = ExpressionCompiler.CompileAll(partitionBy);
    readonly LastRow before = new();
    List<ColumnBatch> open = [];
    int openRows;
    long openBytes;
    bool full;

    /// <summary>The next groups, so many at most; fewer when memory ends, but at least one until the rows have ended. Those given before are held no longer.</summary>
    public List<List<ColumnBatch>> Next(int most)
    {
        var groups = new List<List<ColumnBatch>>();
        lease.Clear();
        lease.Grow(openBytes);
        full = false;
        while (groups.Count < most && !(full && groups.Count > 0))
        {
            if (rows.Next() is not { } batch)
            {
                if (open.Count > 0)
                {
                    Close(groups);
                }

                return groups;
            }

            Add(batch, groups);
        }

        return groups;
    }

    void Add(ColumnBatch batch, List<List<ColumnBatch>> groups)
    {
        int start = 0;
        if (evaluators.Length > 0)
        {
            bool[] same = before.SameAsBefore(InputRows.Columns(evaluators, batch, context), batch.Count);
            for (int row = 0; row < same.Length; row++)
            {
                if (!same[row] && openRows + row - start >= groupRows)
                {
                    Keep(batch, start, row - start);
                    Close(groups);
                    start = row;
                }
            }
        }

        Keep(batch, start, batch.Count - start);
    }

    void Keep(ColumnBatch batch, int start, int count)
    {
        if (count == 0)
        {
            return;
        }

        ColumnBatch kept = TakeKernels.Slice(batch, start, count);
        open.Add(kept);
        openRows += count;

        // They are there again as one batch, and with what is computed. A partition is held even when there is no memory left.
        long bytes = 2 * SegmentWriter.SizeOf(kept);
        openBytes += bytes;
        if (!lease.TryGrow(bytes))
        {
            lease.Grow(bytes);
            full = true;
        }
    }

    void Close(List<List<ColumnBatch>> groups)
    {
        groups.Add(open);
        open = [];
        openRows = 0;
        openBytes = 0;
    }
}
