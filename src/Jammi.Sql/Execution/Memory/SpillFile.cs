using Apache.Arrow;
using Apache.Arrow.Ipc;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Memory;

/// <summary>
/// Rows in a temporary file, as an Arrow stream: written once, then read as often as one likes, by several threads too. What one thread writes is read in the same order, what several
/// write in the order of the pieces of input that it comes from. The file goes when this is disposed of.
/// </summary>
internal sealed class SpillFile : IDisposable
{
    const int BufferBytes = 1 << 16;

    readonly Lock gate = new();
    readonly FileStream file;
    readonly Schema fields;
    readonly OperatorMetrics? metrics;
    readonly List<Chunk> chunks = [];
    readonly List<ColumnBatch> pending = [];
    int pendingRows;
    long headerEnd;
    ArrowStreamWriter? writer;
    bool ended;

    public SpillFile(PlanSchema schema, MemoryBudget budget, OperatorMetrics? metrics)
    {
        this.metrics = metrics;
        fields = new Schema([.. schema.Columns.Select((c, i) => new Field($"c{i}", c.Type.ToArrow(), nullable: true))], metadata: null);
        try
        {
            file = new FileStream(
                Path.Combine(budget.Directory, "spill-" + Guid.NewGuid().ToString("N")),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose, BufferSize = BufferBytes });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed("created", budget.Directory, error);
        }
    }

    /// <summary>Bytes of the rows in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the given rows; for one thread.</summary>
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

    /// <summary>Adds a batch whose buffers hold nothing else; may be called by several threads, by one for a piece.</summary>
    public void Append(ColumnBatch batch, int piece)
    {
        lock (gate)
        {
            try
            {
                if (writer is null)
                {
                    writer = new ArrowStreamWriter(file, fields, leaveOpen: true);
                    writer.WriteStart();
                    headerEnd = file.Position;
                }

                long start = file.Position;
                writer.WriteRecordBatch(new RecordBatch(fields, batch.Columns, batch.Count));
                chunks.Add(new(piece, start, file.Position));
                Bytes += Storage.Segments.SegmentWriter.SizeOf(batch);
            }
            catch (IOException error)
            {
                throw Failed("written", file.Name, error);
            }
        }
    }

    /// <summary>All rows; nothing is written any more.</summary>
    public IEnumerable<ColumnBatch> Read()
    {
        if (!End())
        {
            yield break;
        }

        using var sections = new BufferedStream(new SectionStream(file.SafeFileHandle, [(0, headerEnd), .. chunks.Select(c => (c.Start, c.End))]), BufferBytes);
        using var reader = new ArrowStreamReader(sections, leaveOpen: true);
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

    /// <summary>Makes the file ready to be read; false when it is empty.</summary>
    bool End()
    {
        lock (gate)
        {
            if (pending.Count > 0)
            {
                WritePending();
            }

            if (writer is not null && !ended)
            {
                ended = true;
                file.Flush();
                metrics?.Add("bytes spilled", file.Length);
                if (chunks.Zip(chunks.Skip(1)).Any(pair => pair.First.Piece > pair.Second.Piece))
                {
                    chunks.Sort((a, b) => (a.Piece, a.Start).CompareTo((b.Piece, b.Start)));
                }
            }

            return ended;
        }
    }

    void WritePending()
    {
        ColumnBatch taken = TakeKernels.Concat(pending);
        pending.Clear();
        pendingRows = 0;
        Append(taken, piece: 0);
    }

    static SqlException Failed(string what, string where, Exception error) =>
        new(SqlErrorCode.NotSupported, $"The statement needs more memory than Memory Limit allows, and its temporary file in {where} cannot be {what}: {error.Message} Raise the limit, or free space there.", error);

    /// <summary>A batch in the file.</summary>
    readonly record struct Chunk(int Piece, long Start, long End);
}
