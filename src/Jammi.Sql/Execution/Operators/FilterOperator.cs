using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Keeps the rows for which a condition is TRUE.</summary>
internal sealed class FilterOperator(PhysicalOperator input, Expression condition) : PhysicalOperator(input.Schema, input)
{
    public override IReadOnlyList<TableScanOperator> Streams => ExpressionColumns.MayRunInParts(condition) ? Children[0].Streams : [];

    public override bool Share(SharedBuilds shared, ExecutionContext context) => Children[0].Share(shared, context);

    public override (TableScanOperator Scan, int Column)? Origin(int column) => Children[0].Origin(column);

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using BatchReader reader = Children[0].Open(context);
        Evaluator evaluator = ExpressionCompiler.Compile(condition);
        while (reader.Next() is { } batch)
        {
            int[] rows = BooleanColumn.TrueRows(evaluator.Evaluate(batch, context), batch.Count);
            yield return rows.Length == batch.Count ? batch : TakeKernels.Take(batch, rows);
        }
    }
}
