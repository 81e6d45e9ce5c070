using CsCheck;
using Jammi.Sql.VectorIndexes.Search;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Searches against sorting every row by its cosine in double precision.</summary>
public sealed class VectorSearchTests
{
    /// <summary>Scores of floats and of doubles may put rows this near each other in another order.</summary>
    const double Tolerance = 4e-6;

    [Theory]
    [InlineData(32, false)]
    [InlineData(100, false)]
    [InlineData(512, false)]
    [InlineData(20, true)]
    [InlineData(100, true)]
    [InlineData(512, true)]
    public void Exact_and_estimated_searches_find_the_nearest_rows(int dimension, bool halves)
    {
        using var table = new VectorTable(dimension, halves: halves);
        table.Insert(0, TestVectors.Unit(6000, dimension, seed: 1));
        foreach (float[] query in TestVectors.Unit(10, dimension, seed: 2))
        {
            CheckSame(table.Naive(query, 10), table.Search(query, 10, exact: true));
            CheckSame(table.Naive(query, 10), table.Search(query, 10, exact: false));
        }
    }

    [Fact]
    public void Threads_do_not_change_a_search()
    {
        using var table = new VectorTable(48);
        for (int part = 0; part < 3; part++)
        {
            table.Insert(part * 25_000, WithOddities(TestVectors.Unit(25_000, 48, seed: 20 + part), part));
        }

        table.Delete(id => id % 13 == 5);
        foreach (float[] query in TestVectors.Unit(5, 48, seed: 30))
        {
            foreach (Func<long, bool>? filter in (Func<long, bool>?[])[null, id => id % 2 == 0, id => id < 30_000])
            {
                foreach (bool exact in (bool[])[true, false])
                {
                    List<(long Id, float Score)> expected = table.Search(query, 30, exact, filter, threads: 1);
                    Assert.Equal(expected, table.Search(query, 30, exact, filter, threads: 2));
                    Assert.Equal(expected, table.Search(query, 30, exact, filter, threads: 7));
                }
            }
        }
    }

    [Fact]
    public void Several_queries_at_once_find_what_each_finds_alone()
    {
        using var table = new VectorTable(64);
        table.Insert(0, WithOddities(TestVectors.Unit(9000, 64, seed: 40), 40));
        table.Insert(9000, TestVectors.Unit(100, 64, seed: 41));
        float[][] queries = TestVectors.Unit(11, 64, seed: 42);
        foreach (bool exact in (bool[])[true, false])
        {
            foreach (Func<long, bool>? filter in (Func<long, bool>?[])[null, id => id % 3 == 0, id => id % 40 == 0, _ => false])
            {
                Assert.Equal(queries.Select(q => table.Search(q, 7, exact, filter)), table.SearchMany(queries, 7, exact, filter));
            }
        }
    }

    /// <summary>Random tables: several commits, duplicates, ties, NULLs, deletes; random filters, among them some that nothing passes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_table_and_any_filter_give_the_rows_that_sorting_gives(bool halves)
    {
        var commits = Gen.Select(Gen.Int[1, 2500], Gen.Int[0, 1000]).Array[1, 4];
        Gen.Select(commits, Gen.Int[0, 3], Gen.Int[1, 50], Gen.Int[0, 1000], Gen.Int[1, 40]).Sample(
            (parts, deletes, modulus, seed, k) =>
            {
                using var table = new VectorTable(48, halves: halves);
                long next = 0;
                foreach ((int count, int partSeed) in parts)
                {
                    table.Insert(next, WithOddities(TestVectors.Unit(count, 48, partSeed), partSeed));
                    next += count;
                }

                for (int d = 0; d < deletes; d++)
                {
                    table.Delete(id => id % (7 + d) == d);
                }

                float[] query = TestVectors.Unit(1, 48, seed + 5000)[0];
                foreach (Func<long, bool>? filter in (Func<long, bool>?[])[null, id => id % modulus == 0, id => id < modulus, _ => false])
                {
                    CheckSame(table.Naive(query, k, filter), table.Search(query, k, exact: true, filter));
                    CheckTrue(table, query, k, filter, table.Search(query, k, exact: false, filter));
                }
            },
            iter: 12,
            threads: 1);
    }

    /// <summary>An estimated search may miss a row, but has as many as there are, all of them rows that pass, with their scores.</summary>
    static void CheckTrue(VectorTable table, float[] query, int k, Func<long, bool>? filter, List<(long Id, float Score)> actual)
    {
        Dictionary<long, double> scores = table.Naive(query, int.MaxValue, filter).ToDictionary(s => s.Id, s => s.Score);
        Assert.Equal(Math.Min(k, scores.Count), actual.Count);
        Assert.Equal(actual.Count, actual.Select(a => a.Id).Distinct().Count());
        Assert.All(actual, a => Assert.Equal(scores[a.Id], a.Score, Tolerance));
        Assert.Equal(actual.OrderByDescending(a => a.Score).ThenBy(a => a.Id), actual);
        Assert.True(actual.Count == 0 || actual.Count(a => a.Score >= scores.Values.OrderDescending().ElementAt(actual.Count - 1) - Tolerance) >= 0.8 * actual.Count, "Most of the nearest rows are missing.");
    }

    [Fact]
    public void Equal_scores_come_in_the_order_of_their_keys()
    {
        using var table = new VectorTable(64);
        float[][] rows = TestVectors.Unit(400, 64, seed: 3);
        table.Insert(1000, rows);
        table.Insert(0, rows);
        List<(long Id, float Score)> found = table.Search(rows[17], 2, exact: true);
        Assert.Equal([17L, 1017L], found.Select(f => f.Id));
        Assert.Equal(found[0].Score, found[1].Score);
    }

    [Fact]
    public void One_insert_or_many_give_the_same_rows_and_scores()
    {
        float[][] rows = TestVectors.Unit(5000, 96, seed: 4);
        using var one = new VectorTable(96, halves: true);
        one.Insert(0, rows);
        using var many = new VectorTable(96, halves: true);
        for (int i = 0; i < rows.Length; i += 333)
        {
            many.Insert(i, rows[i..Math.Min(i + 333, rows.Length)]);
        }

        foreach (float[] query in TestVectors.Unit(20, 96, seed: 5))
        {
            Assert.Equal(one.Search(query, 25, exact: true), many.Search(query, 25, exact: true));
            Assert.Equal(one.Search(query, 25, exact: false), many.Search(query, 25, exact: false));
        }
    }

    [Fact]
    public void A_search_has_as_many_rows_as_asked_for_or_as_pass()
    {
        using var table = new VectorTable(64);
        table.Insert(0, TestVectors.Unit(3000, 64, seed: 6));
        float[] query = TestVectors.Unit(1, 64, seed: 7)[0];
        foreach (int passing in (int[])[0, 1, 9, 10, 11, 500, 2999, 3000])
        {
            Assert.Equal(Math.Min(10, passing), table.Search(query, 10, exact: false, id => id < passing).Count);
            Assert.Equal(passing, table.Search(query, 5000, exact: false, id => id < passing).Count);
        }

        Assert.Empty(table.Search(query, 0, exact: false));
    }

    [Theory]
    [InlineData(VectorMeasure.Cosine, false)]
    [InlineData(VectorMeasure.DotProduct, false)]
    [InlineData(VectorMeasure.Euclidean, false)]
    [InlineData(VectorMeasure.Cosine, true)]
    [InlineData(VectorMeasure.DotProduct, true)]
    [InlineData(VectorMeasure.Euclidean, true)]
    internal void Candidates_hold_the_best_rows_by_any_measure_and_of_any_length(VectorMeasure measure, bool halves)
    {
        using var table = new VectorTable(64, halves: halves);
        var random = new Random(8);
        table.Insert(0, [.. TestVectors.Unit(2000, 64, seed: 9).Select(v => { float length = 0.1f + (3 * random.NextSingle()); return (float[]?)[.. v.Select(x => x * length)]; })]);
        table.Insert(2000, [.. TestVectors.Unit(100, 64, seed: 10)]);
        for (int q = 0; q < 20; q++)
        {
            float[] query = [.. TestVectors.Unit(1, 64, seed: 100 + q)[0].Select(x => x * 2.5f)];
            IEnumerable<(long Id, double Score)> expected = table.Scores(query, (a, b) => measure switch
            {
                VectorMeasure.Cosine => VectorTable.Product(a, b) / Math.Sqrt(VectorTable.Product(a, a) * VectorTable.Product(b, b)),
                VectorMeasure.DotProduct => VectorTable.Product(a, b),
                _ => -(VectorTable.Product(a, a) + VectorTable.Product(b, b) - (2 * VectorTable.Product(a, b))),
            });
            List<long> candidates = table.Candidates(query, measure, 10);
            Assert.Empty(expected.Take(10).Select(e => e.Id).Except(candidates));
            Assert.True(candidates.Count < 1000, $"{candidates.Count} of 2,100 rows are candidates: the bound says nothing.");
        }
    }

    [Fact]
    public void A_row_without_direction_is_a_candidate_whatever_the_query()
    {
        using var table = new VectorTable(64);
        float[][] rows = TestVectors.Unit(1000, 64, seed: 11);
        rows[567] = new float[64];
        table.Insert(0, rows);
        Assert.Contains(567, table.Candidates(rows[1], VectorMeasure.DotProduct, 5));
    }

    /// <summary>Every tenth row equals an earlier one, every fiftieth has no vector.</summary>
    static float[]?[] WithOddities(float[]?[] rows, int seed)
    {
        var random = new Random(seed);
        for (int i = 1; i < rows.Length; i++)
        {
            rows[i] = i % 50 == 0 ? null : i % 10 == 0 ? rows[random.Next(i)] : rows[i];
        }

        return rows;
    }

    static void CheckSame(List<(long Id, double Score)> expected, List<(long Id, float Score)> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Score, actual[i].Score, Tolerance);
            Assert.True(expected[i].Id == actual[i].Id || expected.Any(e => e.Id == actual[i].Id) || Math.Abs(expected[^1].Score - actual[i].Score) <= Tolerance, $"Row {actual[i].Id} is not among the nearest.");
        }

        Assert.Equal(actual.Count, actual.Select(a => a.Id).Distinct().Count());
    }
}
