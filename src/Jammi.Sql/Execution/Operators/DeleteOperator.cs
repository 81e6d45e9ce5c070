using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Deletes the rows whose ids the input gives in its first column. All are found before the first goes.</summary>
internal sealed class DeleteOperator(PhysicalOperator input, LogicalDelete plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        ColumnBatch found;
        using (BatchReader reader = Children[0].Open(context))
        {
            found = InputRows.ReadAll(reader, Children[0].Schema);
        }

        context.Result.AddRowsAffected(context.Transaction!.Delete(plan.Table, Cells.Values<long>(found.Columns[0])));
        if (plan.Returning.Count > 0)
        {
            var rows = new ColumnBatch(found.Columns[1..], found.Count);
            yield return new ColumnBatch(InputRows.Columns(ExpressionCompiler.CompileAll(plan.Returning), rows, context), rows.Count);
        }
    }
}
