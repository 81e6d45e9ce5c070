using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>The values of groups, kept in the order in which they came until a result needs all of them: lists, joined texts, quantiles.</summary>
internal sealed class CollectedRows(params SqlType[] types)
{
    readonly ColumnBuilder[] columns = System.Array.ConvertAll(types, t => ColumnBuilder.Create(t.ToArrow()));
    int[] groupOf = [];
    int groupCount;

    // Rows by group: those of group g are rows[starts[g]] … rows[starts[g + 1] - 1]. Made when asked for, dropped when a row is added.
    int[]? starts;
    int[] rows = [];

    public int Count => columns[0].Count;

    /// <summary>Bytes that are held, the order of the rows among them that is made in the end.</summary>
    public long Bytes => columns.Sum(c => c.Bytes) + (sizeof(int) * ((long)groupOf.Length + Count));

    /// <summary>A collected column, by the numbers that <see cref="RowsOf"/> gives.</summary>
    public IArrowArray Column(int index) => columns[index].View();

    public void Ensure(int groups)
    {
        if (groups > groupCount)
        {
            groupCount = groups;
            starts = null;
        }
    }

    /// <summary>Adds the rows that are not <paramref name="skipped"/>.</summary>
    public void Add(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, NullMask skipped, int count)
    {
        var taken = new List<int>(count);
        for (int i = 0; i < count; i++)
        {
            if (skipped.IsValid(i))
            {
                taken.Add(i);
            }
        }

        Append(groups, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(taken));
        var places = new int[taken.Count];
        for (int c = 0; c < columns.Length; c++)
        {
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = arguments[c].IndexOf(taken[i]);
            }

            columns[c].Append(arguments[c].Array, places);
        }
    }

    /// <summary>Adds the rows of other groups: those of its group i come to group <paramref name="groups"/>[i].</summary>
    public void Merge(CollectedRows other, ReadOnlySpan<int> groups)
    {
        var mapped = new int[other.Count];
        var all = new int[other.Count];
        for (int i = 0; i < mapped.Length; i++)
        {
            mapped[i] = groups[other.groupOf[i]];
            all[i] = i;
        }

        Append(mapped, all);
        for (int c = 0; c < columns.Length; c++)
        {
            columns[c].Append(other.Column(c), all);
        }
    }

    /// <summary>The rows of a group, in order.</summary>
    public ReadOnlySpan<int> RowsOf(int group)
    {
        if (starts is null)
        {
            Arrange();
        }

        return rows.AsSpan(starts![group]..starts[group + 1]);
    }

    void Append(ReadOnlySpan<int> groups, ReadOnlySpan<int> taken)
    {
        int needed = Count + taken.Length;
        if (groupOf.Length < needed)
        {
            System.Array.Resize(ref groupOf, Math.Max(needed, groupOf.Length * 2));
        }

        for (int i = 0; i < taken.Length; i++)
        {
            groupOf[Count + i] = groups[taken[i]];
        }

        starts = null;
    }

    void Arrange()
    {
        var ends = new int[groupCount + 1];
        ReadOnlySpan<int> groups = groupOf.AsSpan(0, Count);
        foreach (int group in groups)
        {
            ends[group + 1]++;
        }

        for (int g = 0; g < groupCount; g++)
        {
            ends[g + 1] += ends[g];
        }

        starts = (int[])ends.Clone();
        rows = new int[Count];
        for (int row = 0; row < groups.Length; row++)
        {
            rows[ends[groups[row]]++] = row;
        }
    }
}
