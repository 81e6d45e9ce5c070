using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.Storage.Writing;

/// <summary>Rows that live in memory.</summary>
/// <param name="detach">Whether to copy columns that may lie in a mapped file: those of a temporary table must not depend on its segment.</param>
internal sealed class MemorySegmentStore(bool detach) : ISegmentStore
{
    public Segment Write(TableDefinition table, IReadOnlyList<ColumnBatch> blocks) =>
        new MemorySegment(SegmentWriter.Headers(table, blocks), detach ? [.. blocks.Select(Copy)] : blocks, committed: true);

    public SegmentState KeepDeletes(SegmentState segment) => segment;

    static ColumnBatch Copy(ColumnBatch batch)
    {
        int[] rows = new int[batch.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return TakeKernels.Take(batch, rows);
    }
}
