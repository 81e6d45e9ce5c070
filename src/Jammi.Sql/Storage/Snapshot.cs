using Jammi.Sql.Catalog;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>A state and a hold on its segments.</summary>
internal sealed class Snapshot : ISnapshot
{
    readonly DatabaseState state;
    readonly IReadOnlyList<Segment> held;
    readonly Action? released;
    int disposed;

    /// <param name="catalog">The state's catalog, shared by snapshots of one commit.</param>
    /// <param name="released">Called once when the snapshot ends.</param>
    public Snapshot(DatabaseState state, DatabaseCatalog catalog, Action? released)
    {
        this.state = state;
        this.released = released;
        Catalog = catalog;
        held = [.. state.Segments];
        foreach (Segment segment in held)
        {
            segment.Retain();
        }
    }

    public long Version => state.Version;

    public DatabaseCatalog Catalog { get; }

    public ITableData OpenTable(TableEntry table)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        return new TableData(state.Table(table));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        foreach (Segment segment in held)
        {
            segment.Release();
        }

        released?.Invoke();
    }

    sealed class TableData : ITableData
    {
        public TableData(TableState table)
        {
            var blocks = new List<IRowBlock>();
            long rowId = 0;
            foreach (SegmentState segment in table.Segments)
            {
                for (int i = 0; i < segment.Segment.Blocks.Count; i++)
                {
                    blocks.Add(new Block(segment, i, rowId));
                    rowId += segment.Segment.Blocks[i].RowCount;
                }
            }

            Blocks = blocks;
        }

        public IReadOnlyList<IRowBlock> Blocks { get; }
    }

    sealed class Block(SegmentState segment, int index, long firstRowId) : IRowBlock
    {
        public int RowCount => segment.Segment.Blocks[index].RowCount;

        public long FirstRowId => firstRowId;

        public Apache.Arrow.IArrowArray Column(int ordinal) => segment.Segment.Read(index).Columns[ordinal];

        public ColumnStatistics? Statistics(int ordinal)
        {
            ValueList<ColumnStatistics?> all = segment.Segment.Blocks[index].Statistics;
            return ordinal < all.Count ? all[ordinal] : null;
        }

        public ReadOnlyMemory<byte> Deleted => segment.Deleted[index];
    }
}
