using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>The rows of one input, then those of the other.</summary>
internal sealed class UnionAllOperator(PhysicalOperator left, PhysicalOperator right, PlanSchema schema) : PhysicalOperator(schema, left, right)
{
    public override IReadOnlyList<TableScanOperator> Streams { get; } = left.Streams.Count > 0 && right.Streams.Count > 0 ? [.. left.Streams, .. right.Streams] : [];

    public override bool Share(SharedBuilds shared, ExecutionContext context) => Children[0].Share(shared, context) && Children[1].Share(shared, context) && shared.Partitions is null;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        foreach (PhysicalOperator child in Children)
        {
            // A part of our rows is a part of one input's rows.
            if (context.Piece is { } piece && Streams.Contains(piece.Source) && !child.Streams.Contains(piece.Source))
            {
                continue;
            }

            using BatchReader reader = child.Open(context);
            while (reader.Next() is { } batch)
            {
                yield return batch;
            }
        }
    }
}
