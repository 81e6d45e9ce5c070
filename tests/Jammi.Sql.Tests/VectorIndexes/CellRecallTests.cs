using Jammi.Sql.Execution;
using Jammi.Sql.VectorIndexes;
using Jammi.Sql.VectorIndexes.Codes;
using Xunit.Abstractions;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>However rows lie, searches of cells find nearly all of the nearest: where little is to be left out, little is.</summary>
public sealed class CellRecallTests(ITestOutputHelper output) : IDisposable
{
    const int Rows = 8000;
    const int Dimension = 64;
    const int Queries = 40;
    const int K = 10;

    readonly TemporaryDirectory directory = new();
    readonly IDisposable lowered = CellPolicy.Lower(Rows / 2);

    public void Dispose()
    {
        lowered.Dispose();
        directory.Dispose();
    }

    public static TheoryData<string> Shapes => ["topics", "uniform", "duplicates", "giant cluster and noise", "low dimension", "few tight kinds in one", "one line"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Recall_is_high_whatever_the_shape(string shape)
    {
        var random = new Random(5);
        Func<int, float[]> row = RowsOf(shape, random);
        float[][] rows = [.. Enumerable.Range(0, Rows).Select(i => TestVectors.Normalize(row(i)))];
        using var table = new VectorTable(Dimension, directory["v.jammi"]);
        table.Insert(0, rows);

        // Of the rows' own kind, between two rows, and of no kind.
        (string Kind, Func<float[]> Next)[] kinds =
        [
            ("near a row", () => Sum(rows[random.Next(Rows)], TestVectors.Gaussian(random, Dimension, 0.03f))),
            ("between rows", () => Sum(rows[random.Next(Rows)], rows[random.Next(Rows)])),
            ("anywhere", () => TestVectors.Gaussian(random, Dimension, 1)),
        ];
        foreach ((string kind, Func<float[]> next) in kinds)
        {
            int hits = 0;
            double probed = 0;
            for (int i = 0; i < Queries; i++)
            {
                float[] query = TestVectors.Normalize(next());
                var metrics = new OperatorMetrics();
                List<(long Id, float Score)> found = table.Search(query, K, exact: false, metrics: metrics);
                Assert.Equal(SearchRoute.Cells, metrics.Route);
                probed += (double)metrics.Extra["cells probed"] / metrics.Extra["cells"] / Queries;

                // Duplicates are as good as each other.
                double last = table.Naive(query, K)[^1].Score;
                hits += found.Count(f => f.Score >= last - 1e-5);
            }

            output.WriteLine($"{shape}, {kind}: recall {hits / (double)(Queries * K):0.000}, {probed:0.00} of the cells");
            Assert.True(hits >= 0.99 * Queries * K, $"{hits} of the {Queries * K} nearest rows were found.");
        }
    }

    static Func<int, float[]> RowsOf(string shape, Random random)
    {
        float[][] topics = [.. Enumerable.Range(0, 60).Select(_ => TestVectors.Gaussian(random, Dimension, 1))];
        float[] centre = TestVectors.Gaussian(random, Dimension, 1);
        return shape switch
        {
            "topics" => i => Sum(topics[i % 60], TestVectors.Gaussian(random, Dimension, 0.3f)),
            "uniform" => _ => TestVectors.Gaussian(random, Dimension, 1),
            "duplicates" => i => i % 10 != 0 ? [.. topics[i % 7]] : TestVectors.Gaussian(random, Dimension, 1),
            "giant cluster and noise" => i => i % 20 != 0 ? Sum(centre, TestVectors.Gaussian(random, Dimension, 0.02f)) : TestVectors.Gaussian(random, Dimension, 1),
            "low dimension" => _ => Combination(topics[..3], random),
            "few tight kinds in one" => i => Sum(i % 500 == 7 ? topics[i % 60] : centre, TestVectors.Gaussian(random, Dimension, 0.01f)),
            _ => i => Sum([.. topics[0].Select(x => x * i / Rows)], topics[1]),
        };
    }

    static float[] Combination(float[][] directions, Random random)
    {
        float[] sum = new float[Dimension];
        float[] weights = TestVectors.Gaussian(random, directions.Length, 1);
        for (int d = 0; d < directions.Length; d++)
        {
            for (int i = 0; i < Dimension; i++)
            {
                sum[i] += weights[d] * directions[d][i];
            }
        }

        return sum;
    }

    static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
