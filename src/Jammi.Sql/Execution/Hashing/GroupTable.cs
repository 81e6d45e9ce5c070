using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Hashing;

/// <summary>
/// Numbers the distinct rows of key columns of any types in order of their first appearance; NULL equals NULL. Works a batch at a time: hashes
/// column by column, probes an open-addressing table that holds group numbers, then compares the candidates column by column. Two shortcuts stand before
/// that: one integer key of a dense range is looked up in an array, and keys of a few bytes in a small cache of those met last.
/// </summary>
internal sealed class GroupTable
{
    const int None = -1;
    const int MinimumSlots = 128;
    const int GroupsBetweenChecks = 1 << 16;
    const ulong TagBits = 0xFFFFFFFF00000000;

    readonly ColumnBuilder[] keys;
    readonly CancellationToken cancellation;
    readonly DenseKeys? dense;
    readonly PackedKeys? packed;
    ulong[] groupHashes = [];

    // A slot holds the upper half of its key's hash above the group's number plus one; 0 is empty. None are made as long as the dense keys serve.
    ulong[] slots = [];

    readonly Scratch scratch = new();

    /// <param name="cancellation">Stops the growing of a large table, which is of no use then.</param>
    public GroupTable(IEnumerable<SqlType> keyTypes, CancellationToken cancellation = default)
    {
        this.cancellation = cancellation;
        SqlType[] types = [.. keyTypes];
        keys = System.Array.ConvertAll(types, t => ColumnBuilder.Create(t.ToArrow()));
        dense = DenseKeys.For(types);
        packed = dense is null ? PackedKeys.For(types) : null;
    }

    /// <summary>Number of groups so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that the table holds.</summary>
    public long Bytes => keys.Sum(k => k.Bytes) + (slots.Length * (long)sizeof(ulong)) + (groupHashes.Length * (long)sizeof(ulong)) + (dense?.Bytes ?? 0);

    /// <summary>Finds or adds the group of each row; <paramref name="groups"/> receives their numbers.</summary>
    public void FindOrAdd(ReadOnlySpan<IArrowArray> columns, int count, Span<int> groups) => Resolve(columns, count, groups, add: true);

    /// <summary>The group of each row, or -1 for rows that are in no group.</summary>
    public void Find(ReadOnlySpan<IArrowArray> columns, int count, Span<int> groups) => Resolve(columns, count, groups, add: false);

    /// <summary>The same while nobody adds to the table, for several threads, each with a scratch of its own.</summary>
    public void Find(ReadOnlySpan<IArrowArray> columns, int count, Span<int> groups, Scratch own)
    {
        if (columns.IsEmpty)
        {
            Resolve(columns, count, groups, add: false);
        }
        else if (dense is { IsOpen: true })
        {
            // It holds no NULL.
            if (columns[0].Data.DataType is NullType)
            {
                groups[..count].Fill(None);
                return;
            }

            dense.Resolve(columns[0], Count, groups[..count], add: false);
            for (int row = 0; columns[0].NullCount > 0 && row < count; row++)
            {
                groups[row] = Cells.IsNull(columns[0], row) ? None : groups[row];
            }
        }
        else if (slots.Length == 0)
        {
            groups[..count].Fill(None);
        }
        else
        {
            ResolveByHash(columns, count, groups, add: false, own);
        }
    }

    /// <summary>Adds the rows' keys and gives, in order, the rows that are the first of their key.</summary>
    public int[] AddNew(ReadOnlySpan<IArrowArray> columns, int count)
    {
        int before = Count;
        var groups = new int[count];
        FindOrAdd(columns, count, groups);
        var seen = new bool[Count - before];
        var first = new int[seen.Length];
        int found = 0;
        for (int row = 0; row < count; row++)
        {
            int added = groups[row] - before;
            if (added >= 0 && !seen[added])
            {
                seen[added] = true;
                first[found++] = row;
            }
        }

        return first;
    }

    /// <summary>A key column's values by group number.</summary>
    public IArrowArray Key(int column) => keys[column].View();

    void Resolve(ReadOnlySpan<IArrowArray> columns, int count, Span<int> groups, bool add)
    {
        if (columns.IsEmpty)
        {
            groups[..count].Fill(add || Count > 0 ? 0 : None);
            Count = add && count > 0 ? 1 : Count;
            return;
        }

        if (dense is { IsOpen: true })
        {
            if (dense.Covers(columns[0], count, Count, add))
            {
                Append(columns, dense.Resolve(columns[0], Count, groups[..count], add));
                return;
            }

            // From now on by hash: the groups so far are entered as if they had come that way.
            dense.Close();
            EnterGroups();
        }

        if (packed is { IsOpen: true } && packed.Find(columns, count, groups) is { } missing)
        {
            if (missing.Length == 0)
            {
                return;
            }

            if (missing.Length < count)
            {
                IArrowArray[] rest = new IArrowArray[columns.Length];
                for (int c = 0; c < rest.Length; c++)
                {
                    rest[c] = TakeKernels.Take(columns[c], missing);
                }

                var found = new int[missing.Length];
                ResolveByHash(rest, missing.Length, found, add, scratch);
                for (int i = 0; i < found.Length; i++)
                {
                    groups[missing[i]] = found[i];
                }
            }
            else
            {
                ResolveByHash(columns, count, groups, add, scratch);
            }

            packed.Remember(missing, groups);
            return;
        }

        ResolveByHash(columns, count, groups, add, scratch);
    }

    void ResolveByHash(ReadOnlySpan<IArrowArray> columns, int count, Span<int> groups, bool add, Scratch own)
    {
        own.Ensure(count);
        int[] open = own.Open;
        int[] slotOf = own.SlotOf;
        int[] candidateRows = own.CandidateRows;
        int[] candidateGroups = own.CandidateGroups;
        int[] added = own.Added;
        Span<ulong> rowHashes = own.Hashes.AsSpan(0, count);
        HashKernels.Hash(columns, rowHashes);
        if (add || slots.Length == 0)
        {
            EnsureSlots(Count + (add ? count : 0));
        }

        int mask = slots.Length - 1;
        for (int row = 0; row < count; row++)
        {
            open[row] = row;
            slotOf[row] = (int)rowHashes[row] & mask;
        }

        int remaining = count;
        while (remaining > 0)
        {
            // Every open row walks to a slot that is empty (a new group) or has its tag (a candidate).
            int candidates = 0;
            int newGroups = 0;
            for (int i = 0; i < remaining; i++)
            {
                int row = open[i];
                int slot = slotOf[row];
                ulong tag = rowHashes[row] & TagBits;
                ulong entry;
                while ((entry = slots[slot]) != 0 && (entry & TagBits) != tag)
                {
                    slot = (slot + 1) & mask;
                }

                slotOf[row] = slot;
                if (entry != 0)
                {
                    candidateRows[candidates] = row;
                    candidateGroups[candidates++] = (int)(entry & ~TagBits) - 1;
                }
                else if (add)
                {
                    groups[row] = Count + newGroups;
                    slots[slot] = tag | (uint)(Count + newGroups + 1);
                    groupHashes[Count + newGroups] = rowHashes[row];
                    added[newGroups++] = row;
                }
                else
                {
                    groups[row] = None;
                }
            }

            Append(columns, added.AsSpan(0, newGroups));
            remaining = Verify(columns, candidates, mask, groups, own);
        }
    }

    /// <summary>Compares the candidates; those of another key stay open and go on to the next slot.</summary>
    int Verify(ReadOnlySpan<IArrowArray> columns, int candidates, int mask, Span<int> groups, Scratch own)
    {
        if (candidates == 0)
        {
            return 0;
        }

        int[] candidateRows = own.CandidateRows;
        int[] candidateGroups = own.CandidateGroups;
        Span<bool> same = own.Equal.AsSpan(0, candidates);
        same.Fill(true);
        for (int c = 0; c < keys.Length; c++)
        {
            MatchKernels.And(columns[c], candidateRows.AsSpan(0, candidates), keys[c].View(), candidateGroups.AsSpan(0, candidates), same);
        }

        int remaining = 0;
        for (int i = 0; i < candidates; i++)
        {
            int row = candidateRows[i];
            if (same[i])
            {
                groups[row] = candidateGroups[i];
            }
            else
            {
                own.SlotOf[row] = (own.SlotOf[row] + 1) & mask;
                own.Open[remaining++] = row;
            }
        }

        return remaining;
    }

    void Append(ReadOnlySpan<IArrowArray> columns, ReadOnlySpan<int> rows)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        for (int c = 0; c < keys.Length; c++)
        {
            keys[c].Append(columns[c], rows);
        }

        Count += rows.Length;
    }

    /// <summary>Keeps the table at most half full should every row be a new group.</summary>
    void EnsureSlots(int groupCount)
    {
        if (groupHashes.Length < groupCount)
        {
            System.Array.Resize(ref groupHashes, Math.Max(groupCount, groupHashes.Length * 2));
        }

        if (groupCount * 2L <= slots.Length && slots.Length > 0)
        {
            return;
        }

        slots = new ulong[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinimumSlots, groupCount * 2))];
        int mask = slots.Length - 1;
        for (int group = 0; group < Count; group++)
        {
            if (group % GroupsBetweenChecks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            int slot = (int)groupHashes[group] & mask;
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            slots[slot] = (groupHashes[group] & TagBits) | (uint)(group + 1);
        }
    }

    /// <summary>Hashes the groups that were numbered without.</summary>
    void EnterGroups()
    {
        groupHashes = new ulong[Math.Max(MinimumSlots, Count)];
        HashKernels.Hash(System.Array.ConvertAll(keys, k => k.View()), groupHashes.AsSpan(0, Count));
    }

    /// <summary>What is worked on of one batch: rows still without a group, and the slot each of them looks at.</summary>
    public sealed class Scratch
    {
        public int[] Open { get; private set; } = [];

        public int[] SlotOf { get; private set; } = [];

        public int[] CandidateRows { get; private set; } = [];

        public int[] CandidateGroups { get; private set; } = [];

        public bool[] Equal { get; private set; } = [];

        public int[] Added { get; private set; } = [];

        public ulong[] Hashes { get; private set; } = [];

        public void Ensure(int count)
        {
            if (Open.Length < count)
            {
                Open = new int[count];
                SlotOf = new int[count];
                CandidateRows = new int[count];
                CandidateGroups = new int[count];
                Added = new int[count];
                Equal = new bool[count];
                Hashes = new ulong[count];
            }
        }
    }
}
