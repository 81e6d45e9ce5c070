using System.Collections.Immutable;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>A segment within a table's state: the segment, and which of its rows are deleted (a bitmap per block, null where none is).</summary>
/// <param name="DeleteFile">Number of the delete-vector file that holds <paramref name="Deleted"/>, 0 while it is not on disk.</param>
internal sealed record SegmentState(Segment Segment, ImmutableArray<byte[]?> Deleted, long DeletedRows, long DeleteFile)
{
    public long LiveRows => Segment.RowCount - DeletedRows;

    /// <summary>Rows of the transaction that is running.</summary>
    public bool IsUncommitted => Segment is MemorySegment { IsCommitted: false };

    public static SegmentState Whole(Segment segment) => new(segment, [.. new byte[]?[segment.Blocks.Count]], 0, 0);
}

/// <summary>A table in a state: its entry, and its segments in insertion order with the rows they have, deleted ones included.</summary>
internal sealed record TableState(TableEntry Entry, ImmutableArray<SegmentState> Segments, long StoredRows)
{
    /// <summary>The table with these segments; row count and statistics are taken from them.</summary>
    public static TableState Of(TableEntry entry, ImmutableArray<SegmentState> segments)
    {
        ValueList<ColumnStatistics?> statistics = new ColumnStatistics?[entry.Definition.Columns.Count].ToValueList();
        long stored = 0;
        long live = 0;
        long largest = 0;
        foreach (SegmentState segment in segments)
        {
            statistics = StatisticsCollector.Merge(statistics, stored, segment.Segment.Statistics, segment.Segment.RowCount);
            stored += segment.Segment.RowCount;
            live += segment.LiveRows;
            largest = segment.Segment is FileSegment ? Math.Max(largest, segment.Segment.RowCount) : largest;
        }

        return new(entry with { RowCount = live, Statistics = statistics, LargestStoredSegment = largest }, segments, stored);
    }

    /// <summary>The table with more rows at its end.</summary>
    public TableState Append(MemorySegment segment, long version) => new(
        Entry with
        {
            Version = version,
            RowCount = Entry.RowCount + segment.RowCount,
            Statistics = StatisticsCollector.Merge(Entry.Statistics, StoredRows, segment.Statistics, segment.RowCount),
        },
        UncommittedRows.Append(Segments, segment),
        StoredRows + segment.RowCount);
}
