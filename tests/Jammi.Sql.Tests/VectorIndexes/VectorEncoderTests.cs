using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Codes of rows: what they promise about products, and that they are a pure function of the rows.</summary>
public sealed unsafe class VectorEncoderTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(100)]
    [InlineData(512)]
    [InlineData(768)]
    public void Int8_codes_bound_every_product(int dimension)
    {
        float[][] rows = TestVectors.Unit(1000, dimension, seed: 1);
        VectorCodes codes = Encode(rows)!;
        foreach (float[] vector in TestVectors.Unit(10, dimension, seed: 2))
        {
            var query = new EncodedQuery(vector);
            float centre = query.Product(codes.Centre);
            for (int row = 0; row < rows.Length; row++)
            {
                int product = Int8DotKernel.Dot(query.Shorts, codes.Codes(row), codes.Layout.CodeBytes);
                double estimate = centre + ((double)product * codes.Scales[row] * query.Scale);
                Assert.True(Math.Abs(Product(vector, rows[row]) - estimate) <= codes.Residuals[row] + (2.5 * query.Error) + 1e-5, $"Row {row} is out of its bound.");
                Assert.True(codes.Residuals[row] < 0.05f);
            }
        }
    }

    [Theory]
    [InlineData(128, false)]
    [InlineData(512, false)]
    [InlineData(768, false)]
    [InlineData(512, true)]
    [InlineData(100, true)]
    public void One_bit_estimates_are_unbiased_and_as_far_off_as_they_say(int dimension, bool withAxis)
    {
        float[][] rows = TestVectors.Unit(2000, dimension, seed: 3);
        float[][] queries = TestVectors.Unit(50, dimension, seed: 4);
        float[]? axis = withAxis ? VectorAxis.Of([.. queries.Skip(1).SelectMany(q => q)], dimension) : null;
        VectorCodes codes = Encode(rows, axis: axis)!;
        var query = new EncodedQuery(queries[0]);
        BitTables tables = query.Tables(axis);
        Assert.True(withAxis ? tables.Length < 0.9f : Math.Abs(tables.Length - 1) < 1e-5f);
        ushort* sums = stackalloc ushort[64];
        float* estimates = stackalloc float[64];
        double bias = 0;
        double square = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            if (row % 64 == 0)
            {
                BitBlockKernel.Sum(codes.Bits(row / 64), tables.Start, codes.Layout.BitGroups, sums);
                EstimateKernel.Estimate(sums, codes.Factors + row, tables.Scale, tables.Shift, query.Product(codes.Centre), estimates, threshold: 0);
                if (withAxis)
                {
                    EstimateKernel.Add(codes.Scores + row, tables.AxisProduct * *codes.ScoreScale, estimates, threshold: 0);
                }
            }

            double off = (Product(queries[0], rows[row]) - estimates[row % 64]) / (codes.Errors[row] * tables.Length);
            bias += off;
            square += off * off;
        }

        Assert.Equal(0, bias / rows.Length, 0.25);
        Assert.InRange(Math.Sqrt(square / rows.Length), 0.7, 1.3);
    }

    [Fact]
    public void Queries_that_have_little_in_common_have_no_axis()
    {
        var random = new Random(9);
        float[] queries = [.. Enumerable.Range(0, 100).SelectMany(_ => TestVectors.Normalize(TestVectors.Gaussian(random, 64, 1)))];
        Assert.Null(VectorAxis.Of(queries, 64));
    }

    [Fact]
    public void Codes_are_the_same_on_every_instruction_set()
    {
        float[][] rows = TestVectors.Unit(300, 200, seed: 5);
        foreach (float[]? axis in (float[]?[])[null, rows[0]])
        {
            byte[] expected = Encode(rows, SimdLevel.Scalar, axis)!.All.ToArray();
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                Assert.Equal(expected, Encode(rows, level, axis)!.All.ToArray());
            }
        }
    }

    [Fact]
    public void Lengths_are_kept_beside_the_codes_of_directions()
    {
        float[][] rows = TestVectors.Unit(300, 64, seed: 6);
        float[][] longer = [.. rows.Select((r, i) => r.Select(x => x * (i + 1)).ToArray())];
        VectorCodes codes = Encode(longer)!;
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.Equal(row + 1, codes.Norms[row], 1e-4f * (row + 1));
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_row_without_direction_leaves_its_block_without_codes(float value)
    {
        float[][] rows = TestVectors.Unit(300, 64, seed: 7);
        rows[123].AsSpan().Fill(value);
        Assert.Null(Encode(rows));
    }

    [Fact]
    public void Equal_rows_have_codes_without_residual()
    {
        float[] one = TestVectors.Unit(1, 64, seed: 8)[0];
        VectorCodes codes = Encode([.. Enumerable.Repeat(one, 300)])!;
        Assert.InRange(codes.Residuals[299], 0, 1e-5f);
    }

    static VectorCodes? Encode(float[][] rows, SimdLevel? level = null, float[]? axis = null)
    {
        float[] all = [.. rows.SelectMany(r => r)];
        fixed (float* start = all)
        {
            return VectorEncoder.Encode(new VectorRows(start, rows[0].Length), rows.Length, _ => false, axis, level ?? SimdLevels.Best, CancellationToken.None);
        }
    }

    static double Product(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
