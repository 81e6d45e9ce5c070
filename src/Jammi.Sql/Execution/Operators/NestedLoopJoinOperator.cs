using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Joins by testing every pair of rows: for conditions without an equality to hash by, and for cross products.</summary>
internal sealed class NestedLoopJoinOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, Expression? condition, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        ColumnBatch rightRows = InputRows.ReadHeld(Children[1], lease, "a join without an equality of both sides holds one of them as a whole. Give it an equality, with which it goes on in files.", context);
        if (rightRows.Count == 0 && kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right)
        {
            yield break;
        }

        var candidates = new CrossCandidates(rightRows.Count);
        var assembler = new JoinAssembler(kind, condition, rightRows, context);
        using BatchReader leftReader = Children[0].Open(context);
        while (leftReader.Next() is { } batch)
        {
            foreach (ColumnBatch output in assembler.Join(batch, candidates, unknown: null))
            {
                yield return output;
            }
        }

        foreach (ColumnBatch output in assembler.UnmatchedRight(Children[0].Schema))
        {
            yield return output;
        }
    }
}
