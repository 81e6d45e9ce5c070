using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Execution.Hashing;

/// <summary>The values that an integer key has on the build side of a join, as bits over their range: rows of the other side with any other value need not be read on.</summary>
internal sealed class JoinFilter
{
    const long MostBits = 1L << 31;

    readonly ulong[] bits;
    readonly long low;
    readonly Kernel kernel;

    JoinFilter(ulong[] bits, long low, Kernel kernel)
    {
        this.bits = bits;
        this.low = low;
        this.kernel = kernel;
    }

    /// <summary>Null for keys of other types, and where the range is too wide for the number of rows it may save reading.</summary>
    /// <param name="keys">The key column of the build side.</param>
    /// <param name="joinable">Its rows that can match at all; empty means all.</param>
    /// <param name="otherRows">Rows of the stored table on the other side.</param>
    public static JoinFilter? Create(IArrowArray keys, ReadOnlySpan<bool> joinable, long otherRows)
    {
        Kernel? kernel = keys.Data.DataType.TypeId switch
        {
            ArrowTypeId.Int16 => new Kernel<short>(),
            ArrowTypeId.Int32 or ArrowTypeId.Date32 => new Kernel<int>(),
            ArrowTypeId.Int64 => new Kernel<long>(),
            _ => null,
        };
        if (kernel is null || keys.Length == 0 || keys.Length * 2L > otherRows || kernel.Range(keys, joinable) is not { } range)
        {
            return null;
        }

        Int128 width = (Int128)range.Most - range.Least + 1;
        if (width > Math.Min(MostBits, otherRows * 64))
        {
            return null;
        }

        var bits = new ulong[(int)((width + 63) / 64)];
        kernel.Set(keys, joinable, range.Least, bits);
        return new(bits, range.Least, kernel);
    }

    /// <summary>The rows whose value is among the build side's.</summary>
    public int[] Passing(IArrowArray column) => kernel.Passing(column, low, bits);

    abstract class Kernel
    {
        public abstract (long Least, long Most)? Range(IArrowArray keys, ReadOnlySpan<bool> joinable);

        public abstract void Set(IArrowArray keys, ReadOnlySpan<bool> joinable, long low, ulong[] bits);

        public abstract int[] Passing(IArrowArray column, long low, ulong[] bits);
    }

    sealed class Kernel<T> : Kernel
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        public override (long Least, long Most)? Range(IArrowArray keys, ReadOnlySpan<bool> joinable)
        {
            ReadOnlySpan<T> values = Cells.Values<T>(keys);
            (T least, T most) = joinable.IsEmpty ? RangeKernels.Range(values) : RangeKernels.Range(values, joinable);
            return least > most ? null : (long.CreateTruncating(least), long.CreateTruncating(most));
        }

        public override void Set(IArrowArray keys, ReadOnlySpan<bool> joinable, long low, ulong[] bits)
        {
            ReadOnlySpan<T> values = Cells.Values<T>(keys);
            for (int row = 0; row < values.Length; row++)
            {
                if (joinable.IsEmpty || joinable[row])
                {
                    long place = long.CreateTruncating(values[row]) - low;
                    bits[place >> 6] |= 1UL << (int)(place & 63);
                }
            }
        }

        public override int[] Passing(IArrowArray column, long low, ulong[] bits)
        {
            ReadOnlySpan<T> values = Cells.Values<T>(column);
            var rows = new int[values.Length];
            int found = 0;
            for (int row = 0; row < values.Length; row++)
            {
                rows[found] = row;
                ulong place = (ulong)(long.CreateTruncating(values[row]) - low);
                found += place >> 6 < (ulong)bits.Length ? (int)(bits[place >> 6] >> (int)(place & 63)) & 1 : 0;
            }

            if (column.NullCount > 0)
            {
                int present = 0;
                for (int i = 0; i < found; i++)
                {
                    rows[present] = rows[i];
                    present += column.IsNull(rows[i]) ? 0 : 1;
                }

                found = present;
            }

            return found == rows.Length ? rows : rows[..found];
        }
    }
}
