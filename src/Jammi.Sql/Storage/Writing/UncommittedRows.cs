using System.Collections.Immutable;
using System.Numerics;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Writing;

/// <summary>
/// The new rows of a running transaction at the end of a table's segments. Many small appends must cost neither a block each nor a copy of all rows
/// each: whenever 16 segments of a size (to a factor of 16) stand at the end, they become one. Rows keep their order and so their ids.
/// </summary>
internal static class UncommittedRows
{
    const int FanLog2 = 4;
    const int Fan = 1 << FanLog2;

    /// <summary>Larger runs are left as they are: there cannot be many, and copying them costs more than they do.</summary>
    const long MergedBytes = 16L << 20;

    public static ImmutableArray<SegmentState> Append(ImmutableArray<SegmentState> segments, MemorySegment added)
    {
        ImmutableArray<SegmentState>.Builder all = segments.ToBuilder();
        all.Add(SegmentState.Whole(added));
        while (true)
        {
            int start = StartOfRun(all);
            if (all.Count - start < Fan || all.Skip(start).Sum(s => SegmentWriter.SizeOf(s.Segment.Read(0))) > MergedBytes)
            {
                return all.ToImmutable();
            }

            SegmentState merged = Merge([.. all.Skip(start)]);
            all.Count = start;
            all.Add(merged);
        }
    }

    /// <summary>Where the segments begin that are no larger than the last one's size class.</summary>
    static int StartOfRun(ImmutableArray<SegmentState>.Builder segments)
    {
        int size = SizeClass(segments[^1]);
        int start = segments.Count;
        while (start > 0 && segments[start - 1].IsUncommitted && SizeClass(segments[start - 1]) <= size)
        {
            start--;
        }

        return start;
    }

    static int SizeClass(SegmentState segment) => BitOperations.Log2((ulong)segment.Segment.RowCount) / FanLog2;

    static SegmentState Merge(SegmentState[] run)
    {
        ColumnBatch batch = TakeKernels.Concat(System.Array.ConvertAll(run, s => s.Segment.Read(0)));
        ValueList<ColumnStatistics?> statistics = [];
        byte[]? deleted = run.Any(s => s.DeletedRows > 0) ? new byte[ColumnFactory.BitmapBytes(batch.Count)] : null;
        int rows = 0;
        foreach (SegmentState segment in run)
        {
            int count = (int)segment.Segment.RowCount;
            statistics = StatisticsCollector.Merge(statistics, rows, segment.Segment.Statistics, count);
            if (segment.Deleted[0] is { } bits)
            {
                Validity.CopyBits(bits, 0, deleted, rows, count);
            }

            rows += count;
        }

        return new(new MemorySegment([new BlockHeader(rows, statistics)], [batch], committed: false), [deleted], run.Sum(s => s.DeletedRows), DeleteFile: 0);
    }
}
