using System.Collections.Immutable;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Writing;

/// <summary>Marks rows of a table as deleted. Row ids number the stored rows of a state in order, deleted ones included.</summary>
internal static class RowDeletion
{
    /// <summary>The segments with the rows marked, and how many were not marked before.</summary>
    public static (ImmutableArray<SegmentState> Segments, long Deleted) Mark(ImmutableArray<SegmentState> segments, ReadOnlySpan<long> rowIds)
    {
        long[] sorted = rowIds.ToArray();
        System.Array.Sort(sorted);
        ReadOnlySpan<long> rest = sorted;
        while (!rest.IsEmpty && rest[0] < 0)
        {
            rest = rest[1..];
        }

        ImmutableArray<SegmentState>.Builder marked = segments.ToBuilder();
        long total = 0;
        long first = 0;
        for (int s = 0; s < marked.Count && !rest.IsEmpty; s++)
        {
            long rows = marked[s].Segment.RowCount;
            if (rest[0] < first + rows)
            {
                (marked[s], long deleted) = Mark(marked[s], first, ref rest);
                total += deleted;
            }

            first += rows;
        }

        return (marked.ToImmutable(), total);
    }

    static (SegmentState Marked, long Deleted) Mark(SegmentState segment, long first, ref ReadOnlySpan<long> rowIds)
    {
        byte[]?[] bitmaps = [.. segment.Deleted];
        long deleted = 0;
        for (int b = 0; b < bitmaps.Length; b++)
        {
            int rows = segment.Segment.Blocks[b].RowCount;
            if (!rowIds.IsEmpty && rowIds[0] < first + rows)
            {
                byte[] bitmap = (byte[]?)bitmaps[b]?.Clone() ?? new byte[ColumnFactory.BitmapBytes(rows)];
                bitmaps[b] = bitmap;
                for (; !rowIds.IsEmpty && rowIds[0] < first + rows; rowIds = rowIds[1..])
                {
                    int row = (int)(rowIds[0] - first);
                    if (!Validity.Get(bitmap, row))
                    {
                        Validity.Set(bitmap, row);
                        deleted++;
                    }
                }
            }

            first += rows;
        }

        return deleted == 0
            ? (segment, 0)
            : (segment with { Deleted = [.. bitmaps], DeletedRows = segment.DeletedRows + deleted, DeleteFile = 0 }, deleted);
    }
}
