using System.Collections.Concurrent;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>The key indexes of a segment's blocks, made when they have been asked for often enough to be worth it.</summary>
internal sealed class SegmentKeys(Segment segment)
{
    /// <summary>Making an index costs about as much as reading the keys a few times.</summary>
    const int Patience = 3;

    readonly ConcurrentDictionary<ValueList<int>, Slot<KeyIndex>[]> byColumns = new();
    readonly ConcurrentDictionary<int, Slot<OrderedRows>[]> byColumn = new();

    /// <summary>The index of a block by key columns, or null while reading the keys is cheaper.</summary>
    public KeyIndex? Of(int block, ValueList<int> columns, CellComparer[] comparers)
    {
        Slot<KeyIndex> slot = byColumns.GetOrAdd(columns, static (_, count) => Slots<KeyIndex>(count), segment.Blocks.Count)[block];
        if (slot.Index is null && IsWorthIt(slot, block))
        {
            slot.Index = new KeyIndex([.. columns.Select(c => segment.Column(block, c))], comparers, segment.Blocks[block].RowCount);
        }

        return slot.Index;
    }

    /// <summary>The rows of a block in the order of a column, or null while reading the column is cheaper.</summary>
    public OrderedRows? Ordered(int block, int column, CellComparer comparer)
    {
        Slot<OrderedRows> slot = byColumn.GetOrAdd(column, static (_, count) => Slots<OrderedRows>(count), segment.Blocks.Count)[block];
        if (slot.Index is null && IsWorthIt(slot, block))
        {
            slot.Index = new OrderedRows(segment.Column(block, column), comparer);
        }

        return slot.Index;
    }

    static Slot<T>[] Slots<T>(int count)
        where T : class => [.. Enumerable.Range(0, count).Select(_ => new Slot<T>())];

    /// <summary>Two threads may make the same index; either will do.</summary>
    bool IsWorthIt<T>(Slot<T> slot, int block)
        where T : class => segment.Blocks[block].RowCount <= KeyIndex.SmallRows || Interlocked.Increment(ref slot.Asked) > Patience;

    sealed class Slot<T>
        where T : class
    {
        public volatile T? Index;
        public int Asked;
    }
}
