using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Keeps the rows for which a condition is TRUE.</summary>
internal sealed class FilterOperator(PhysicalOperator input, Expression condition) : PhysicalOperator(input.Schema, input)
{
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
