using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;

namespace Jammi.Sql.Storage;

/// <summary>The files that one commit writes; they are removed again when it fails.</summary>
internal sealed class FileSegmentStore(Database database, DatabaseFiles files, CancellationToken cancellation) : ISegmentStore
{
    readonly List<string> written = [];

    public bool HasWritten => written.Count > 0;

    public Segment Write(TableDefinition table, IReadOnlyList<ColumnBatch> blocks)
    {
        cancellation.ThrowIfCancellationRequested();
        long id = database.NextFileId();
        written.Add(files.SegmentPath(id));
        SegmentFile file = files.WriteSegment(id, stream => SegmentWriter.Write(stream, table, blocks));
        return database.SegmentOf(file, SegmentWriter.Headers(table, blocks), table);
    }

    public SegmentState KeepDeletes(SegmentState segment)
    {
        long id = database.NextFileId();
        written.Add(files.DeletePath(id));
        files.WriteDeletes(id, DeleteVectorFile.Serialize(segment.Deleted));
        return segment with { DeleteFile = id };
    }

    public void Remove()
    {
        foreach (string path in written)
        {
            files.TryDelete(path);
        }
    }
}
