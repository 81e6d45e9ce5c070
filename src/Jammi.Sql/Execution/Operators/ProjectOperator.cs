using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Computes columns. Functions that prefer large batches get them: small batches are collected first.</summary>
internal sealed class ProjectOperator : PhysicalOperator
{
    readonly ValueList<Expression> expressions;
    readonly int preferredRows;

    public ProjectOperator(PhysicalOperator input, ValueList<Expression> expressions, PlanSchema schema)
        : base(schema, input)
    {
        this.expressions = expressions;
        preferredRows = expressions.Count == 0 ? 0 : expressions.Max(PreferredRows);
    }

    public override RowBitmap? ReadRowIds(ExecutionContext context) =>
        expressions is [ColumnExpression column] && Children[0] is TableScanOperator scan && column.Index == scan.RowIdColumn ? scan.ReadRowIds(context) : null;

    public override IReadOnlyList<TableScanOperator> Streams => expressions.All(ExpressionColumns.MayRunInParts) ? Children[0].Streams : [];

    public override bool Share(SharedBuilds shared, ExecutionContext context) => Children[0].Share(shared, context);

    public override (TableScanOperator Scan, int Column)? Origin(int column) => expressions[column] is ColumnExpression own ? Children[0].Origin(own.Index) : null;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using BatchReader reader = Children[0].Open(context);
        Evaluator[] evaluators = ExpressionCompiler.CompileAll(expressions);
        while (NextInput(reader) is { } batch)
        {
            var columns = new IArrowArray[evaluators.Length];
            for (int i = 0; i < columns.Length; i++)
            {
                columns[i] = TakeKernels.Materialize(evaluators[i].Evaluate(batch, context), batch.Count);
            }

            yield return new ColumnBatch(columns, batch.Count);
        }
    }

    static int PreferredRows(Expression expression)
    {
        int own = expression is CallExpression call ? call.Function.Traits.PreferredBatchRows : 0;
        foreach (Expression child in expression.Children)
        {
            own = Math.Max(own, PreferredRows(child));
        }

        return own;
    }

    ColumnBatch? NextInput(BatchReader reader)
    {
        ColumnBatch? first = reader.Next();
        if (first is null || first.Count >= preferredRows)
        {
            return first;
        }

        var collected = new List<ColumnBatch> { first };
        for (int rows = first.Count; rows < preferredRows && reader.Next() is { } more; rows += more.Count)
        {
            collected.Add(more);
        }

        return TakeKernels.Concat(collected);
    }
}
