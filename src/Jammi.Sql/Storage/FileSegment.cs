using Apache.Arrow.Ipc;
using Jammi.Sql.Execution;

namespace Jammi.Sql.Storage;

/// <summary>What the manifest says of a segment's file.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of the whole file, in hexadecimal.</param>
internal sealed record SegmentFile(long Id, long Length, string Sha256);

/// <summary>A segment in an Arrow IPC file, memory-mapped on first use. Its columns lie in the map: they must not be read after it is freed.</summary>
/// <param name="freed">Called when it is free; deletes the file unless the database is closing.</param>
internal sealed class FileSegment(SegmentFile file, IReadOnlyList<BlockHeader> blocks, string path, Action<FileSegment> freed) : Segment(blocks)
{
    /// <summary>"ARROW1" and two zero bytes; what follows is the stream format, which the stream reader takes without copying.</summary>
    const int MagicBytes = 8;

    readonly Lock gate = new();
    MappedFile? map;
    ColumnBatch[]? batches;

    public SegmentFile File => file;

    public string Path => path;

    public override ColumnBatch Read(int block) => (Volatile.Read(ref batches) ?? Map())[block];

    protected override void Free()
    {
        lock (gate)
        {
            batches = null;
            ((IDisposable?)map)?.Dispose();
            map = null;
        }

        freed(this);
    }

    ColumnBatch[] Map()
    {
        lock (gate)
        {
            if (batches is not null)
            {
                return batches;
            }

            MappedFile? opened = null;
            try
            {
                opened = new MappedFile(path);
                ColumnBatch[] read = ReadBatches(opened);
                map = opened;
                Volatile.Write(ref batches, read);
                return read;
            }
            catch (Exception error)
            {
                ((IDisposable?)opened)?.Dispose();
                throw error as SqlException ?? Damaged(error.Message, error);
            }
        }
    }

    ColumnBatch[] ReadBatches(MappedFile mapped)
    {
        var read = new ColumnBatch[Blocks.Count];
        // Disposing the reader would dispose the map with it.
        var reader = new ArrowStreamReader(mapped.Memory[MagicBytes..]);
        for (int i = 0; i < read.Length; i++)
        {
            if (reader.ReadNextRecordBatch() is not { } batch || batch.Length != Blocks[i].RowCount)
            {
                throw Damaged($"block {i} should have {Blocks[i].RowCount} rows.", null);
            }

            read[i] = new([.. batch.Arrays], batch.Length);
        }

        return read;
    }

    SqlException Damaged(string why, Exception? error) =>
        new(SqlErrorCode.DataCorrupted, $"Segment {path} cannot be read: {why} Restore the file from a backup.", error);
}
