using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Runs a table function: evaluates its arguments once, opens its relations, and hands out those of its rows that pass the filters.</summary>
internal sealed class TableFunctionOperator(LogicalTableFunction call, PhysicalOperator[] relations) : PhysicalOperator(call.Schema, relations)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        var values = new ScalarValue[call.Arguments.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ConstantEvaluator.Evaluate(call.Arguments[i], context);
        }

        Evaluator[] filters = ExpressionCompiler.CompileAll(call.Filters);
        var inputs = new List<BatchReader>();
        try
        {
            RowBitmap? passing = null;
            if (!call.Source.TakesRowIds)
            {
                inputs.AddRange(Children.Select(relation => relation.Open(context)));
            }
            else if (Children.Count > 0)
            {
                passing = RowBitmap.Of(Children[0], context);
            }

            var input = new TableSourceInput(values, inputs, context.Metrics?.For(this)) { Filters = call.Filters, PassingRows = passing };
            using BatchReader reader = call.Source.Open(input, call.Projection, context);
            while (reader.Next() is { } batch)
            {
                yield return Passing(batch, filters, context);
            }
        }
        finally
        {
            foreach (BatchReader input in inputs)
            {
                input.Dispose();
            }
        }
    }

    static ColumnBatch Passing(ColumnBatch batch, Evaluator[] filters, ExecutionContext context)
    {
        foreach (Evaluator filter in filters)
        {
            if (batch.Count == 0)
            {
                break;
            }

            int[] rows = BooleanColumn.TrueRows(filter.Evaluate(batch, context), batch.Count);
            batch = rows.Length == batch.Count ? batch : TakeKernels.Take(batch, rows);
        }

        return batch;
    }
}
