using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// What INTERSECT ALL and EXCEPT ALL make of the distinct rows of both inputs and their numbers: every left row as often as it is on both sides, or as it is more often on the left.
/// The input has the left columns and their number, then the right columns and theirs, which is NULL where there is no such row.
/// </summary>
internal sealed class RepeatOperator(PhysicalOperator input, PlanSchema schema, bool common) : PhysicalOperator(schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using BatchReader reader = Children[0].Open(context);
        while (reader.Next() is { } batch)
        {
            ReadOnlyMemory<int> rows = Repeated(batch);
            var columns = new ColumnBatch(batch.Columns[..Schema.Count], batch.Count);
            for (int start = 0; start < rows.Length; start += context.BatchRows)
            {
                context.ThrowIfCancelled();
                yield return TakeKernels.Take(columns, rows.Span.Slice(start, Math.Min(context.BatchRows, rows.Length - start)));
            }
        }
    }

    int[] Repeated(ColumnBatch batch)
    {
        ReadOnlySpan<long> left = Cells.Values<long>(batch.Column(Schema.Count));
        Apache.Arrow.IArrowArray rightColumn = batch.Column(batch.ColumnCount - 1);
        ReadOnlySpan<long> right = Cells.Values<long>(rightColumn);
        var rows = new List<int>();
        for (int row = 0; row < batch.Count; row++)
        {
            long others = Cells.IsNull(rightColumn, row) ? 0 : right[row];
            for (long copies = common ? Math.Min(left[row], others) : left[row] - others; copies > 0; copies--)
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }
}
