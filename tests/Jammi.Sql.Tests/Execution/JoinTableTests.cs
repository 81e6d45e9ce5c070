using Apache.Arrow;
using CsCheck;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Execution;

/// <summary>What a join table finds for a key are the rows of that key, in their order, whether it is an array or hashes.</summary>
public sealed class JoinTableTests
{
    static readonly Gen<int?> Dense = Gen.Int[0, 50].Select(n => (int?)n);

    static readonly Gen<int?> Mixed = Gen.OneOf(Dense, OneOf<int?>(null, int.MinValue, int.MaxValue));

    [Fact]
    public void Dense_keys() => Check(Dense, Mixed);

    [Fact]
    public void Keys_far_apart_and_nulls() => Check(Mixed, Mixed);

    static void Check(Gen<int?> right, Gen<int?> left) => Gen.Select(right.List[0, 80], left.List[0, 80]).Sample(
        (build, probe) =>
        {
            IArrowArray keys = Column(build);
            bool[] joinable = build.Exists(k => k is null) ? [.. build.Select(k => k is not null)] : [];
            bool[] leftJoinable = probe.Exists(k => k is null) ? [.. probe.Select(k => k is not null)] : [];
            var table = new JoinTable([keys], build.Count, joinable, existence: false);
            var existence = new JoinTable([keys], build.Count, joinable, existence: true);
            ulong[] hashes = new ulong[probe.Count];
            int[] first = new int[probe.Count];
            int[] some = new int[probe.Count];
            existence.First([Column(probe)], leftJoinable, hashes, some);
            table.First([Column(probe)], leftJoinable, hashes, first);
            for (int i = 0; i < probe.Count; i++)
            {
                var found = new List<int>();
                for (int row = first[i]; row >= 0; row = table.Next(row, hashes[i]))
                {
                    if (build[row] == probe[i])
                    {
                        found.Add(row);
                    }
                    else
                    {
                        Assert.False(table.IsExact);
                    }
                }

                Assert.Equal(Enumerable.Range(0, build.Count).Where(row => probe[i] is not null && build[row] == probe[i]), found);
                Assert.True(!existence.IsExact || some[i] >= 0 == found.Count > 0);
            }
        },
        iter: 500,
        threads: 1);

    static IArrowArray Column(List<int?> keys) => ColumnFactory.FromObjects(SqlType.Integer, [.. keys.Select(k => (object?)k)]);

    static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
