using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Execution.Hashing;

/// <summary>The build side of a hash join: rows chained by the hash of their keys, in their order. Read-only once built.</summary>
internal sealed class JoinTable
{
    const int End = -1;

    readonly ulong[] hashes;
    readonly int[] heads;
    readonly int[] next;

    /// <param name="keys">The key columns.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="joinable">Rows whose keys can match at all; others are left out. Empty means all.</param>
    public JoinTable(ReadOnlySpan<IArrowArray> keys, int count, ReadOnlySpan<bool> joinable)
    {
        hashes = new ulong[count];
        HashKernels.Hash(keys, hashes);
        next = new int[count];
        heads = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count * 2L))];
        System.Array.Fill(heads, End);
        int mask = heads.Length - 1;

        // Backwards, so that a chain runs in row order.
        for (int row = count - 1; row >= 0; row--)
        {
            if (joinable.IsEmpty || joinable[row])
            {
                ref int head = ref heads[(int)hashes[row] & mask];
                next[row] = head;
                head = row;
            }
        }
    }

    /// <summary>The first row with this hash, or -1.</summary>
    public int First(ulong hash) => Skip(heads[(int)hash & (heads.Length - 1)], hash);

    /// <summary>The next row after <paramref name="row"/> with this hash, or -1.</summary>
    public int Next(int row, ulong hash) => Skip(next[row], hash);

    int Skip(int row, ulong hash)
    {
        while (row != End && hashes[row] != hash)
        {
            row = next[row];
        }

        return row;
    }
}
