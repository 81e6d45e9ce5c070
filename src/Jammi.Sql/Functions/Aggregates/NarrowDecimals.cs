using System.Runtime.InteropServices;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>
/// Sums in 128 bits of BIGINTs, and of DECIMALs whose values all fit 64 bits, as nearly all do: no sum of them can leave 128 bits before 2^63 rows, so that nothing is checked by the row.
/// </summary>
internal static class NarrowDecimals
{
    /// <summary>So few groups that a batch is summed in places of its own first.</summary>
    const int FewGroups = 32;

    /// <summary>So many values below 2^<see cref="SmallBits"/> add up to less than 2^63.</summary>
    const int MostSmallValues = 1 << 12;

    const int SmallBits = 51;

    public static Int128 Sum(ReadOnlySpan<long> values)
    {
        ulong low = 0;
        ulong high = 0;
        foreach (long value in values)
        {
            low += (ulong)value;
            high += (ulong)(value >> 63) + (low < (ulong)value ? 1UL : 0UL);
        }

        return new Int128(high, low);
    }

    /// <summary>Adds each value to its group's sum and count.</summary>
    public static void Add(ReadOnlySpan<long> values, ReadOnlySpan<int> groups, Span<Int128> sums, Span<long> counts)
    {
        Span<ulong> sumHalves = MemoryMarshal.Cast<Int128, ulong>(sums);
        for (int i = 0; i < groups.Length; i++)
        {
            int group = groups[i];
            long value = values[i];
            ulong low = sumHalves[2 * group] + (ulong)value;
            sumHalves[2 * group] = low;
            sumHalves[(2 * group) + 1] += (ulong)(value >> 63) + (low < (ulong)value ? 1UL : 0UL);
            counts[group]++;
        }
    }

    /// <summary>Their sum; false when one is wider.</summary>
    public static bool TrySum(ReadOnlySpan<Int128> values, out Int128 sum)
    {
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<Int128, ulong>(values);
        ulong low = 0;
        ulong high = 0;
        long wide = 0;
        for (int i = 0; i + 1 < halves.Length; i += 2)
        {
            ulong value = halves[i];
            low += value;
            high += halves[i + 1] + (low < value ? 1UL : 0UL);
            wide |= (long)halves[i + 1] ^ ((long)value >> 63);
        }

        sum = new Int128(high, low);
        return wide == 0;
    }

    /// <summary>Adds each value to its group's sum and count; false, and nothing is done, when a value is wider.</summary>
    public static bool TryAdd(ReadOnlySpan<Int128> values, ReadOnlySpan<int> groups, Span<Int128> sums, Span<long> counts)
    {
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<Int128, ulong>(values);
        if (sums.Length <= FewGroups && groups.Length <= MostSmallValues && TryAddSmall(halves, groups, sums, counts))
        {
            return true;
        }

        long wide = 0;
        for (int i = 0; i + 1 < halves.Length; i += 2)
        {
            wide |= (long)halves[i + 1] ^ ((long)halves[i] >> 63);
        }

        if (wide != 0)
        {
            return false;
        }

        Span<ulong> sumHalves = MemoryMarshal.Cast<Int128, ulong>(sums);
        for (int i = 0; i < groups.Length; i++)
        {
            int group = groups[i];
            ulong value = halves[2 * i];
            ulong low = sumHalves[2 * group] + value;
            sumHalves[2 * group] = low;
            sumHalves[(2 * group) + 1] += halves[(2 * i) + 1] + (low < value ? 1UL : 0UL);
            counts[group]++;
        }

        return true;
    }

    /// <summary>
    /// Adds values of few groups in 64 bits, even and odd rows apart, so that a row seldom waits for the one before it; false, and nothing is done, when a value is not small.
    /// </summary>
    static bool TryAddSmall(ReadOnlySpan<ulong> halves, ReadOnlySpan<int> groups, Span<Int128> sums, Span<long> counts)
    {
        Span<(long Sum, long Count)> even = stackalloc (long, long)[FewGroups];
        Span<(long Sum, long Count)> odd = stackalloc (long, long)[FewGroups];
        even.Clear();
        odd.Clear();
        long large = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            long value = (long)halves[2 * i];
            long sign = value >> 63;
            large |= ((long)halves[(2 * i) + 1] ^ sign) | ((value ^ sign) >> SmallBits);
            ref (long Sum, long Count) place = ref ((i & 1) == 0 ? even : odd)[groups[i]];
            place.Sum += value;
            place.Count++;
        }

        if (large != 0)
        {
            return false;
        }

        for (int group = 0; group < sums.Length; group++)
        {
            sums[group] += (Int128)even[group].Sum + odd[group].Sum;
            counts[group] += even[group].Count + odd[group].Count;
        }

        return true;
    }
}
