using System.Collections.Immutable;
using Jammi.Sql.Catalog;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>A segment within a table's state: the segment, and which of its rows are deleted (a bitmap per block, null where none is).</summary>
/// <param name="DeleteFile">Number of the delete-vector file that holds <paramref name="Deleted"/>, 0 while it is not on disk.</param>
internal sealed record SegmentState(Segment Segment, ImmutableArray<byte[]?> Deleted, long DeletedRows, long DeleteFile)
{
    public long LiveRows => Segment.RowCount - DeletedRows;

    public static SegmentState Whole(Segment segment) => new(segment, [.. new byte[]?[segment.Blocks.Count]], 0, 0);
}

/// <summary>A table in a state: its entry and its segments in insertion order.</summary>
internal sealed record TableState(TableEntry Entry, ImmutableArray<SegmentState> Segments);

/// <summary>Everything that one commit (or a transaction so far) consists of. Immutable.</summary>
internal sealed record DatabaseState
{
    public static DatabaseState Empty { get; } = new();

    /// <summary>Number of the commit; 0 for a new database.</summary>
    public long Version { get; init; }

    public long DefinitionVersion { get; init; }

    public long NextTableId { get; init; } = 1;

    /// <summary>The next number for a segment or delete-vector file.</summary>
    public long NextFileId { get; init; } = 1;

    public ImmutableSortedSet<string> Schemas { get; init; } = [SchemaNames.Main, SchemaNames.Embeddings];

    public ImmutableDictionary<string, TableState> Tables { get; init; } = ImmutableDictionary<string, TableState>.Empty;

    public ImmutableDictionary<string, ViewEntry> Views { get; init; } = ImmutableDictionary<string, ViewEntry>.Empty;

    public ImmutableDictionary<string, IndexEntry> Indexes { get; init; } = ImmutableDictionary<string, IndexEntry>.Empty;

    public IEnumerable<Segment> Segments => Tables.Values.SelectMany(t => t.Segments).Select(s => s.Segment);

    public DatabaseState With(TableState table) => this with { Tables = Tables.SetItem(DatabaseCatalog.Key(table.Entry.Schema, table.Entry.Name), table) };

    public TableState Table(TableEntry entry) => Tables.TryGetValue(DatabaseCatalog.Key(entry.Schema, entry.Name), out TableState? state) && state.Entry.Id == entry.Id
        ? state
        : throw new SqlException(SqlErrorCode.UndefinedTable, $"Table {entry.Schema}.{entry.Name} is not there any more; it was dropped or replaced since the statement was prepared.");

    public DatabaseCatalog ToCatalog() => new()
    {
        DefinitionVersion = DefinitionVersion,
        Schemas = Schemas,
        Tables = Tables.ToImmutableDictionary(t => t.Key, t => t.Value.Entry),
        Views = Views,
        Indexes = Indexes,
    };

    /// <summary>A table's row count and statistics as its segments say.</summary>
    public static TableEntry Summarize(TableEntry entry, ImmutableArray<SegmentState> segments)
    {
        var merged = new ColumnStatistics?[entry.Definition.Columns.Count];
        bool first = true;
        foreach (SegmentState segment in segments)
        {
            foreach (BlockHeader block in segment.Segment.Blocks)
            {
                for (int i = 0; i < merged.Length; i++)
                {
                    ColumnStatistics? own = i < block.Statistics.Count ? block.Statistics[i] : null;
                    merged[i] = first ? own : StatisticsCollector.Merge(merged[i], own);
                }

                first = false;
            }
        }

        return entry with { RowCount = segments.Sum(s => s.LiveRows), Statistics = merged.ToValueList() };
    }
}
