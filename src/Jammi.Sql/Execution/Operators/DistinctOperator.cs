using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Keeps the first row of each distinct row, or of each distinct value of the ON expressions.</summary>
internal sealed class DistinctOperator(PhysicalOperator input, ValueList<Expression> on) : PhysicalOperator(input.Schema, input)
{
    public override (TableScanOperator Scan, int Column)? Origin(int column) => on.Count == 0 ? Children[0].Origin(column) : null;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        Evaluator[] evaluators = ExpressionCompiler.CompileAll(on);
        var seen = new GroupTable(on.Count == 0 ? Schema.Columns.Select(c => c.Type) : on.Select(e => e.Type), context.Cancellation);
        using BatchReader reader = Children[0].Open(context);
        while (reader.Next() is { } batch)
        {
            int[] first = seen.AddNew(on.Count == 0 ? batch.Columns : InputRows.Columns(evaluators, batch, context), batch.Count);
            yield return first.Length == batch.Count ? batch : TakeKernels.Take(batch, first);
        }
    }
}
