using Apache.Arrow;
using CsCheck;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Execution;

/// <summary>Groups are numbered by first appearance, whichever of the table's ways finds them.</summary>
public sealed class GroupTableTests
{
    /// <summary>Dense keys, keys far apart (which make the table give up the array), and NULLs.</summary>
    static readonly Gen<object?> Number = Gen.OneOf(
        Gen.Int[-20, 200].Select(n => (object?)(long)n),
        OneOf<object?>(null, long.MinValue, long.MaxValue, 1L << 40));

    static readonly Gen<object?> DenseNumber = Gen.Int[-20, 200].Select(n => (object?)(long)n);

    static readonly Gen<object?> Code = OneOf<object?>("", "A", "N", "R", "ä", "longer than a word holds", null);

    static readonly Gen<object?> ShortCode = OneOf<object?>("", "A", "N", "R", "FR");

    static readonly Gen<object?> Small = Gen.Short[-3, 3].Select(n => (object?)n);

    [Fact]
    public void One_number() => Check([SqlType.BigInt], Number);

    [Fact]
    public void One_dense_number() => Check([SqlType.BigInt], DenseNumber);

    [Fact]
    public void Short_texts() => Check([SqlType.Text, SqlType.Text], ShortCode, ShortCode);

    [Fact]
    public void Texts_that_do_not_fit_and_nulls() => Check([SqlType.Text, SqlType.SmallInt], Code, Small);

    static void Check(SqlType[] types, params Gen<object?>[] columns)
    {
        Gen<object?[]> row = columns.Length == 1 ? columns[0].Select(a => new[] { a }) : Gen.Select(columns[0], columns[1], (a, b) => new[] { a, b });
        row.List[0, 60].List[1, 5].Sample(
            batches =>
            {
                var table = new GroupTable(types);
                var expected = new Dictionary<string, int>(StringComparer.Ordinal);
                foreach (List<object?[]> batch in batches)
                {
                    IArrowArray[] keys = [.. types.Select((type, c) => ColumnFactory.FromObjects(type, [.. batch.Select(r => r[c])]))];
                    int[] found = new int[batch.Count];
                    table.Find(keys, batch.Count, found);
                    Assert.Equal(batch.Select(r => expected.GetValueOrDefault(Text(r), -1)), found);
                    int[] groups = new int[batch.Count];
                    table.FindOrAdd(keys, batch.Count, groups);
                    foreach (object?[] values in batch)
                    {
                        expected.TryAdd(Text(values), expected.Count);
                    }

                    Assert.Equal(batch.Select(r => expected[Text(r)]), groups);
                    Assert.Equal(expected.Count, table.Count);
                }
            },
            iter: 500,
            threads: 1);
    }

    static string Text(object?[] row) => string.Join('|', row.Select(v => v ?? "NULL"));

    static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
