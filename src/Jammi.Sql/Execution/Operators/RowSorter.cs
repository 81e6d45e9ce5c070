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

    public SortKeys Encode(ColumnBatch batch, ExecutionContext context) =>
        SortKeyKernels.Encode(KeyColumns(batch, context), directions, batch.Count, context.FreeThreads, context.Cancellation);

    /// <summary>The batch's rows in order; equal ones stay as they are.</summary>
    public int[] Order(ColumnBatch batch, ExecutionContext context) => Order(KeyColumns(batch, context), batch.Count, context);

    /// <summary>The order of rows whose key columns have been evaluated before.</summary>
    public int[] Order(IArrowArray[] keyColumns, int count, ExecutionContext context) =>
        SortKeyKernels.Encode(keyColumns, directions, count, context.FreeThreads, context.Cancellation).Order(context.FreeThreads, context.Cancellation);
}
