using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// The row ids that pass a scan's filters, as bits: filters are evaluated over whole blocks where they lie, and their results ANDed; no row is copied. A filter that may
/// fail is, as in any scan, only asked about rows that those before it let pass.
/// </summary>
internal static class RowIdScan
{
    /// <summary>Null when a filter costs so much that it should not be asked about a whole block at once.</summary>
    public static RowBitmap? Read(LogicalScan scan, ExecutionContext context, OperatorMetrics? metrics)
    {
        if (scan.Filters.Any(ExpressionColumns.IsExpensive))
        {
            return null;
        }

        IReadOnlyList<IRowBlock> blocks = context.Snapshot.OpenTable(scan.Table).Blocks;
        Evaluator[] filters = ExpressionCompiler.CompileAll(scan.Filters);
        var rows = new RowBitmap(blocks.Sum(b => (long)b.RowCount));
        foreach (IRowBlock block in blocks)
        {
            context.ThrowIfCancelled();
            if (BlockPruning.CanSkip(scan, block, context))
            {
                metrics?.Add("blocks skipped", 1);
                continue;
            }

            ulong[] passing = Passing(scan, block, filters, context);
            for (int i = 0; i < passing.Length; i++)
            {
                rows.Add(block.FirstRowId + (i * 64L), passing[i]);
            }

            if (metrics is not null)
            {
                metrics.Batches++;
                metrics.Rows += RowWords.PopCount(passing);
            }
        }

        return rows;
    }

    static ulong[] Passing(LogicalScan scan, IRowBlock block, Evaluator[] filters, ExecutionContext context)
    {
        ulong[] passing = RowWords.Whole(block.RowCount);
        if (!block.Deleted.IsEmpty)
        {
            RowWords.AndNot(passing, block.Deleted.Span);
        }

        bool all = block.Deleted.IsEmpty;
        ColumnBatch batch = Columns(scan, block);
        for (int i = 0; i < filters.Length; i++)
        {
            if (all || CannotFail(scan.Filters[i]))
            {
                BooleanColumn.AndTrue(filters[i].Evaluate(batch, context), passing);
            }
            else
            {
                int[] rows = RowWords.Rows(passing);
                int[] kept = rows.Length == 0 ? [] : BooleanColumn.TrueRows(filters[i].Evaluate(TakeKernels.Take(batch, rows), context), rows.Length);
                passing.AsSpan().Clear();
                foreach (int row in kept)
                {
                    passing[rows[row] / 64] |= 1UL << (rows[row] % 64);
                }
            }

            all = false;
        }

        return passing;
    }

    static bool CannotFail(Expression filter) => filter
        is ColumnExpression or ConstantExpression or ParameterExpression or ComparisonExpression or LogicalExpression or NotExpression or IsNullExpression or InListExpression
        && filter.Children.All(CannotFail);

    static ColumnBatch Columns(LogicalScan scan, IRowBlock block)
    {
        bool withRowId = scan.Filters.Any(f => ExpressionColumns.Of(f).Contains(scan.Projection.Count));
        var columns = new IArrowArray[scan.Projection.Count + (withRowId ? 1 : 0)];
        for (int i = 0; i < scan.Projection.Count; i++)
        {
            columns[i] = block.Column(scan.Projection[i]);
        }

        if (withRowId)
        {
            columns[^1] = TableScanOperator.RowIds(block.FirstRowId, block.RowCount);
        }

        return new(columns, block.RowCount);
    }
}
