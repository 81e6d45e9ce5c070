using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Sql.Storage.Writing;

/// <summary>The files that one commit writes; they are removed again when it fails.</summary>
internal sealed class FileSegmentStore(Database database, DatabaseFiles files, IProgress<OperationProgress>? progress, CancellationToken cancellation) : ISegmentStore
{
    readonly List<string> written = [];
    readonly List<long> segments = [];

    public bool HasWritten => written.Count > 0;

    public Segment Write(TableDefinition table, IReadOnlyList<ColumnBatch> blocks)
    {
        cancellation.ThrowIfCancellationRequested();
        long id = database.NextFileId();
        written.Add(files.SegmentPath(id));
        segments.Add(id);
        SegmentFile file = files.WriteSegment(id, stream => SegmentWriter.Write(stream, table, blocks));
        FileSegment segment = database.SegmentOf(file, SegmentWriter.Headers(table, blocks), table);
        if (EmbeddingTable.IsSearched(table))
        {
            WriteCodes(segment, RowProgress.Of(table.Name, progress));
        }

        return segment;
    }

    public SegmentState KeepDeletes(SegmentState segment)
    {
        long id = database.NextFileId();
        written.Add(files.DeletePath(id));
        files.WriteDeletes(id, DeleteVectorFile.Serialize(segment.Deleted));
        return segment with { DeleteFile = id };
    }

    /// <summary>Vectors that are there to be searched get their codes and cells with them, so that the first search need not make them.</summary>
    void WriteCodes(FileSegment segment, RowProgress? told)
    {
        foreach (int column in segment.VectorColumns)
        {
            written.Add(files.CodesPath(segment.File.Id, column));
            written.Add(files.CellsPath(segment.File.Id, column));
            segment.Codes.Of(block: 0, column, cancellation, told);
            segment.Codes.CellsOf(column, cancellation, told);
        }
    }

    public void Remove()
    {
        foreach (string path in written)
        {
            files.TryDelete(path);
        }

        segments.ForEach(files.RemoveTerms);
    }
}
