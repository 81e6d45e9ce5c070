using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Execution.Hashing;

/// <summary>
/// The build side of a hash join: rows of equal keys chained in their order. One integer key of a dense range is the index of an array, and then what is found
/// is equal; other keys are hashed, and what is found only shares the hash. Read-only once built.
/// </summary>
internal sealed class JoinTable
{
    const int End = -1;
    const int EntriesPerRow = 32;
    const long AlwaysAllowed = 1 << 10;
    const int RowsBetweenChecks = 1 << 16;
    const long MostEntries = 1 << 28;

    readonly ulong[] hashes = [];
    readonly int[] heads;
    readonly int[] next;
    readonly DenseKernel? dense;
    readonly long low;

    /// <param name="keys">The key columns.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="joinable">Rows whose keys can match at all; others are left out. Empty means all.</param>
    /// <param name="existence">Whether it is enough to find one of several equal rows.</param>
    /// <param name="cancellation">Stops the filling.</param>
    public JoinTable(ReadOnlySpan<IArrowArray> keys, int count, ReadOnlySpan<bool> joinable, bool existence, CancellationToken cancellation = default)
    {
        dense = DenseKernel.For(keys);
        if (dense?.Range(keys[0], joinable) is { } range && (UInt128)((Int128)range.Most - range.Least) < (ulong)Math.Clamp((long)count * EntriesPerRow, AlwaysAllowed, MostEntries))
        {
            low = range.Least;
            heads = new int[(int)(range.Most - range.Least + 1)];
            next = existence ? [] : new int[count];
            System.Array.Fill(heads, End);
            IsUnique = dense.Fill(keys[0], joinable, low, heads, next, cancellation) || existence;
            return;
        }

        dense = null;
        hashes = new ulong[count];
        Hash(keys, hashes, cancellation);
        next = new int[count];
        heads = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count * 2L))];
        System.Array.Fill(heads, End);
        int mask = heads.Length - 1;

        // Backwards, so that a chain runs in row order.
        for (int row = count - 1; row >= 0; row--)
        {
            if (row % RowsBetweenChecks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (joinable.IsEmpty || joinable[row])
            {
                ref int head = ref heads[(int)hashes[row] & mask];
                next[row] = head;
                head = row;
            }
        }
    }

    /// <summary>Whether rows that are found have the key, not only its hash.</summary>
    public bool IsExact => dense is not null;

    /// <summary>Whether no key has a second row to be found.</summary>
    public bool IsUnique { get; }

    /// <summary>The first row for each key, or -1. <paramref name="keyHashes"/> receives what <see cref="Next"/> wants.</summary>
    public void First(ReadOnlySpan<IArrowArray> keys, ReadOnlySpan<bool> joinable, Span<ulong> keyHashes, Span<int> first)
    {
        if (dense is not null)
        {
            dense.Find(keys[0], low, heads, first);
            if (joinable.IsEmpty && keys[0].NullCount > 0)
            {
                for (int row = 0; row < first.Length; row++)
                {
                    first[row] = keys[0].IsNull(row) ? End : first[row];
                }
            }
        }
        else
        {
            HashKernels.Hash(keys, keyHashes);
            int mask = heads.Length - 1;
            for (int row = 0; row < first.Length; row++)
            {
                first[row] = heads[(int)keyHashes[row] & mask];
            }

            for (int row = 0; row < first.Length; row++)
            {
                first[row] = Skip(first[row], keyHashes[row]);
            }
        }

        for (int row = 0; row < joinable.Length; row++)
        {
            first[row] = joinable[row] ? first[row] : End;
        }
    }

    /// <summary>The next row after <paramref name="row"/> with this hash, or -1.</summary>
    public int Next(int row, ulong hash) => dense is null ? Skip(next[row], hash) : IsUnique ? End : next[row];

    static void Hash(ReadOnlySpan<IArrowArray> keys, Span<ulong> hashes, CancellationToken cancellation)
    {
        for (int start = 0; start < hashes.Length; start += RowsBetweenChecks)
        {
            cancellation.ThrowIfCancellationRequested();
            int rows = Math.Min(RowsBetweenChecks, hashes.Length - start);
            var part = new IArrowArray[keys.Length];
            for (int k = 0; k < part.Length; k++)
            {
                part[k] = TakeKernels.Slice(keys[k], start, rows);
            }

            HashKernels.Hash(part, hashes.Slice(start, rows));
        }
    }

    int Skip(int row, ulong hash)
    {
        while (row != End && hashes[row] != hash)
        {
            row = next[row];
        }

        return row;
    }

    abstract class DenseKernel
    {
        public static DenseKernel? For(ReadOnlySpan<IArrowArray> keys) => keys.Length != 1 ? null : keys[0].Data.DataType.TypeId switch
        {
            ArrowTypeId.Int16 => new DenseKernel<short>(),
            ArrowTypeId.Int32 or ArrowTypeId.Date32 => new DenseKernel<int>(),
            ArrowTypeId.Int64 => new DenseKernel<long>(),
            _ => null,
        };

        /// <summary>Of the joinable keys; null when there are none, or when NULLs may be equal to each other.</summary>
        public abstract (long Least, long Most)? Range(IArrowArray keys, ReadOnlySpan<bool> joinable);

        /// <summary>Chains the rows; with an empty <paramref name="next"/> only one row of each key. Whether all keys differ.</summary>
        public abstract bool Fill(IArrowArray keys, ReadOnlySpan<bool> joinable, long low, int[] heads, int[] next, CancellationToken cancellation);

        public abstract void Find(IArrowArray keys, long low, int[] heads, Span<int> first);
    }

    sealed class DenseKernel<T> : DenseKernel
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        public override (long Least, long Most)? Range(IArrowArray keys, ReadOnlySpan<bool> joinable)
        {
            ReadOnlySpan<T> values = Cells.Values<T>(keys);
            if (joinable.IsEmpty && keys.NullCount > 0)
            {
                return null;
            }

            (T least, T most) = joinable.IsEmpty ? RangeKernels.Range(values) : RangeKernels.Range(values, joinable);
            return least > most ? null : (long.CreateTruncating(least), long.CreateTruncating(most));
        }

        public override bool Fill(IArrowArray keys, ReadOnlySpan<bool> joinable, long low, int[] heads, int[] next, CancellationToken cancellation)
        {
            ReadOnlySpan<T> values = Cells.Values<T>(keys);
            bool unique = true;
            for (int row = values.Length - 1; row >= 0; row--)
            {
                if (row % RowsBetweenChecks == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                if (joinable.IsEmpty || joinable[row])
                {
                    ref int head = ref heads[long.CreateTruncating(values[row]) - low];
                    if (next.Length > 0)
                    {
                        next[row] = head;
                    }

                    unique &= head == End;
                    head = row;
                }
            }

            return unique;
        }

        /// <summary>Values behind NULLs are anything: the caller clears what is found for them.</summary>
        public override void Find(IArrowArray keys, long low, int[] heads, Span<int> first)
        {
            ReadOnlySpan<T> values = Cells.Values<T>(keys);
            for (int row = 0; row < first.Length; row++)
            {
                ulong place = (ulong)(long.CreateTruncating(values[row]) - low);
                first[row] = place < (ulong)heads.Length ? heads[place] : End;
            }
        }
    }
}
