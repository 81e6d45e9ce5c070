using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Indexes;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Finds the rows of blocks that can pass, without reading the others. Not thread-safe: each run has its own.</summary>
internal interface IBlockLookup
{
    /// <summary>The live rows of a block that may pass, in order, to be used before the next call; null when the block is to be read instead.</summary>
    List<int>? Find(IRowBlock block);
}

/// <summary>What look-ups have in common.</summary>
internal static class BlockLookups
{
    /// <summary>Of more rows of a block than this, reading the block is cheaper than picking them.</summary>
    public static int MostRows(IRowBlock block) => Math.Max(KeyIndex.SmallRows, block.RowCount / 16);

    public static void RemoveDeleted(List<int> rows, ReadOnlySpan<byte> deleted)
    {
        if (deleted.IsEmpty)
        {
            return;
        }

        int kept = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            if (!Kernels.Validity.Get(deleted, rows[i]))
            {
                rows[kept++] = rows[i];
            }
        }

        rows.RemoveRange(kept, rows.Count - kept);
    }
}
