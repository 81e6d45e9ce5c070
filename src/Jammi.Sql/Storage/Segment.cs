using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>
/// An immutable set of rows of one table, in blocks. Shared by every state that contains it; when the last lets go, its memory map ends and,
/// if no manifest names it any more, its file is deleted.
/// </summary>
internal abstract class Segment(long id, IReadOnlyList<BlockHeader> blocks)
{
    int references;

    public long Id { get; } = id;

    public IReadOnlyList<BlockHeader> Blocks { get; } = blocks;

    public long RowCount { get; } = blocks.Sum(b => (long)b.RowCount);

    /// <summary>The columns of a block.</summary>
    public abstract ColumnBatch Read(int block);

    public void Retain() => Interlocked.Increment(ref references);

    public void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            Free();
        }
    }

    protected abstract void Free();
}

/// <summary>What the manifest knows of a block without reading it.</summary>
internal sealed record BlockHeader(int RowCount, ValueList<ColumnStatistics?> Statistics);

/// <summary>A segment that lives in memory: of an in-memory database, a temporary table, or a transaction.</summary>
internal sealed class MemorySegment(long id, IReadOnlyList<BlockHeader> headers, IReadOnlyList<ColumnBatch> blocks) : Segment(id, headers)
{
    public override ColumnBatch Read(int block) => blocks[block];

    protected override void Free()
    {
    }
}

/// <summary>A segment in an Arrow IPC file, memory-mapped on first use.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The map's owner is the reference count: Free disposes it with the last state that holds the segment.")]
internal sealed class FileSegment(long id, IReadOnlyList<BlockHeader> blocks, string path, Action<FileSegment> freed) : Segment(id, blocks)
{
    /// <summary>"ARROW1" and two zero bytes; what follows is the stream format.</summary>
    const int MagicBytes = 8;

    readonly Lock gate = new();
    MappedFile? map;
    ColumnBatch[]? batches;

    public string Path => path;

    /// <summary>Whether the file outlives this object: the database closes while its manifest names the segment.</summary>
    public bool FileKept { get; private set; }

    public void KeepFile() => FileKept = true;

    public override ColumnBatch Read(int block)
    {
        lock (gate)
        {
            batches ??= Map();
            return batches[block];
        }
    }

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
        try
        {
            map = new MappedFile(path);
            using var reader = new Apache.Arrow.Ipc.ArrowStreamReader(map.Memory[MagicBytes..]);
            var read = new List<ColumnBatch>();
            while (read.Count < Blocks.Count && reader.ReadNextRecordBatch() is { } batch)
            {
                read.Add(new([.. batch.Arrays], batch.Length));
            }

            for (int i = 0; i < Blocks.Count; i++)
            {
                if (i >= read.Count || read[i].Count != Blocks[i].RowCount)
                {
                    throw new SqlException(SqlErrorCode.DataCorrupted, $"Segment {path} does not hold the rows that the manifest says: block {i} should have {Blocks[i].RowCount} rows. Restore the file from a backup.");
                }
            }

            return [.. read];
        }
        catch (Exception error) when (error is not SqlException)
        {
            throw new SqlException(SqlErrorCode.DataCorrupted, $"Segment {path} cannot be read: {error.Message} Restore the file from a backup.", error);
        }
    }
}
