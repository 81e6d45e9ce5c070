using Apache.Arrow;
using Apache.Arrow.Ipc;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Functions.Tables.ArrowData;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Tables.Parquet;

/// <summary>
/// Reads Parquet files one after the other and row group by row group: only the projected columns, and no row group that the filters rule out.
/// </summary>
internal sealed class ParquetSource(IReadOnlyList<string> files, FileColumns columns, long rowsOfFirst) : TableSource
{
    public override long? EstimatedRows => rowsOfFirst * files.Count;

    public override bool TakesFilters => true;

    public override string Describe() => files.Count == 1 ? files[0] : $"{files.Count} files, {files[0]} first";

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) =>
        new EnumeratedReader(Read(input, [.. projection], context));

    IEnumerable<ColumnBatch> Read(TableSourceInput input, int[] projection, ExecutionContext context)
    {
        var pruning = new RangePruning(context);
        foreach (string path in files)
        {
            context.ThrowIfCancelled();
            using var file = new ParquetFile(path);
            int[] places = columns.Places(path, file.Fields);
            int[] wanted = System.Array.ConvertAll(projection, p => places[p]);
            for (int group = 0; group < file.RowGroupCount; group++)
            {
                context.ThrowIfCancelled();
                int current = group;
                if (input.Filters.Count > 0 && pruning.Excludes(input.Filters, column => file.RangeOf(current, wanted[column])))
                {
                    input.Metrics?.Add("row groups skipped", 1);
                    continue;
                }

                input.Metrics?.Add("row groups read", 1);
                foreach (ColumnBatch batch in wanted.Length == 0 ? RowsAlone(file.RowsOf(group), context) : ReadGroup(file, group, wanted, context))
                {
                    yield return batch;
                }
            }
        }
    }

    /// <summary>Batches without columns: all that count(*) needs.</summary>
    static IEnumerable<ColumnBatch> RowsAlone(long rows, ExecutionContext context)
    {
        for (; rows > 0; rows -= context.BatchRows)
        {
            context.ThrowIfCancelled();
            yield return new ColumnBatch([], (int)Math.Min(rows, context.BatchRows));
        }
    }

    static IEnumerable<ColumnBatch> ReadGroup(ParquetFile file, int group, int[] wanted, ExecutionContext context)
    {
        // The reader gives the columns in the file's order.
        int[] order = [.. wanted.Distinct().Order()];
        var converter = new ArrowBatches([.. wanted.Select(w => file.Fields[w])], [.. wanted.Select(w => System.Array.IndexOf(order, w))], isTrusted: true);
        using IArrowArrayStream stream = file.Read(group, order);
        while (file.Guard(() => stream.ReadNextRecordBatchAsync(context.Cancellation).AsTask().GetAwaiter().GetResult()) is { } records)
        {
            using (records)
            {
                foreach (ColumnBatch batch in converter.Convert(records, context, file.Guard))
                {
                    yield return batch;
                }
            }
        }
    }
}
