using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>One value per group in an array that grows; groups that never got one are NULL in the result.</summary>
internal sealed class GroupValues<T>
    where T : unmanaged
{
    T[] values = [];
    bool[] present = [];

    public int Count { get; private set; }

    public Span<T> Values => values.AsSpan(0, Count);

    public Span<bool> Present => present.AsSpan(0, Count);

    public void Ensure(int count, T initial = default)
    {
        if (count <= Count)
        {
            return;
        }

        if (count > values.Length)
        {
            int capacity = Math.Max(count, Math.Max(16, values.Length * 2));
            System.Array.Resize(ref values, capacity);
            System.Array.Resize(ref present, capacity);
        }

        values.AsSpan(Count..count).Fill(initial);
        Count = count;
    }

    /// <summary>The values of some groups as a column; NULL where none is present.</summary>
    public IArrowArray ToArray(SqlType type, int start, int count)
    {
        byte[] buffer = Columns.Allocate(count, out Span<T> output);
        values.AsSpan(start, count).CopyTo(output);
        return Columns.Wrap(type, count, buffer, MissingIn(start, count));
    }

    /// <summary>The values converted one by one.</summary>
    public IArrowArray ToArray<TOut>(SqlType type, int start, int count, Func<int, TOut> convert)
        where TOut : unmanaged
    {
        NullMask nulls = MissingIn(start, count);
        byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
        for (int i = 0; i < count; i++)
        {
            output[i] = nulls.IsValid(i) ? convert(start + i) : default;
        }

        return Columns.Wrap(type, count, buffer, nulls);
    }

    public NullMask MissingIn(int start, int count)
    {
        NullMask nulls = NullMask.None(count);
        for (int i = 0; i < count; i++)
        {
            if (!present[start + i])
            {
                nulls.SetNull(i);
            }
        }

        return nulls;
    }
}

/// <summary>
/// One cell per group, kept as a place in an input column (columns are immutable) and gathered at the end, or before that when the columns that are kept for it hold much more than the cells.
/// </summary>
internal sealed class GroupCells
{
    const long AlwaysKept = 1 << 16;

    IArrowArray?[] arrays = [];
    IArrowArray? lastKept;
    long gatheredBytes;
    long keptBytes;
    int[] rows = [];
    int groups;

    public void Ensure(int count)
    {
        if (count > arrays.Length)
        {
            int capacity = Math.Max(count, Math.Max(16, arrays.Length * 2));
            System.Array.Resize(ref arrays, capacity);
            System.Array.Resize(ref rows, capacity);
        }

        groups = Math.Max(groups, count);
    }

    public bool Has(int group) => arrays[group] is not null;

    public void Set(int group, IArrowArray array, int row)
    {
        arrays[group] = array;
        rows[group] = row;
        if (!ReferenceEquals(array, lastKept))
        {
            lastKept = array;
            keptBytes += SegmentWriter.SizeOf(array);
        }
    }

    /// <summary>Bytes of the columns that are kept for their cells.</summary>
    public long Bytes => gatheredBytes + keptBytes;

    /// <summary>Lets go of columns of which few cells are wanted. To be called after a batch.</summary>
    public void Compact(SqlType type)
    {
        if (keptBytes <= AlwaysKept + (2 * gatheredBytes))
        {
            return;
        }

        IArrowArray cells = Gather(type, 0, groups);
        for (int group = 0; group < groups; group++)
        {
            if (arrays[group] is not null)
            {
                arrays[group] = cells;
                rows[group] = group;
            }
        }

        lastKept = null;
        gatheredBytes = SegmentWriter.SizeOf(cells);
        keptBytes = 0;
    }

    public (IArrowArray Array, int Row) this[int group] => (arrays[group]!, rows[group]);

    /// <summary>The cells of some groups as a column; NULL where there is none.</summary>
    public IArrowArray Gather(SqlType type, int start, int count)
    {
        // Each source column gives its rows in one go; a permutation then puts them in the order of the groups.
        var bySource = new Dictionary<IArrowArray, List<int>>(ReferenceEqualityComparer.Instance);
        for (int group = start; group < start + count; group++)
        {
            if (arrays[group] is { } array)
            {
                if (!bySource.TryGetValue(array, out List<int>? taken))
                {
                    bySource.Add(array, taken = []);
                }

                taken.Add(group);
            }
        }

        if (bySource.Count == 0)
        {
            return ColumnFactory.Nulls(type, count);
        }

        int[] places = new int[count];
        places.AsSpan().Fill(-1);
        var parts = new List<IArrowArray>(bySource.Count);
        int place = 0;
        foreach ((IArrowArray array, List<int> taken) in bySource)
        {
            int[] from = new int[taken.Count];
            for (int i = 0; i < from.Length; i++)
            {
                from[i] = rows[taken[i]];
                places[taken[i] - start] = place++;
            }

            parts.Add(TakeKernels.Take(array, from));
        }

        return TakeKernels.Take(TakeKernels.Concat(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts)), places);
    }
}
