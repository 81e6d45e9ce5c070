using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Sorts its whole input; rows with equal keys keep their order.</summary>
internal sealed class SortOperator(PhysicalOperator input, ValueList<SortKey> keys) : PhysicalOperator(input.Schema, input)
{
    public override (TableScanOperator Scan, int Column)? Origin(int column) => Children[0].Origin(column);

    const int MinimumRunRows = 16_384;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        if (context.Memory.IsLimited)
        {
            foreach (ColumnBatch batch in SortExternally(context))
            {
                yield return batch;
            }

            yield break;
        }

        ColumnBatch all = InputRows.ReadAll(Children[0], context);
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        lease.Note(Storage.SegmentWriter.SizeOf(all));
        int[] rows = new RowSorter(keys).Order(all, context);
        foreach (ColumnBatch batch in InputRows.InOrder(all, rows, 0, rows.Length, context))
        {
            yield return batch;
        }
    }

    /// <summary>Sorts as many rows at a time as memory holds; what does not fit is merged from files.</summary>
    IEnumerable<ColumnBatch> SortExternally(ExecutionContext context)
    {
        OperatorMetrics? metrics = context.Metrics?.For(this);
        var sorter = new RowSorter(keys);
        using var lease = new MemoryLease(context.Memory, metrics);
        using var runs = new SortedRuns(Schema, sorter, context, metrics);
        var held = new List<ColumnBatch>();
        using (BatchReader reader = Children[0].Open(context))
        {
            for (int rows = 0; !InputRows.TryRead(reader, held, lease);)
            {
                // Others may hold the memory: a run has some rows in any case.
                rows += held[^1].Count;
                if (rows >= MinimumRunRows)
                {
                    runs.Add(held);
                    held.Clear();
                    lease.Clear();
                    rows = 0;
                }
            }
        }

        if (runs.Count == 0)
        {
            ColumnBatch all = held.Count == 0 ? InputRows.Empty(Schema) : TakeKernels.Concat(held);
            foreach (ColumnBatch batch in InputRows.InOrder(all, sorter.Order(all, context), 0, all.Count, context))
            {
                yield return batch;
            }

            yield break;
        }

        if (held.Count > 0)
        {
            runs.Add(held);
            held.Clear();
            lease.Clear();
        }

        foreach (ColumnBatch batch in runs.Merge())
        {
            yield return batch;
        }
    }
}
