using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.VectorIndexes;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Searches of segments whose vectors are parted into cells, and the files of these.</summary>
public sealed class CellTests : IDisposable
{
    const int Dimension = 48;

    static readonly float[] Query = TestVectors.Unit(1, Dimension, seed: 2)[0];

    readonly TemporaryDirectory directory = new();
    readonly IDisposable lowered = CellPolicy.Lower(3000);

    string DatabasePath => directory["v.jammi"];

    string CodesFolder => Path.Combine(DatabasePath, "codes");

    public void Dispose()
    {
        lowered.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void Searches_of_cells_and_a_tail_find_the_nearest_rows_whatever_the_threads()
    {
        using VectorTable table = Create();
        foreach (Func<long, bool>? filter in (Func<long, bool>?[])[null, id => id % 2 == 0, id => id % 5 != 1, id => id >= 2500])
        {
            int hits = 0;
            foreach (float[] query in Queries(20))
            {
                var metrics = new OperatorMetrics();
                List<(long Id, float Score)> found = table.Search(query, 10, exact: false, filter, threads: 1, metrics);
                Assert.Equal(SearchRoute.Cells, metrics.Route);
                Assert.InRange(metrics.Extra["cells probed"], 1, metrics.Extra["cells"]);
                Assert.Equal(found, table.Search(query, 10, exact: false, filter, threads: 2));
                Assert.Equal(found, table.Search(query, 10, exact: false, filter, threads: 5));
                Dictionary<long, double> scores = table.Naive(query, int.MaxValue, filter).ToDictionary(s => s.Id, s => s.Score);
                Assert.Equal(10, found.Select(f => f.Id).Distinct().Count());
                Assert.All(found, f => Assert.Equal(scores[f.Id], f.Score, 4e-6));
                hits += found.Select(f => f.Id).Intersect(table.Naive(query, 10, filter).Select(n => n.Id)).Count();
            }

            Assert.True(hits >= 0.97 * 200, $"{hits} of the 200 nearest rows were found.");
        }
    }

    [Fact]
    public void Cells_that_hold_nothing_near_are_not_read()
    {
        using var table = new VectorTable(Dimension, DatabasePath);
        float[][] topics = TestVectors.Unit(30, Dimension, seed: 9);
        var random = new Random(10);
        table.Insert(0, [.. Enumerable.Range(0, 6000).Select(i => TestVectors.Normalize([.. topics[i % 30].Zip(TestVectors.Gaussian(random, Dimension, 0.02f), (x, y) => x + y)]))]);
        var metrics = new OperatorMetrics();
        List<(long Id, float Score)> found = table.Search(topics[3], 10, exact: false, metrics: metrics);
        Assert.Equal(table.Naive(topics[3], 10).Select(n => n.Id), found.Select(f => f.Id));
        Assert.InRange(metrics.Extra["cells probed"], 1, metrics.Extra["cells"] / 2);
        Assert.InRange(metrics.Extra["rows estimated by 1 bit"], 10, 3000);
    }

    [Fact]
    public void There_are_as_many_rows_as_pass_and_few_of_them_are_gathered()
    {
        using VectorTable table = Create();
        for (int modulus = 1; modulus < 7000; modulus = (modulus * 3) + 1)
        {
            int passing = table.Naive(Query, int.MaxValue, id => id % modulus == 0).Count;
            Assert.Equal(Math.Min(passing, 40), table.Search(Query, 40, exact: false, id => id % modulus == 0).Count);
        }

        Assert.Empty(table.Search(Query, 10, exact: false, _ => false));
        var metrics = new OperatorMetrics();
        Assert.Equal(table.Naive(Query, 5, id => id % 25 == 0).Select(n => n.Id), table.Search(Query, 5, exact: false, id => id % 25 == 0, metrics: metrics).Select(f => f.Id));
        Assert.Equal(SearchRoute.Gather, metrics.Route);
    }

    [Fact]
    public void Exact_searches_are_exact()
    {
        using VectorTable table = Create();
        foreach (float[] query in Queries(10))
        {
            Assert.Equal(table.Naive(query, 25).Select(n => n.Id), table.Search(query, 25, exact: true).Select(f => f.Id));
        }
    }

    [Fact]
    public void Missing_cells_are_made_again_the_same()
    {
        List<(long, float)> expected;
        using (VectorTable table = Create())
        {
            expected = table.Search(Query, 20, exact: false);
        }

        string file = CellsFile();
        byte[] content = File.ReadAllBytes(file);
        File.Delete(file);
        using var reopened = new VectorTable(Dimension, DatabasePath);
        Assert.Equal(expected, reopened.Search(Query, 20, exact: false));
        Assert.Equal(content, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_flipped_bit_anywhere_or_a_cut_does_not_change_a_result()
    {
        List<(long, float)> expected;
        using (VectorTable table = Create())
        {
            expected = table.Search(Query, 20, exact: false);
        }

        string file = CellsFile();
        byte[] content = File.ReadAllBytes(file);
        var random = new Random(3);
        for (int i = 0; i < 20; i++)
        {
            byte[] damaged = i % 5 == 0 ? content[..random.Next(content.Length)] : [.. content];
            if (i % 5 != 0)
            {
                damaged[i == 1 ? 8 : i == 2 ? 20 : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(file, damaged);
            using var reopened = new VectorTable(Dimension, DatabasePath);
            Assert.Equal(expected, reopened.Search(Query, 20, exact: false));
        }
    }

    [Fact]
    public void A_read_only_database_is_searched_without_writing_them()
    {
        List<(long, float)> expected;
        using (VectorTable table = Create())
        {
            expected = table.Search(Query, 20, exact: false);
        }

        Directory.Delete(CodesFolder, recursive: true);
        using Database database = Database.Open(DatabasePath, new DatabaseOptions { ReadOnly = true });
        using VectorTable readOnly = new(database, Dimension);
        Assert.Equal(expected, readOnly.Search(Query, 20, exact: false));
        Assert.False(Directory.Exists(CodesFolder));
    }

    [Fact]
    public void Segments_too_small_for_cells_are_merged_once_they_are_large_enough_together()
    {
        using var table = new VectorTable(Dimension, DatabasePath, isSearched: true);
        float[][] rows = TestVectors.Unit(7000, Dimension, seed: 1);
        for (int i = 0; i < 7; i++)
        {
            table.Insert(i * 1000, rows[(i * 1000)..((i + 1) * 1000)]);
            Assert.Equal(i < 2 ? 0 : i < 5 ? 1 : 2, Directory.GetFiles(CodesFolder, "*.cells").Length);
            Assert.Equal(table.Naive(Query, 10).Select(n => n.Id), table.Search(Query, 10, exact: true).Select(f => f.Id));
        }

        table.Delete(id => id % 3 != 0);
        table.Insert(8000, rows[..10]);
        table.Insert(8010, rows[..10]);
        Assert.Equal(table.Naive(Query, 10).Select(n => n.Id), table.Search(Query, 10, exact: true).Select(f => f.Id));
        Assert.All(Directory.GetFiles(CodesFolder), f => Assert.Contains(Path.GetFileName(f).Split('.')[0], Directory.GetFiles(Path.Combine(DatabasePath, "segments")).Select(s => Path.GetFileNameWithoutExtension(s))));
    }

    /// <summary>A segment with cells, then one without; duplicates, rows without a vector, deleted rows.</summary>
    VectorTable Create()
    {
        var table = new VectorTable(Dimension, DatabasePath);
        float[]?[] rows = TestVectors.Unit(5000, Dimension, seed: 1);
        for (int i = 1; i < rows.Length; i++)
        {
            rows[i] = i % 50 == 0 ? null : i % 10 == 0 ? rows[i / 3 | 1] : rows[i];
        }

        table.Insert(0, rows);
        table.Insert(5000, TestVectors.Unit(1000, Dimension, seed: 1));
        table.Delete(id => id % 13 == 5);
        return table;
    }

    string CellsFile() => Assert.Single(Directory.GetFiles(CodesFolder, "*.cells"));

    static float[][] Queries(int count) => TestVectors.Unit(count, Dimension, seed: 7);
}
