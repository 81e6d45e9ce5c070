using Jammi.Sql.Functions.Aggregates;

namespace Jammi.Sql.Tests.Execution;

public sealed class NarrowDecimalsTests
{
    public static TheoryData<int, int, int> Cases => new()
    {
        { 1, 2048, 40 },
        { 4, 2047, 50 },
        { 4, 4096, 51 },
        { 4, 5000, 51 },
        { 32, 2048, 51 },
        { 32, 2048, 60 },
        { 33, 2048, 40 },
        { 4, 2048, 63 },
        { 4, 2048, 64 },
        { 500, 100, 100 },
    };

    /// <summary>Values of all signs and of up to so many bits: sums and counts are those of a plain loop, or nothing is touched because a value is wider than 64 bits.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Sums_are_those_of_a_plain_loop(int groupCount, int rows, int bits)
    {
        var random = new Random(17);
        Int128 most = (Int128.One << bits) - 1;
        Int128[] values = [.. Enumerable.Range(0, rows).Select(i => i == 7 ? most : i == 8 ? -most : (Int128)random.NextInt64() * (random.Next(2) == 0 ? 1 : -1) % most)];
        int[] groups = [.. values.Select(_ => random.Next(groupCount))];
        Int128[] expected = [.. Enumerable.Range(0, groupCount).Select(g => (Int128)g)];
        long[] expectedCounts = new long[groupCount];
        Int128[] sums = [.. expected];
        long[] counts = new long[groupCount];

        bool added = NarrowDecimals.TryAdd(values, groups, sums, counts);

        Assert.Equal(bits <= 63, added);
        for (int i = 0; added && i < rows; i++)
        {
            expected[groups[i]] += values[i];
            expectedCounts[groups[i]]++;
        }

        Assert.Equal(expected, sums);
        Assert.Equal(expectedCounts, counts);
    }
}
