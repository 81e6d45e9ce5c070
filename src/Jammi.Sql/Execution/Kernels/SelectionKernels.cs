namespace Jammi.Sql.Execution.Kernels;

/// <summary>
/// Puts values where sorting would put them, for a few places only: each pass parts a range into what is before, equal to and after one of its values, and goes on
/// with the parts that have a wanted place. That is less work than sorting, and between and within passes it can be stopped.
/// </summary>
internal static class SelectionKernels
{
    /// <summary>Below this many values sorting is the shorter way.</summary>
    const int Few = 48;

    /// <summary>Values looked at between two questions whether to stop.</summary>
    const int Stride = 1 << 18;

    /// <summary>The order of the values.</summary>
    public interface IOrder<T>
    {
        int Compare(T left, T right);
    }

    /// <summary>The order of numbers; there is no NaN among them.</summary>
    public readonly struct Natural<T> : IOrder<T>
        where T : IComparable<T>
    {
        public int Compare(T left, T right) => left.CompareTo(right);
    }

    /// <summary>Afterwards the value at each of <paramref name="places"/> is the one that stands there when all are sorted.</summary>
    /// <param name="places">Ascending.</param>
    public static void Place<T, TOrder>(Span<T> values, ReadOnlySpan<int> places, TOrder order, CancellationToken cancellation)
        where TOrder : struct, IOrder<T> => Place(values, 0, places, order, 0x9E3779B97F4A7C15, cancellation);

    static void Place<T, TOrder>(Span<T> values, int offset, ReadOnlySpan<int> places, TOrder order, ulong random, CancellationToken cancellation)
        where TOrder : struct, IOrder<T>
    {
        while (!places.IsEmpty)
        {
            if (values.Length <= Few)
            {
                Sort(values, order);
                return;
            }

            T middle = MiddleOfThree(values, order, ref random);
            (int low, int high) = Part(values, middle, order, cancellation);
            int before = CountBelow(places, offset + low);
            int after = CountBelow(places, offset + high);
            Place(values[..low], offset, places[..before], order, random, cancellation);
            values = values[high..];
            offset += high;
            places = places[after..];
        }
    }

    /// <summary>Three ways: what is before <paramref name="middle"/>, then from Low what is equal to it, then from High what is after it.</summary>
    static (int Low, int High) Part<T, TOrder>(Span<T> values, T middle, TOrder order, CancellationToken cancellation)
        where TOrder : struct, IOrder<T>
    {
        int low = 0;
        int high = values.Length;
        int i = 0;
        while (i < high)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int steps = 0; steps < Stride && i < high; steps++)
            {
                int compared = order.Compare(values[i], middle);
                if (compared < 0)
                {
                    (values[i], values[low]) = (values[low], values[i]);
                    low++;
                    i++;
                }
                else if (compared > 0)
                {
                    high--;
                    (values[i], values[high]) = (values[high], values[i]);
                }
                else
                {
                    i++;
                }
            }
        }

        return (low, high);
    }

    /// <summary>Of three places taken at random (the same at every run), so that no order of the values makes the passes many.</summary>
    static T MiddleOfThree<T, TOrder>(ReadOnlySpan<T> values, TOrder order, ref ulong random)
        where TOrder : struct, IOrder<T>
    {
        T a = values[Next(values.Length, ref random)];
        T b = values[Next(values.Length, ref random)];
        T c = values[Next(values.Length, ref random)];
        if (order.Compare(a, b) > 0)
        {
            (a, b) = (b, a);
        }

        return order.Compare(b, c) <= 0 ? b : order.Compare(a, c) > 0 ? a : c;
    }

    static int Next(int bound, ref ulong random)
    {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        return (int)(random % (ulong)bound);
    }

    static int CountBelow(ReadOnlySpan<int> places, int bound)
    {
        int count = 0;
        while (count < places.Length && places[count] < bound)
        {
            count++;
        }

        return count;
    }

    static void Sort<T, TOrder>(Span<T> values, TOrder order)
        where TOrder : struct, IOrder<T>
    {
        for (int i = 1; i < values.Length; i++)
        {
            T value = values[i];
            int at = i;
            for (; at > 0 && order.Compare(values[at - 1], value) > 0; at--)
            {
                values[at] = values[at - 1];
            }

            values[at] = value;
        }
    }
}
