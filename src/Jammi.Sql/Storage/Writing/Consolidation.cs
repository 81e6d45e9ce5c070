using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.VectorIndexes;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Storage.Writing;

/// <summary>
/// Decides at commit which of a table's segments stay and which rows are written anew: new rows go into full blocks; a tail of many small segments is
/// merged with them, and so is one of segments that together are large enough for cells of their vectors; a segment that lost most of its rows is written without these; a segment without rows goes. Rows keep their order.
/// </summary>
internal static class Consolidation
{
    /// <summary>So many small segments at a table's end are merged.</summary>
    public const int MergedSegments = 16;

    /// <summary>A tail in memory of no more rows, in segments of no more bytes, is one segment.</summary>
    const int FewRows = 256;
    const long FewBytes = 64 << 10;

    /// <summary>Below this a segment counts as small.</summary>
    public const int SmallRows = SegmentWriter.BlockRows / 4;

    public static TableState Apply(TableState table, ISegmentStore store)
    {
        ImmutableArray<SegmentState> all = table.Segments;
        int tail = Math.Min(StartOfRewrittenTail(all), StartOfUnpartitionedTail(table));
        var segments = ImmutableArray.CreateBuilder<SegmentState>(tail + 1);
        for (int i = 0; i < tail; i++)
        {
            SegmentState segment = all[i];
            bool changed = segment.DeletedRows > 0 && segment.DeleteFile == 0;
            if (segment.LiveRows == 0)
            {
                continue;
            }

            if (changed && segment.DeletedRows > segment.LiveRows)
            {
                Rewrite([segment]);
            }
            else
            {
                segments.Add(changed ? store.KeepDeletes(segment) : segment);
            }
        }

        Rewrite(all.AsSpan()[tail..]);
        return TableState.Of(table.Entry, segments.ToImmutable());

        void Rewrite(ReadOnlySpan<SegmentState> run)
        {
            List<ColumnBatch> blocks = SegmentWriter.ToBlocks(run.ToArray().SelectMany(LiveBatches));
            foreach (List<ColumnBatch> segment in SegmentWriter.ToSegments(blocks))
            {
                segments.Add(SegmentState.Whole(store.Write(table.Entry.Definition, segment)));
            }
        }
    }

    /// <summary>
    /// Where the segments begin that are written anew. Rows that come one by one into memory go into one block while they are few: a scan of a few rows must not
    /// pass as many batches.
    /// </summary>
    static int StartOfRewrittenTail(ImmutableArray<SegmentState> segments)
    {
        int tail = segments.Length;
        while (tail > 0 && segments[tail - 1].IsUncommitted)
        {
            tail--;
        }

        int few = tail;
        long rows = Sum(segments, tail);
        while (few > 0 && tail < segments.Length && segments[few - 1].Segment is MemorySegment before && (rows += before.RowCount) <= FewRows && IsLight(before))
        {
            few--;
        }

        tail = few;
        int large = tail;
        while (large > 0 && segments[large - 1].LiveRows < SmallRows)
        {
            large--;
        }

        return tail - large >= MergedSegments ? large : tail;
    }

    /// <summary>
    /// Where vectors are searched, segments at the end that are too small for cells of their vectors are merged once they are large enough together; the end where nothing is to be merged.
    /// </summary>
    static int StartOfUnpartitionedTail(TableState table)
    {
        ImmutableArray<SegmentState> segments = table.Segments;
        int start = segments.Length;
        long rows = 0;
        while (start > 0 && segments[start - 1].Segment.RowCount < CellPolicy.MinimumRows)
        {
            rows += segments[--start].LiveRows;
        }

        return rows >= CellPolicy.MinimumRows && EmbeddingTable.IsSearched(table.Entry.Definition) && SegmentWriter.FitsOneSegment(table.Entry.Definition, CellPolicy.MinimumRows)
            ? start
            : segments.Length;
    }

    static long Sum(ImmutableArray<SegmentState> segments, int start)
    {
        long rows = 0;
        for (int i = start; i < segments.Length; i++)
        {
            rows += segments[i].Segment.RowCount;
        }

        return rows;
    }

    static bool IsLight(MemorySegment segment) => segment.Blocks.Count == 1 && SegmentWriter.SizeOf(segment.Read(0)) <= FewBytes;

    static IEnumerable<ColumnBatch> LiveBatches(SegmentState segment)
    {
        for (int b = 0; b < segment.Segment.Blocks.Count; b++)
        {
            ColumnBatch batch = segment.Segment.Read(b);
            if (segment.Deleted[b] is not { } deleted)
            {
                yield return batch;
                continue;
            }

            var live = new List<int>();
            for (int row = 0; row < batch.Count; row++)
            {
                if (!Validity.Get(deleted, row))
                {
                    live.Add(row);
                }
            }

            if (live.Count > 0)
            {
                yield return TakeKernels.Take(batch, CollectionsMarshal.AsSpan(live));
            }
        }
    }
}
