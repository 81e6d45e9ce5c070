using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Tables.ArrowData;

/// <summary>Turns record batches of a file into batches of the engine.</summary>
/// <param name="fields">Of the columns to give.</param>
/// <param name="places">Where each is in a record batch.</param>
/// <param name="isTrusted">Whether the reader has made sure that buffers are as long as they should be and offsets ascend.</param>
internal sealed class ArrowBatches(IReadOnlyList<Field> fields, int[] places, bool isTrusted)
{
    /// <summary>Rows copied at once: a record batch may be as long as its file.</summary>
    const int CopiedRows = 1 << 16;

    readonly SqlType[] stored = [.. fields.Select(f => ArrowTypes.Stored(f)!)];
    readonly SqlType[] types = [.. fields.Select(f => ArrowTypes.Of(f)!)];

    /// <summary>The rows in batches of the usual size; none refers to the record batch.</summary>
    /// <param name="guard">Runs each conversion, so that its errors name the file.</param>
    public IEnumerable<ColumnBatch> Convert(RecordBatch records, ExecutionContext context, Func<Func<ColumnBatch>, ColumnBatch> guard)
    {
        for (int start = 0; start < records.Length; start += CopiedRows)
        {
            context.ThrowIfCancelled();
            int first = start;
            ColumnBatch copied = guard(() => Copy(records, first, Math.Min(CopiedRows, records.Length - first)));
            for (int row = 0; row < copied.Count; row += context.BatchRows)
            {
                yield return TakeKernels.Slice(copied, row, Math.Min(context.BatchRows, copied.Count - row));
            }
        }
    }

    ColumnBatch Copy(RecordBatch records, int start, int count)
    {
        var columns = new IArrowArray[places.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            try
            {
                IArrowArray copied = ArrowColumns.Copy(ArrowArrayFactory.Slice(records.Column(places[i]), start, count), stored[i]);
                if (!isTrusted && ArrayLayout.FindProblem(copied.Data, stored[i].ToArrow(), count) is { } problem)
                {
                    throw new SqlException(SqlErrorCode.DataCorrupted, $"it is damaged, {problem}.");
                }

                columns[i] = CastKernels.Cast(ColumnarValue.Column(copied), stored[i], types[i], tryCast: false, count);
            }
            catch (SqlException error) when (error.Code != SqlErrorCode.Internal)
            {
                throw new SqlException(error.Code, $"column \"{fields[i].Name}\": {error.Message}", error);
            }
        }

        return new ColumnBatch(columns, count);
    }
}
