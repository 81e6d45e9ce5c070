using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>The keys that a run looks for.</summary>
internal sealed class KeyLookup(ValueList<int> columns, CellComparer[] comparers, List<KeyCells> keys, bool isUnique) : IBlockLookup
{
    /// <summary>To look for one key costs about as much as to read so many rows.</summary>
    const int RowsOfALookup = 256;

    readonly List<int> found = [];
    readonly IArrowArray[] cells = new IArrowArray[columns.Count];

    public List<int>? Find(IRowBlock block)
    {
        found.Clear();
        if (!isUnique && keys.Count > Math.Max(1, block.RowCount / RowsOfALookup))
        {
            return null;
        }

        KeyIndex? index = null;
        int searched = 0;
        foreach (KeyCells key in keys)
        {
            if (Excludes(block, key))
            {
                continue;
            }

            if (index is null)
            {
                index = block.Keys(columns, comparers);
                if (index is null)
                {
                    return null;
                }

                for (int i = 0; i < cells.Length; i++)
                {
                    cells[i] = block.Column(columns[i]);
                }
            }

            index.Find(cells, comparers, key, found);
            searched++;
            if (!isUnique && found.Count > BlockLookups.MostRows(block))
            {
                return null;
            }
        }

        BlockLookups.RemoveDeleted(found, block.Deleted.Span);
        if (searched > 1)
        {
            Sort();
        }

        return found;
    }

    /// <summary>A key that is listed twice must not give its row twice.</summary>
    void Sort()
    {
        found.Sort();
        int kept = 0;
        for (int i = 0; i < found.Count; i++)
        {
            if (kept == 0 || found[kept - 1] != found[i])
            {
                found[kept++] = found[i];
            }
        }

        found.RemoveRange(kept, found.Count - kept);
    }

    bool Excludes(IRowBlock block, in KeyCells key)
    {
        for (int i = 0; i < comparers.Length; i++)
        {
            if (block.Statistics(columns[i]) is { Minimum: { } minimum, Maximum: { } maximum }
                && (comparers[i].Compare(key.Columns[i], key.Row, minimum.Array, 0) < 0 || comparers[i].Compare(key.Columns[i], key.Row, maximum.Array, 0) > 0))
            {
                return true;
            }
        }

        return false;
    }
}
