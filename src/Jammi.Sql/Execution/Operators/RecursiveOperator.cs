using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>WITH RECURSIVE: gives the anchor's rows, then those of the step over the rows of the round before, until a round brings none (UNION: none that is new).</summary>
internal sealed class RecursiveOperator(int id, bool all, PhysicalOperator anchor, PhysicalOperator step, PlanSchema schema) : PhysicalOperator(schema, anchor, step)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        GroupTable? seen = all ? null : new GroupTable(Schema.Columns.Select(c => c.Type), context.Cancellation);
        var round = new List<ColumnBatch>();
        PhysicalOperator source = Children[0];
        do
        {
            context.RecursiveTables[id] = round;
            var next = new List<ColumnBatch>();
            using (BatchReader reader = source.Open(context))
            {
                while (reader.Next() is { } batch)
                {
                    ColumnBatch fresh = seen is null ? batch : TakeKernels.Take(batch, seen.AddNew(batch.Columns, batch.Count));
                    if (fresh.Count > 0)
                    {
                        next.Add(fresh);
                        yield return fresh;

                        // Whoever runs between two batches may iterate the same CTE (it is used twice): put our round back.
                        context.RecursiveTables[id] = round;
                    }
                }
            }

            round = next;
            source = Children[1];
        }
        while (round.Count > 0);

        context.RecursiveTables.Remove(id);
    }
}

/// <summary>The rows of the last round of the recursive CTE of this id.</summary>
internal sealed class RecursiveReferenceOperator(int id, PlanSchema schema) : PhysicalOperator(schema)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context) => context.RecursiveTables[id];
}
