using System.Runtime.InteropServices;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>
/// Sums in 128 bits of BIGINTs, and of DECIMALs whose values all fit 64 bits, as nearly all do: no sum of them can leave 128 bits before 2^63 rows, so that nothing is checked by the row.
/// </summary>
internal static class NarrowDecimals
{
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
}
