using System.Collections.Concurrent;
using Apache.Arrow;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.TextIndexes;
using Jammi.Sql.TextIndexes.Postings;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>The terms of a segment's rows for full-text indexes: read from their file or made from the rows when they are first asked for.</summary>
/// <param name="file">Where they are kept; null for a segment in memory.</param>
internal sealed class SegmentTerms(Segment segment, ITermsStore? file)
{
    /// <summary>Texts of fewer bytes are read again faster than a file is written.</summary>
    public const long SmallTextBytes = 64 << 10;

    readonly StoppableGate gate = new();
    readonly ConcurrentDictionary<TextIndexDefinition, TermIndex[]> byDefinition = new();

    /// <summary>The terms of each block.</summary>
    public IReadOnlyList<TermIndex> Of(TextIndexDefinition definition, CancellationToken cancellation)
    {
        if (byDefinition.TryGetValue(definition, out TermIndex[]? known))
        {
            return known;
        }

        return gate.Run(
            () => byDefinition.TryGetValue(definition, out TermIndex[]? made) ? made : byDefinition[definition] = file?.Read(definition) ?? Make(definition, cancellation),
            cancellation);
    }

    /// <summary>Forgets terms that turned out to be damaged; they are made again from the rows.</summary>
    public void Discard(TextIndexDefinition definition) => gate.Run(
        () =>
        {
            file?.Discard(definition);
            return byDefinition.TryRemove(definition, out _);
        },
        CancellationToken.None);

    TermIndex[] Make(TextIndexDefinition definition, CancellationToken cancellation)
    {
        var made = new TermIndex[segment.Blocks.Count];
        long bytes = 0;
        for (int b = 0; b < made.Length; b++)
        {
            IArrowArray[] columns = [.. definition.Columns.Select(c => segment.Column(b, c))];
            bytes += BlockIndexing.SizeOf(columns);
            made[b] = BlockIndexing.Index(columns, segment.Blocks[b].RowCount, definition.Analysis, cancellation);
        }

        // Once written they are read back, so that they lie in the page cache and not on the heap.
        return file is not null && bytes >= SmallTextBytes && file.Write(definition, made) ? file.Read(definition) ?? made : made;
    }
}

/// <summary>Where the terms of a segment are kept between runs.</summary>
internal interface ITermsStore
{
    /// <summary>The terms by block, or null when there is no good file of them.</summary>
    TermIndex[]? Read(TextIndexDefinition definition);

    /// <summary>Keeps terms; false when that is not possible now.</summary>
    bool Write(TextIndexDefinition definition, IReadOnlyList<TermIndex> terms);

    /// <summary>Removes the file.</summary>
    void Discard(TextIndexDefinition definition);
}

/// <summary>The terms of a segment in files of the database.</summary>
internal sealed class TermsStore(DatabaseFiles files, SegmentFile segment, IReadOnlyList<int> rows, bool readOnly) : ITermsStore
{
    readonly ConcurrentBag<MappedFile> maps = [];

    public TermIndex[]? Read(TextIndexDefinition definition)
    {
        string path = files.TermsPath(segment.Id, definition.Key);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var map = new MappedFile(path);
            maps.Add(map);
            return TermsFile.Read(map, segment.Sha256, definition, rows, out _);
        }
        catch (Exception error) when (DatabaseFiles.IsFileError(error) || error is SqlException)
        {
            // Not readable is as good as not there: the rows are.
            return null;
        }
    }

    public bool Write(TextIndexDefinition definition, IReadOnlyList<TermIndex> terms)
    {
        if (readOnly)
        {
            return false;
        }

        try
        {
            files.WriteTerms(segment.Id, definition.Key, stream => TermsFile.Write(stream, segment.Sha256, definition, terms));
            return true;
        }
        catch (Exception error) when (DatabaseFiles.IsFileError(error))
        {
            // A full disk must not fail a search; the terms are in memory, and the next run tries again.
            return false;
        }
    }

    public void Discard(TextIndexDefinition definition)
    {
        if (!readOnly)
        {
            files.TryDelete(files.TermsPath(segment.Id, definition.Key));
        }
    }

    /// <summary>Unmaps the files: nobody reads the terms any more.</summary>
    public void Close()
    {
        while (maps.TryTake(out MappedFile? map))
        {
            ((IDisposable)map).Dispose();
        }
    }
}
