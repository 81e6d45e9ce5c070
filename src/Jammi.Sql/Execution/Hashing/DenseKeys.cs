using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Hashing;

/// <summary>
/// Group numbers of one integer key, in an array over the range of its values: for keys that are numbered through, as most are. Gives up for good
/// when a NULL comes or the range grows out of proportion to the number of rows.
/// </summary>
internal sealed class DenseKeys
{
    const int None = -1;
    const long AlwaysAllowed = 1 << 16;
    const long MostEntries = 1 << 27;
    const int EntriesPerRow = 8;

    readonly Kernel kernel;
    int[] numbers = [];
    long low;
    long rows;

    DenseKeys(Kernel kernel) => this.kernel = kernel;

    public bool IsOpen { get; private set; } = true;

    public long Bytes => numbers.Length * (long)sizeof(int);

    /// <summary>Null for keys of another kind.</summary>
    public static DenseKeys? For(SqlType[] types) => types is not [var type] ? null : type.Kind switch
    {
        SqlTypeKind.SmallInt => new(new Kernel<short>()),
        SqlTypeKind.Integer or SqlTypeKind.Date => new(new Kernel<int>()),
        SqlTypeKind.BigInt => new(new Kernel<long>()),
        _ => null,
    };

    public void Close()
    {
        IsOpen = false;
        numbers = [];
    }

    /// <summary>Whether the array serves these rows too; makes it larger where it must.</summary>
    public bool Covers(IArrowArray column, int count, int groups, bool add)
    {
        if (column.NullCount > 0 || column.Data.DataType is Apache.Arrow.Types.NullType)
        {
            return false;
        }

        if (!add)
        {
            return true;
        }

        (long least, long most) = kernel.Range(column);
        rows += count;
        if (numbers.Length > 0)
        {
            least = Math.Min(least, low);
            most = Math.Max(most, low + numbers.Length - 1);
        }

        UInt128 needed = (UInt128)((Int128)most - least + 1);
        if (needed > (ulong)Math.Min(MostEntries, Math.Max(AlwaysAllowed, Math.Max(rows, groups) * EntriesPerRow)))
        {
            return false;
        }

        if ((int)needed > numbers.Length)
        {
            Grow(least, (int)needed);
        }

        return true;
    }

    /// <summary>Numbers the rows; with <paramref name="add"/>, gives those that are the first of new groups, which are numbered from <paramref name="next"/> on.</summary>
    public int[] Resolve(IArrowArray column, int next, Span<int> groups, bool add) => kernel.Resolve(column, numbers, low, next, groups, add);

    /// <summary>Grows to twice the size at least, upwards: keys mostly ascend.</summary>
    void Grow(long least, int needed)
    {
        var grown = new int[Math.Max(needed, (int)Math.Min(MostEntries, numbers.Length * 2L))];
        System.Array.Fill(grown, None);
        if (numbers.Length > 0)
        {
            numbers.CopyTo(grown, (int)(low - least));
        }

        low = least;
        numbers = grown;
    }

    abstract class Kernel
    {
        public abstract (long Least, long Most) Range(IArrowArray column);

        public abstract int[] Resolve(IArrowArray column, int[] numbers, long low, int next, Span<int> groups, bool add);
    }

    sealed class Kernel<T> : Kernel
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        public override (long Least, long Most) Range(IArrowArray column)
        {
            (T least, T most) = RangeKernels.Range(Cells.Values<T>(column));
            return (long.CreateTruncating(least), long.CreateTruncating(most));
        }

        public override int[] Resolve(IArrowArray column, int[] numbers, long low, int next, Span<int> groups, bool add)
        {
            ReadOnlySpan<T> values = Cells.Values<T>(column);
            if (!add)
            {
                for (int row = 0; row < groups.Length; row++)
                {
                    ulong place = (ulong)(long.CreateTruncating(values[row]) - low);
                    groups[row] = place < (ulong)numbers.Length ? numbers[place] : None;
                }

                return [];
            }

            int[] first = [];
            int found = 0;
            for (int row = 0; row < groups.Length; row++)
            {
                ref int number = ref numbers[long.CreateTruncating(values[row]) - low];
                if (number == None)
                {
                    if (first.Length == 0)
                    {
                        first = new int[groups.Length];
                    }

                    first[found] = row;
                    number = next + found++;
                }

                groups[row] = number;
            }

            return found == first.Length ? first : first[..found];
        }
    }
}
