using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage.Indexes;

namespace Jammi.Sql.Storage.Segments;

/// <summary>What the manifest says of a segment's file.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of the whole file, in hexadecimal.</param>
internal sealed record SegmentFile(long Id, long Length, string Sha256);

/// <summary>
/// A segment in an Arrow IPC file, memory-mapped on first use. Its columns lie in the map: they must not be read after it is freed.
/// Each is looked over for damage when it is read for the first time.
/// </summary>
internal sealed class FileSegment : Segment
{
    /// <summary>"ARROW1" and two zero bytes; what follows is the stream format, which the stream reader takes without copying.</summary>
    const int MagicBytes = 8;

    readonly Lock gate = new();
    readonly IReadOnlyList<IArrowType> types;
    readonly string path;
    readonly Action<FileSegment> freed;
    readonly CodesStore codes;
    readonly TermsStore terms;
    readonly float[]? axis;
    SegmentCodes? codesOfVectors;
    SegmentTerms? termsOfTexts;
    MappedFile? map;
    MappedBlock[]? mapped;

    /// <param name="types">Of the columns.</param>
    /// <param name="axis">Of the search codes of its vectors; null for none.</param>
    /// <param name="readOnly">Whether nothing may be written beside the segment.</param>
    /// <param name="freed">Called when it is free; deletes the file unless the database is closing.</param>
    public FileSegment(SegmentFile file, IReadOnlyList<BlockHeader> blocks, IReadOnlyList<IArrowType> types, float[]? axis, DatabaseFiles files, bool readOnly, Action<FileSegment> freed)
        : base(blocks)
    {
        File = file;
        this.types = types;
        this.axis = axis;
        this.freed = freed;
        path = files.SegmentPath(file.Id);
        int[] rows = new int[blocks.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = blocks[i].RowCount;
        }

        codes = new CodesStore(files, file, rows, readOnly);
        terms = new TermsStore(files, file, rows, readOnly);
    }

    public SegmentFile File { get; }

    public override SegmentCodes Codes => codesOfVectors ?? Interlocked.CompareExchange(ref codesOfVectors, new SegmentCodes(this, codes, axis), null) ?? codesOfVectors;

    public override SegmentTerms Terms => termsOfTexts ?? Interlocked.CompareExchange(ref termsOfTexts, new SegmentTerms(this, terms), null) ?? termsOfTexts;

    public override MappedFile? Map => map;

    /// <summary>The vector columns among its columns.</summary>
    public IEnumerable<int> VectorColumns => Enumerable.Range(0, types.Count).Where(i => types[i] is FixedSizeListType);

    public override IArrowArray Column(int block, int ordinal)
    {
        MappedBlock read = (Volatile.Read(ref mapped) ?? Open())[block];
        if (!Volatile.Read(ref read.Checked[ordinal]))
        {
            IArrowArray column = read.Columns[ordinal];
            if (ArrayLayout.FindProblem(column.Data, types[ordinal], Blocks[block].RowCount) is { } problem)
            {
                throw Damaged($"column {ordinal + 1} of block {block} is damaged, {problem}.", null);
            }

            Volatile.Write(ref read.Columns[ordinal], MicrosecondTimes.ToNanoseconds(column));
            Volatile.Write(ref read.Checked[ordinal], true);
        }

        return read.Columns[ordinal];
    }

    public override ColumnBatch Read(int block)
    {
        var columns = new IArrowArray[types.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = Column(block, i);
        }

        return new(columns, Blocks[block].RowCount);
    }

    protected override void Free()
    {
        lock (gate)
        {
            mapped = null;
            ((IDisposable?)map)?.Dispose();
            map = null;
        }

        codes.Close();
        terms.Close();
        freed(this);
    }

    MappedBlock[] Open()
    {
        lock (gate)
        {
            if (mapped is not null)
            {
                return mapped;
            }

            MappedFile? opened = null;
            try
            {
                opened = new MappedFile(path);
                MappedBlock[] read = ReadBlocks(opened);
                map = opened;
                Volatile.Write(ref mapped, read);
                return read;
            }
            catch (Exception error)
            {
                // Arrow's reader meets damaged metadata with exceptions of many types.
                ((IDisposable?)opened)?.Dispose();
                throw error as SqlException ?? Damaged(error.Message, error);
            }
        }
    }

    MappedBlock[] ReadBlocks(MappedFile opened)
    {
        var read = new MappedBlock[Blocks.Count];
        // Disposing the reader would dispose the map with it.
        var reader = new ArrowStreamReader(opened.Memory[MagicBytes..]);
        for (int i = 0; i < read.Length; i++)
        {
            if (reader.ReadNextRecordBatch() is not { } batch || batch.Length != Blocks[i].RowCount || batch.ColumnCount != types.Count)
            {
                throw Damaged($"block {i} should have {Blocks[i].RowCount} rows of {types.Count} columns.", null);
            }

            read[i] = new([.. batch.Arrays], new bool[batch.ColumnCount]);
        }

        return read;
    }

    SqlException Damaged(string why, Exception? error) =>
        new(SqlErrorCode.DataCorrupted, $"Segment {path} cannot be read: {why} Restore the file from a backup.", error);

    readonly record struct MappedBlock(IArrowArray[] Columns, bool[] Checked);
}
