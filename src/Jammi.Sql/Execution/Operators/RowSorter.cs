using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>An ORDER BY made ready for a run: evaluates the keys of a batch and encodes them.</summary>
internal sealed class RowSorter(ValueList<SortKey> keys)
{
    readonly Evaluator[] evaluators = [.. keys.Select(k => ExpressionCompiler.Compile(k.Expression))];
    readonly SortDirection[] directions = [.. keys.Select(k => new SortDirection(k.Descending, k.NullsFirst))];

    public IArrowArray[] KeyColumns(ColumnBatch batch, ExecutionContext context) => InputRows.Columns(evaluators, batch, context);

    public SortKeys Encode(ColumnBatch batch, ExecutionContext context) => SortKeyKernels.Encode(KeyColumns(batch, context), directions, batch.Count, context.Cancellation);

    /// <summary>The batch's rows in order; equal ones stay as they are.</summary>
    public int[] Order(ColumnBatch batch, ExecutionContext context) => Encode(batch, context).Order(context.Cancellation);

    /// <summary>The order of rows whose key columns have been evaluated before.</summary>
    public int[] Order(ReadOnlySpan<IArrowArray> keyColumns, int count, CancellationToken cancellation) =>
        SortKeyKernels.Encode(keyColumns, directions, count, cancellation).Order(cancellation);
}
