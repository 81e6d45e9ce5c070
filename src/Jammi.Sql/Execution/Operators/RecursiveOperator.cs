using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>WITH RECURSIVE: gives the anchor's rows, then those of the step over the rows of the round before, until a round brings none (UNION: none that is new).</summary>
internal sealed class RecursiveOperator(int id, bool all, PhysicalOperator anchor, PhysicalOperator step, PlanSchema schema) : PhysicalOperator(schema, anchor, step)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        GroupTable? seen = all ? null : new GroupTable(Schema.Columns.Select(c => c.Type), context.Cancellation);
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        var round = new List<ColumnBatch>();
        long roundBytes = 0;
        PhysicalOperator source = Children[0];
        do
        {
            context.RecursiveTables[id] = round;
            var next = new List<ColumnBatch>();
            long nextBytes = 0;
            using (BatchReader reader = source.Open(context))
            {
                while (reader.Next() is { } batch)
                {
                    ColumnBatch fresh = seen is null ? batch : TakeKernels.Take(batch, seen.AddNew(batch.Columns, batch.Count));
                    if (fresh.Count > 0)
                    {
                        next.Add(fresh);
                        nextBytes += context.Memory.IsLimited ? Storage.Segments.SegmentWriter.SizeOf(fresh) : 0;
                        Hold(lease, roundBytes + nextBytes + (seen?.Bytes ?? 0));
                        yield return fresh;

                        // Whoever runs between two batches may iterate the same CTE (it is used twice): put our round back.
                        context.RecursiveTables[id] = round;
                    }
                }
            }

            round = next;
            roundBytes = nextBytes;
            source = Children[1];
        }
        while (round.Count > 0);

        context.RecursiveTables.Remove(id);
    }

    static void Hold(MemoryLease lease, long bytes)
    {
        if (!lease.TryGrowTo(bytes))
        {
            lease.Demand(bytes, "WITH RECURSIVE holds the rows of the last round, and with UNION all rows so far. Keep fewer columns or rows in it, or write UNION ALL where no row comes twice.");
        }
    }
}

/// <summary>The rows of the last round of the recursive CTE of this id.</summary>
internal sealed class RecursiveReferenceOperator(int id, PlanSchema schema) : PhysicalOperator(schema)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context) => context.RecursiveTables[id];
}
