using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Keeps the first row of each distinct row, or of each distinct value of the ON expressions.</summary>
/// <param name="input">The rows.</param>
/// <param name="on">What is distinct; empty for the whole row.</param>
/// <param name="order">How the rows are sorted; empty when they are not.</param>
internal sealed class DistinctOperator(PhysicalOperator input, ValueList<Expression> on, ValueList<SortKey> order) : PhysicalOperator(input.Schema, input)
{
    public override (TableScanOperator Scan, int Column)? Origin(int column) => on.Count == 0 ? Children[0].Origin(column) : null;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context) => on.Count > 0 && AreNeighbours ? Neighbours(context) : ByHash(context);

    /// <summary>Whether rows with the same values of ON follow one another: the order begins with these expressions, whichever of them first.</summary>
    bool AreNeighbours => order.Count >= on.Count && order.Take(on.Count).All(k => on.Contains(k.Expression)) && on.All(e => order.Take(on.Count).Any(k => k.Expression == e));

    IEnumerable<ColumnBatch> ByHash(ExecutionContext context)
    {
        using var rows = new DistinctRows(Schema, on, maySpill: on.Count == 0 || order.Count == 0, context, context.Metrics?.For(this));
        foreach (ColumnBatch batch in rows.Read(Children[0]))
        {
            yield return batch;
        }

        foreach (ColumnBatch batch in rows.Rest())
        {
            yield return batch;
        }
    }

    IEnumerable<ColumnBatch> Neighbours(ExecutionContext context)
    {
        Evaluator[] evaluators = ExpressionCompiler.CompileAll(on);
        var before = new LastRow();
        using BatchReader reader = Children[0].Open(context);
        while (reader.Next() is { } batch)
        {
            bool[] same = before.SameAsBefore(InputRows.Columns(evaluators, batch, context), batch.Count);
            yield return TakeKernels.Take(batch, [.. Enumerable.Range(0, batch.Count).Where(row => !same[row])]);
        }
    }
}
