using System.Numerics;
using System.Numerics.Tensors;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>The least and the greatest of integers.</summary>
internal static class RangeKernels
{
    /// <summary>Of no values: the greatest possible least, and the least possible greatest.</summary>
    public static (T Least, T Most) Range<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        values.IsEmpty ? (T.MaxValue, T.MinValue) : (TensorPrimitives.Min(values), TensorPrimitives.Max(values));

    /// <summary>The same of the values that are wanted.</summary>
    public static (T Least, T Most) Range<T>(ReadOnlySpan<T> values, ReadOnlySpan<bool> wanted)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        (T least, T most) = (T.MaxValue, T.MinValue);
        for (int row = 0; row < values.Length; row++)
        {
            if (wanted[row])
            {
                least = T.Min(least, values[row]);
                most = T.Max(most, values[row]);
            }
        }

        return (least, most);
    }
}
