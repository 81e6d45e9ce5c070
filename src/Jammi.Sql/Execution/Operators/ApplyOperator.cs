using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Runs its right side once per left row, with that row's columns as outer columns: LATERAL and the subqueries that could not become joins.</summary>
internal sealed class ApplyOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, Expression? condition, bool correlated, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        ColumnBatch? shared = null;
        using BatchReader leftReader = Children[0].Open(context);
        while (leftReader.Next() is { } batch)
        {
            var joined = new List<ColumnBatch>();
            int count = 0;
            for (int row = 0; row < batch.Count; row++)
            {
                context.ThrowIfCancelled();
                ColumnBatch rightRows = correlated ? RightRows(batch, row, context) : shared ??= RightRows(batch, row, context);
                var assembler = new JoinAssembler(kind, condition, rightRows, context, mostPairs: rightRows.Count);
                foreach (ColumnBatch output in assembler.Join(TakeKernels.Slice(batch, row, 1), new CrossCandidates(rightRows.Count), unknown: null))
                {
                    if (output.Count > 0)
                    {
                        joined.Add(output);
                        count += output.Count;
                    }
                }

                if (count >= context.BatchRows)
                {
                    yield return TakeKernels.Concat(joined);
                    joined.Clear();
                    count = 0;
                }
            }

            if (count > 0)
            {
                yield return TakeKernels.Concat(joined);
            }
        }
    }

    ColumnBatch RightRows(ColumnBatch left, int row, ExecutionContext context)
    {
        using BatchReader reader = Children[1].Open(context.WithOuterRow(new OuterRow(left, row)));
        return InputRows.ReadAll(reader, Children[1].Schema);
    }
}
