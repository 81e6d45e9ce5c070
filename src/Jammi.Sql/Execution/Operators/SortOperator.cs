using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Sorts its whole input; rows with equal keys keep their order.</summary>
internal sealed class SortOperator(PhysicalOperator input, ValueList<SortKey> keys) : PhysicalOperator(input.Schema, input)
{
    public override (TableScanOperator Scan, int Column)? Origin(int column) => Children[0].Origin(column);

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context) => context.Memory.IsLimited ? SortInFiles(context) : SortInMemory(context);

    IEnumerable<ColumnBatch> SortInMemory(ExecutionContext context)
    {
        ColumnBatch all = InputRows.ReadAll(Children[0], context);
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        lease.Note(Storage.Segments.SegmentWriter.SizeOf(all));
        int[] rows = new RowSorter(keys).Order(all, context);
        foreach (ColumnBatch batch in InputRows.InOrder(all, rows, 0, rows.Length, context))
        {
            yield return batch;
        }
    }

    IEnumerable<ColumnBatch> SortInFiles(ExecutionContext context)
    {
        using var sort = new SpillingSort(Schema, keys, context, context.Metrics?.For(this));
        if (context.Threads > 1 && keys.All(k => ExpressionColumns.MayRunInParts(k.Expression)) && ParallelInput.Split(Children[0], context) is { } parts)
        {
            foreach (bool _ in parts.Read((number, reader, own) => Read(sort, number, reader, own)))
            {
            }
        }
        else
        {
            using BatchReader reader = Children[0].Open(context);
            sort.Read(0, reader, context);
        }

        foreach (ColumnBatch batch in sort.Sorted())
        {
            yield return batch;
        }
    }

    static bool Read(SpillingSort sort, int number, BatchReader reader, ExecutionContext own)
    {
        sort.Read(number, reader, own);
        return true;
    }
}
