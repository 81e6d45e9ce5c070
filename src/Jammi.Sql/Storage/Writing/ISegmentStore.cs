using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.Storage.Writing;

/// <summary>Where a commit puts rows.</summary>
internal interface ISegmentStore
{
    Segment Write(TableDefinition table, IReadOnlyList<ColumnBatch> blocks);

    /// <summary>Keeps a segment's delete vectors, and says where.</summary>
    SegmentState KeepDeletes(SegmentState segment);
}
