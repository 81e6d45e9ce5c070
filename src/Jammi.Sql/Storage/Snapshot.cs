using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>A state to read from.</summary>
/// <param name="disposed">Called once when the snapshot ends; null for a transaction's view of itself, which lives as long as the transaction.</param>
internal sealed class Snapshot(DatabaseState state, DatabaseCatalog catalog, Action? disposed) : ISnapshot
{
    int ended;

    public long Version => state.Version;

    public DatabaseCatalog Catalog => catalog;

    public ITableData OpenTable(TableEntry table)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref ended) != 0, this);
        return new TableData(state.Table(table));
    }

    public void Dispose()
    {
        if (disposed is not null && Interlocked.Exchange(ref ended, 1) == 0)
        {
            disposed();
        }
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
                    blocks.Add(new Block(segment, i, rowId, table.Entry.Name));
                    rowId += segment.Segment.Blocks[i].RowCount;
                }
            }

            Blocks = blocks;
            Version = table;
        }

        public object Version { get; }

        public IReadOnlyList<IRowBlock> Blocks { get; }
    }

    sealed class Block(SegmentState segment, int index, long firstRowId, string table) : IRowBlock
    {
        public int RowCount => segment.Segment.Blocks[index].RowCount;

        public long FirstRowId => firstRowId;

        public Apache.Arrow.IArrowArray Column(int ordinal) => segment.Segment.Column(index, ordinal);

        public MappedFile? Map => segment.Segment.Map;

        public ColumnStatistics? Statistics(int ordinal)
        {
            ValueList<ColumnStatistics?> all = segment.Segment.Blocks[index].Statistics;
            return ordinal < all.Count ? all[ordinal] : null;
        }

        public ReadOnlyMemory<byte> Deleted => segment.Deleted[index];

        public KeyIndex? Keys(ValueList<int> columns, CellComparer[] comparers) => segment.Segment.Keys.Of(index, columns, comparers);

        public OrderedRows? Ordered(int ordinal, CellComparer comparer) => segment.Segment.Keys.Ordered(index, ordinal, comparer);

        public VectorIndexes.Codes.VectorCodes? Codes(int ordinal, CancellationToken cancellation, IProgress<OperationProgress>? progress) =>
            segment.Segment.Codes?.Of(index, ordinal, cancellation, RowProgress.Of(table, progress));

        public (VectorIndexes.Codes.VectorCells Cells, int Block)? Cells(int ordinal, CancellationToken cancellation, IProgress<OperationProgress>? progress) =>
            segment.Segment.Codes?.CellsOf(ordinal, cancellation, RowProgress.Of(table, progress)) is { } cells ? (cells, index) : null;

        public void DiscardCodes(int ordinal) => segment.Segment.Codes?.Discard(ordinal);

        public TextIndexes.Postings.TermIndex Terms(TextIndexes.TextIndexDefinition definition, CancellationToken cancellation) => segment.Segment.Terms.Of(definition, cancellation)[index];

        public void DiscardTerms(TextIndexes.TextIndexDefinition definition) => segment.Segment.Terms.Discard(definition);
    }
}
