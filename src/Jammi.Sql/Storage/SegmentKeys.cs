using System.Collections.Concurrent;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>The key indexes of a segment's blocks, made when they have been asked for often enough to be worth it.</summary>
internal sealed class SegmentKeys(Segment segment)
{
    /// <summary>Making an index costs about as much as reading the keys a few times.</summary>
    const int Patience = 3;

    readonly ConcurrentDictionary<ValueList<int>, Slot[]> byColumns = new();

    /// <summary>The index of a block by key columns, or null while reading the keys is cheaper.</summary>
    public KeyIndex? Of(int block, ValueList<int> columns, CellComparer[] comparers)
    {
        Slot slot = byColumns.GetOrAdd(columns, static (_, count) => [.. Enumerable.Range(0, count).Select(_ => new Slot())], segment.Blocks.Count)[block];
        if (slot.Index is { } made)
        {
            return made;
        }

        int rows = segment.Blocks[block].RowCount;
        if (rows > KeyIndex.SmallRows && Interlocked.Increment(ref slot.Asked) <= Patience)
        {
            return null;
        }

        // Two threads may make the same one; either will do.
        var keys = new IArrowArray[columns.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = segment.Column(block, columns[i]);
        }

        return slot.Index = new KeyIndex(keys, comparers, rows);
    }

    sealed class Slot
    {
        public volatile KeyIndex? Index;
        public int Asked;
    }
}
