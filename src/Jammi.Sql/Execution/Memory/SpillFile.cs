using Apache.Arrow;
using Apache.Arrow.Ipc;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Memory;

/// <summary>Rows in a temporary file, as an Arrow stream: written once, then read once in the same order. The file goes when this is disposed of.</summary>
internal sealed class SpillFile : IDisposable
{
    readonly FileStream file;
    readonly Schema fields;
    readonly OperatorMetrics? metrics;
    readonly List<ColumnBatch> pending = [];
    int pendingRows;
    ArrowStreamWriter? writer;

    public SpillFile(PlanSchema schema, MemoryBudget budget, OperatorMetrics? metrics)
    {
        this.metrics = metrics;
        fields = new Schema([.. schema.Columns.Select((c, i) => new Field($"c{i}", c.Type.ToArrow(), nullable: true))], metadata: null);
        try
        {
            file = new FileStream(
                Path.Combine(budget.Directory, "spill-" + Guid.NewGuid().ToString("N")),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose, BufferSize = 1 << 16 });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed("created", budget.Directory, error);
        }
    }

    /// <summary>Adds the given rows.</summary>
    public void Write(ColumnBatch batch, ReadOnlySpan<int> rows)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        // Gathered: what is written lies at the start of buffers of its own. A few rows at a time would cost more to write and to read.
        ColumnBatch taken = TakeKernels.Take(batch, rows);
        _ = taken.Columns;
        pending.Add(taken);
        pendingRows += taken.Count;
        if (pendingRows >= ColumnBatch.DefaultRows)
        {
            WritePending();
        }
    }

    /// <summary>All rows, in the order in which they were written.</summary>
    public IEnumerable<ColumnBatch> Read()
    {
        if (pending.Count > 0)
        {
            WritePending();
        }

        if (writer is null)
        {
            yield break;
        }

        writer.WriteEnd();
        file.Flush();
        metrics?.Add("bytes spilled", file.Length);
        file.Position = 0;
        using var reader = new ArrowStreamReader(file, leaveOpen: true);
        while (true)
        {
            using RecordBatch? batch = reader.ReadNextRecordBatch();
            if (batch is null)
            {
                yield break;
            }

            // The batch's memory ends with it.
            yield return new ColumnBatch([.. batch.Arrays.Select(TakeKernels.Copy)], batch.Length);
        }
    }

    public void Dispose()
    {
        writer?.Dispose();
        file.Dispose();
    }

    void WritePending()
    {
        ColumnBatch taken = TakeKernels.Concat(pending);
        pending.Clear();
        pendingRows = 0;
        writer ??= new ArrowStreamWriter(file, fields, leaveOpen: true);
        try
        {
            writer.WriteRecordBatch(new RecordBatch(fields, taken.Columns, taken.Count));
        }
        catch (IOException error)
        {
            throw Failed("written", file.Name, error);
        }
    }

    static SqlException Failed(string what, string where, Exception error) =>
        new(SqlErrorCode.NotSupported, $"The statement needs more memory than Memory Limit allows, and its temporary file in {where} cannot be {what}: {error.Message} Raise the limit, or free space there.", error);
}
