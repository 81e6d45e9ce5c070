using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Segments;

/// <summary>What is known of a block without reading it.</summary>
internal sealed record BlockHeader(int RowCount, ValueList<ColumnStatistics?> Statistics);

/// <summary>An immutable set of rows of one table, in blocks. Counted by the versions of the database that contain it.</summary>
internal abstract class Segment
{
    int references;
    SegmentKeys? keys;

    protected Segment(IReadOnlyList<BlockHeader> blocks)
    {
        Blocks = blocks;
        foreach (BlockHeader block in blocks)
        {
            RowCount += block.RowCount;
        }

        Statistics = MergeStatistics(blocks);
    }

    public IReadOnlyList<BlockHeader> Blocks { get; }

    public long RowCount { get; }

    /// <summary>The columns' statistics over all blocks.</summary>
    public ValueList<ColumnStatistics?> Statistics { get; }

    /// <summary>Finds its rows by their keys.</summary>
    public SegmentKeys Keys => keys ?? Interlocked.CompareExchange(ref keys, new SegmentKeys(this), null) ?? keys;

    /// <summary>The search codes of its vector columns; null when it is not worth making them.</summary>
    public abstract SegmentCodes? Codes { get; }

    /// <summary>The terms of its rows for full-text indexes.</summary>
    public abstract SegmentTerms Terms { get; }

    /// <summary>The file that columns which were read lie in; null in memory.</summary>
    public virtual MappedFile? Map => null;

    public virtual IArrowArray Column(int block, int ordinal) => Read(block).Columns[ordinal];

    /// <summary>All columns of a block.</summary>
    public abstract ColumnBatch Read(int block);

    public void Retain() => Interlocked.Increment(ref references);

    public void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            Free();
        }
    }

    /// <summary>Nobody reads it any more and no version of the database contains it.</summary>
    protected abstract void Free();

    static ValueList<ColumnStatistics?> MergeStatistics(IReadOnlyList<BlockHeader> blocks)
    {
        ValueList<ColumnStatistics?> merged = blocks.Count == 0 ? [] : blocks[0].Statistics;
        long rows = blocks.Count == 0 ? 0 : blocks[0].RowCount;
        foreach (BlockHeader block in blocks.Skip(1))
        {
            merged = StatisticsCollector.Merge(merged, rows, block.Statistics, block.RowCount);
            rows += block.RowCount;
        }

        return merged;
    }
}

/// <summary>A segment that lives in memory: of an in-memory database or a temporary table, or rows that are not committed yet.</summary>
internal sealed class MemorySegment : Segment
{
    readonly IReadOnlyList<ColumnBatch> blocks;

    public MemorySegment(IReadOnlyList<BlockHeader> headers, IReadOnlyList<ColumnBatch> blocks, bool committed)
        : base(headers)
    {
        this.blocks = blocks;
        IsCommitted = committed;
        Codes = committed ? new SegmentCodes(this, file: null) : null;
        Terms = new SegmentTerms(this, file: null);
    }

    public bool IsCommitted { get; }

    public override SegmentCodes? Codes { get; }

    public override SegmentTerms Terms { get; }

    public override ColumnBatch Read(int block) => blocks[block];

    protected override void Free()
    {
    }
}
