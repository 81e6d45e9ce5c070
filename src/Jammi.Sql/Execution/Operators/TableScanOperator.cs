using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Reads a stored table: only the projected columns, in windows onto the (mapped) blocks, without the deleted rows. Blocks whose statistics
/// rule the filters out are not read at all.
/// </summary>
internal sealed class TableScanOperator(LogicalScan scan) : PhysicalOperator(scan.Schema)
{
    readonly KeyFilter? keyFilter = KeyFilter.Of(scan);
    readonly IndexRange? range = IndexRange.Of(scan);

    /// <summary>Where the row id is among its columns; -1 when it is not.</summary>
    public int RowIdColumn => scan.WithRowId ? scan.Projection.Count : -1;

    public override RowBitmap? ReadRowIds(ExecutionContext context) => RowIdScan.Read(scan, context, context.Metrics?.For(this));

    /// <summary>Rows that are found by their key are too few for several threads.</summary>
    public override IReadOnlyList<TableScanOperator> Streams => keyFilter is not { IsUnique: true } && scan.Filters.All(ExpressionColumns.MayRunInParts) ? [this] : [];

    public long RowCount => scan.Table.RowCount;

    public override (TableScanOperator Scan, int Column)? Origin(int column) => column < scan.Projection.Count ? (this, column) : null;

    /// <summary>Whether rows can be found by the values of a column.</summary>
    public bool IsIndexed(int column) => column < scan.Projection.Count
        && IndexedColumns.IsExact(scan.Table.Definition.Columns[scan.Projection[column]].Type)
        && IndexedColumns.First(scan).Contains(scan.Projection[column]);

    /// <summary>The blocks that may hold rows that pass the filters.</summary>
    public List<IRowBlock> BlocksToRead(ExecutionContext context)
    {
        IReadOnlyList<IRowBlock> all = context.Snapshot.OpenTable(scan.Table).Blocks;
        List<IRowBlock> needed = [.. all.Where(block => !BlockPruning.CanSkip(scan, block, context))];
        if (needed.Count < all.Count)
        {
            context.Metrics?.For(this).Add("blocks skipped", all.Count - needed.Count);
        }

        return needed;
    }

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        Evaluator[] filters = ExpressionCompiler.CompileAll(scan.Filters);
        JoinFilters.Entry[] told = context.JoinFilters.For(this);
        ScanJoinFilter[] joins = [.. told.Where(e => e.Filter is not null).Select(e => new ScanJoinFilter(e.Column, e.Filter!))];
        bool inParts = context.Piece?.Source == this;
        IReadOnlyList<IRowBlock> blocks = inParts ? context.Piece!.Blocks : context.Snapshot.OpenTable(scan.Table).Blocks;
        IBlockLookup? keys = blocks.Count > 0 ? keyFilter?.Open(context) ?? Few(told) : null;
        IBlockLookup? between = keys is null && blocks.Count > 0 ? range?.Open(context) : null;
        foreach (IRowBlock block in blocks)
        {
            if (between is not null && !inParts && BlockPruning.CanSkip(scan, block, context))
            {
                context.Metrics?.For(this).Add("blocks skipped", 1);
                continue;
            }

            if ((keys ?? between)?.Find(block) is { } found)
            {
                context.Metrics?.For(this).Add("blocks searched by key", 1);
                if (found.Count > 0 && Filter(ReadRows(block, CollectionsMarshal.AsSpan(found)), filters, joins, context) is { } rows)
                {
                    yield return rows;
                }

                continue;
            }

            if (between is null && !inParts && BlockPruning.CanSkip(scan, block, context))
            {
                context.Metrics?.For(this).Add("blocks skipped", 1);
                continue;
            }

            for (int start = 0; start < block.RowCount; start += context.BatchRows)
            {
                context.ThrowIfCancelled();
                ColumnBatch? batch = ReadLive(block, start, Math.Min(context.BatchRows, block.RowCount - start));
                if (batch is not null && Filter(batch, filters, joins, context) is { } rows)
                {
                    yield return rows;
                }
            }
        }
    }

    /// <summary>A join with few rows on its other side looks for its partners here, as long as they are few in a block.</summary>
    KeyLookup? Few(JoinFilters.Entry[] told)
    {
        JoinFilters.Entry? fewest = told.Where(e => e.Few is not null).MinBy(e => e.Few!.Keys.Count);
        return fewest is null ? null : new KeyLookup([scan.Projection[fewest.Column]], [CellComparer.For(Schema[fewest.Column].Type)], fewest.Few!.Keys, isUnique: false);
    }

    /// <summary>The rows that pass all filters; null when there is none.</summary>
    static ColumnBatch? Filter(ColumnBatch batch, Evaluator[] filters, ScanJoinFilter[] joins, ExecutionContext context)
    {
        foreach (Evaluator filter in filters)
        {
            int[] rows = BooleanColumn.TrueRows(filter.Evaluate(batch, context), batch.Count);
            if (rows.Length == 0)
            {
                return null;
            }

            batch = rows.Length == batch.Count ? batch : TakeKernels.Take(batch, rows);
        }

        foreach (ScanJoinFilter join in joins)
        {
            batch = join.Passing(batch);
        }

        return batch.Count == 0 ? null : batch;
    }

    ColumnBatch ReadRows(IRowBlock block, ReadOnlySpan<int> rows)
    {
        var columns = new IArrowArray[scan.Projection.Count + (scan.WithRowId ? 1 : 0)];
        for (int i = 0; i < scan.Projection.Count; i++)
        {
            columns[i] = TakeKernels.Take(block.Column(scan.Projection[i]), rows);
        }

        if (scan.WithRowId)
        {
            byte[] bytes = ColumnFactory.Allocate(rows.Length * sizeof(long));
            Span<long> ids = MemoryMarshal.Cast<byte, long>(bytes.AsSpan());
            for (int i = 0; i < rows.Length; i++)
            {
                ids[i] = block.FirstRowId + rows[i];
            }

            columns[^1] = ColumnFactory.FromValues(SqlType.BigInt, rows.Length, bytes);
        }

        return new(columns, rows.Length);
    }

    ColumnBatch? ReadLive(IRowBlock block, int start, int count)
    {
        var columns = new IArrowArray[scan.Projection.Count + (scan.WithRowId ? 1 : 0)];
        for (int i = 0; i < scan.Projection.Count; i++)
        {
            columns[i] = TakeKernels.Slice(block.Column(scan.Projection[i]), start, count);
        }

        if (scan.WithRowId)
        {
            columns[^1] = RowIds(block.FirstRowId + start, count);
        }

        var batch = new ColumnBatch(columns, count);
        ReadOnlySpan<byte> deleted = block.Deleted.Span;
        if (deleted.IsEmpty)
        {
            return batch;
        }

        var live = new List<int>(count);
        for (int i = 0; i < count; i++)
        {
            if (!Validity.Get(deleted, start + i))
            {
                live.Add(i);
            }
        }

        return live.Count == count ? batch
            : live.Count == 0 ? null
            : TakeKernels.Take(batch, CollectionsMarshal.AsSpan(live));
    }

    public static IArrowArray RowIds(long first, int count)
    {
        byte[] bytes = ColumnFactory.Allocate(count * sizeof(long));
        Span<long> ids = MemoryMarshal.Cast<byte, long>(bytes.AsSpan());
        for (int i = 0; i < count; i++)
        {
            ids[i] = first + i;
        }

        return ColumnFactory.FromValues(SqlType.BigInt, count, bytes);
    }
}
