using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Runs a table function: evaluates its arguments once, opens its relations, and hands out those of its rows that pass the filters.</summary>
internal sealed class TableFunctionOperator(LogicalTableFunction call, PhysicalOperator[] relations) : PhysicalOperator(call.Schema, relations)
{
    /// <summary>Whether calls for several outer rows read the same relations.</summary>
    readonly bool manyCalls = call.Source.TakesManyCalls && call.Arguments.Any(OuterReferences.In) && !call.Relations.Any(OuterReferences.Any);

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        Evaluator[] filters = ExpressionCompiler.CompileAll(call.Filters);
        if (manyCalls && context.OuterRows is [var outer])
        {
            return context.LateralCalls.Of(this, outer, rows => RunMany(rows, context)).Select(batch => Passing(batch, filters, context));
        }

        return RunOne(filters, context);
    }

    IEnumerable<ColumnBatch> RunOne(Evaluator[] filters, ExecutionContext context)
    {
        ScalarValue[] values = Arguments(context);
        var inputs = new List<BatchReader>();
        try
        {
            RowBitmap? passing = OpenRelations(inputs, context);
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

    IReadOnlyList<ColumnBatch>[] RunMany(IReadOnlyList<OuterRow> rows, ExecutionContext context)
    {
        RowBitmap? passing = OpenRelations([], context);
        TableSourceInput[] inputs = [.. rows.Select(row => new TableSourceInput(Arguments(context.AtOuterRow(row)), [], context.Metrics?.For(this)) { Filters = call.Filters, PassingRows = passing })];
        return [.. call.Source.OpenMany(inputs, call.Projection, context).Select(ReadAll)];
    }

    static List<ColumnBatch> ReadAll(BatchReader reader)
    {
        var batches = new List<ColumnBatch>();
        using (reader)
        {
            while (reader.Next() is { } batch)
            {
                batches.Add(batch);
            }
        }

        return batches;
    }

    ScalarValue[] Arguments(ExecutionContext context)
    {
        var values = new ScalarValue[call.Arguments.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ConstantEvaluator.Evaluate(call.Arguments[i], context);
        }

        return values;
    }

    RowBitmap? OpenRelations(List<BatchReader> inputs, ExecutionContext context)
    {
        if (call.Source.TakesRowIds)
        {
            return Children.Count == 0 ? null : RowBitmap.Of(Children[0], context);
        }

        foreach (PhysicalOperator relation in Children)
        {
            inputs.Add(relation.Open(context));
        }

        return null;
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
