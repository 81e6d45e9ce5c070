using System.Collections.Concurrent;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>The search codes of a segment's vector columns, and the cells of large ones: read from their file or made from the rows when they are first asked for.</summary>
/// <param name="file">Where they are kept; null for a segment in memory.</param>
/// <param name="axis">See <see cref="VectorAxis"/>; for vectors of its dimension.</param>
internal sealed class SegmentCodes(Segment segment, ICodesStore? file, float[]? axis = null)
{
    readonly StoppableGate gate = new();
    readonly ConcurrentDictionary<int, VectorCodes?[]> byColumn = new();
    readonly ConcurrentDictionary<int, VectorCells?> cellsByColumn = new();
    readonly HashSet<int> damaged = [];

    /// <summary>The codes of a block's column, or null when it has none.</summary>
    public VectorCodes? Of(int block, int ordinal, CancellationToken cancellation, RowProgress? progress = null)
    {
        if (!byColumn.TryGetValue(ordinal, out VectorCodes?[]? known))
        {
            known = gate.Run(() => byColumn.TryGetValue(ordinal, out VectorCodes?[]? made) ? made : byColumn[ordinal] = Load(ordinal, progress, cancellation), cancellation);
        }

        return known[block];
    }

    /// <summary>The cells of a column's rows; null when the segment is too small for them, or not on disk.</summary>
    public VectorCells? CellsOf(int ordinal, CancellationToken cancellation, RowProgress? progress = null)
    {
        if (file is null || segment.RowCount < CellPolicy.MinimumRows)
        {
            return null;
        }

        return cellsByColumn.TryGetValue(ordinal, out VectorCells? known)
            ? known
            : gate.Run(() => cellsByColumn.TryGetValue(ordinal, out VectorCells? made) ? made : cellsByColumn[ordinal] = LoadCells(ordinal, file, progress, cancellation), cancellation);
    }

    /// <summary>Forgets codes and cells that turned out to be damaged; they are made again from the rows.</summary>
    public void Discard(int ordinal) => gate.Run(
        () =>
        {
            file?.Discard(ordinal);
            damaged.Add(ordinal);
            cellsByColumn.TryRemove(ordinal, out _);
            return byColumn.TryRemove(ordinal, out _);
        },
        CancellationToken.None);

    VectorCodes?[] Load(int ordinal, RowProgress? progress, CancellationToken cancellation)
    {
        int dimension = DimensionOf(ordinal);
        if (segment.Blocks.All(b => !VectorEncoder.CanEncode(b.RowCount, dimension)))
        {
            return new VectorCodes?[segment.Blocks.Count];
        }

        // A damaged file may still be there where nothing may be deleted.
        return (damaged.Contains(ordinal) ? null : file?.Read(ordinal, dimension, AxisOf(dimension))) ?? Make(ordinal, dimension, progress, cancellation);
    }

    VectorCodes?[] Make(int ordinal, int dimension, RowProgress? progress, CancellationToken cancellation)
    {
        var made = new VectorCodes?[segment.Blocks.Count];
        progress?.Begin("search codes", segment.RowCount);
        long done = 0;
        for (int i = 0; i < made.Length; i++)
        {
            int rows = segment.Blocks[i].RowCount;
            made[i] = VectorEncoder.CanEncode(rows, dimension) ? Encode(segment.Column(i, ordinal), AxisOf(dimension), cancellation) : null;
            progress?.Report(done += rows);
        }

        // Once written they are read back, so that they lie in the page cache and not on the heap.
        return file is not null && file.Write(ordinal, dimension, AxisOf(dimension), made) ? file.Read(ordinal, dimension, AxisOf(dimension)) ?? made : made;
    }

    VectorCells? LoadCells(int ordinal, ICodesStore store, RowProgress? progress, CancellationToken cancellation)
    {
        int dimension = DimensionOf(ordinal);
        if ((damaged.Contains(ordinal) ? null : store.ReadCells(ordinal, dimension, AxisOf(dimension))) is { } kept)
        {
            return kept;
        }

        VectorCodes?[] codes = byColumn.TryGetValue(ordinal, out VectorCodes?[]? known) ? known : byColumn[ordinal] = Load(ordinal, progress, cancellation);
        VectorCells? made = MakeCells(ordinal, dimension, codes, progress, cancellation);
        return made is not null && store.WriteCells(ordinal, made) ? store.ReadCells(ordinal, dimension, AxisOf(dimension)) ?? made : made;
    }

    VectorCells? MakeCells(int ordinal, int dimension, VectorCodes?[] codes, RowProgress? progress, CancellationToken cancellation)
    {
        var pins = new List<System.Buffers.MemoryHandle>();
        try
        {
            var sources = new List<CellSource>();
            for (int block = 0; block < codes.Length; block++)
            {
                if (codes[block] is { } coded)
                {
                    VectorRows vectors = VectorRows.Pin(segment.Column(block, ordinal), segment.Map, out System.Buffers.MemoryHandle pin);
                    pins.Add(pin);
                    sources.Add(new CellSource(vectors, block, coded));
                }
            }

            return CellMaker.Make(sources, dimension, AxisOf(dimension), progress, cancellation);
        }
        finally
        {
            pins.ForEach(p => p.Dispose());
        }
    }

    float[]? AxisOf(int dimension) => axis?.Length == dimension ? axis : null;

    int DimensionOf(int ordinal) => ((FixedSizeListType)segment.Column(0, ordinal).Data.DataType).ListSize;

    static VectorCodes? Encode(IArrowArray column, float[]? axis, CancellationToken cancellation)
    {
        VectorRows vectors = VectorRows.Pin(column, map: null, out System.Buffers.MemoryHandle pin);
        using (pin)
        {
            return VectorEncoder.Encode(vectors, column.Length, column.NullCount == 0 ? _ => false : column.IsNull, axis, cancellation);
        }
    }
}

/// <summary>Where the codes of a segment are kept between runs.</summary>
internal interface ICodesStore
{
    /// <summary>The codes of a column by block, or null when there is no good file of them.</summary>
    VectorCodes?[]? Read(int ordinal, int dimension, float[]? axis);

    /// <summary>Keeps codes; false when that is not possible now.</summary>
    bool Write(int ordinal, int dimension, float[]? axis, IReadOnlyList<VectorCodes?> codes);

    /// <summary>The cells of a column, or null when there is no good file of them.</summary>
    VectorCells? ReadCells(int ordinal, int dimension, float[]? axis);

    /// <summary>Keeps cells; false when that is not possible now.</summary>
    bool WriteCells(int ordinal, VectorCells cells);

    /// <summary>Removes the files of a column's codes and cells.</summary>
    void Discard(int ordinal);
}

/// <summary>The codes of a segment's columns in files of the database.</summary>
internal sealed class CodesStore(DatabaseFiles files, SegmentFile segment, IReadOnlyList<int> rows, bool readOnly) : ICodesStore
{
    readonly ConcurrentBag<MappedFile> maps = [];

    public VectorCodes?[]? Read(int ordinal, int dimension, float[]? axis) =>
        Read(files.CodesPath(segment.Id, ordinal), map => CodesFile.Read(map, segment.Sha256, dimension, axis, rows, out _));

    public bool Write(int ordinal, int dimension, float[]? axis, IReadOnlyList<VectorCodes?> codes) =>
        Write(files.CodesPath(segment.Id, ordinal), stream => CodesFile.Write(stream, segment.Sha256, dimension, axis, codes));

    public VectorCells? ReadCells(int ordinal, int dimension, float[]? axis) =>
        Read(files.CellsPath(segment.Id, ordinal), map => CellsFile.Read(map, segment.Sha256, dimension, axis, rows, out _));

    public bool WriteCells(int ordinal, VectorCells cells) =>
        Write(files.CellsPath(segment.Id, ordinal), stream => CellsFile.Write(stream, segment.Sha256, cells));

    public void Discard(int ordinal)
    {
        if (!readOnly)
        {
            files.TryDelete(files.CodesPath(segment.Id, ordinal));
            files.TryDelete(files.CellsPath(segment.Id, ordinal));
        }
    }

    T? Read<T>(string path, Func<MappedFile, T?> read)
        where T : class
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var map = new MappedFile(path);
            maps.Add(map);
            return read(map);
        }
        catch (Exception error) when (DatabaseFiles.IsFileError(error) || error is SqlException)
        {
            // Not readable is as good as not there: the rows are.
            return null;
        }
    }

    bool Write(string path, Action<Stream> write)
    {
        if (readOnly)
        {
            return false;
        }

        try
        {
            files.WriteCodes(path, write);
            return true;
        }
        catch (Exception error) when (DatabaseFiles.IsFileError(error))
        {
            // A full disk must not fail a search; the codes are in memory, and the next run tries again.
            return false;
        }
    }

    /// <summary>Unmaps the files: nobody reads the codes any more.</summary>
    public void Close()
    {
        while (maps.TryTake(out MappedFile? map))
        {
            ((IDisposable)map).Dispose();
        }
    }
}
