using System.Numerics.Tensors;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Every kernel on every instruction set that this processor has: the same bits as the plain loop, which itself is compared with the definition.</summary>
public sealed unsafe class KernelTests
{
    public static TheoryData<int> Dimensions => [1, 7, 16, 31, 32, 33, 100, 128, 384, 500, 512, 768, 1000, 1024, 4096];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void The_dot_product_is_the_same_on_every_instruction_set(int dimension)
    {
        float[] a = Floats(dimension, seed: 1);
        float[] b = Floats(dimension, seed: 2);
        double expected = 0;
        double magnitude = 0;
        for (int i = 0; i < dimension; i++)
        {
            expected += (double)a[i] * b[i];
            magnitude += Math.Abs((double)a[i] * b[i]);
        }

        fixed (float* x = a, y = b)
        {
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                float actual = DotKernel.Dot(x, y, dimension, level);
                Assert.Equal(DotKernel.Dot(x, y, dimension, SimdLevel.Scalar), actual);
                Assert.Equal(expected, actual, magnitude * DotKernel.RoundingError(dimension));
            }
        }
    }

    [Fact]
    public void The_dot_product_sums_sixteen_lanes_and_halves_them()
    {
        float[] a = Floats(40, seed: 3);
        float[] b = Floats(40, seed: 4);
        float[] lanes = new float[16];
        for (int i = 0; i < 48; i++)
        {
            lanes[i % 16] = MathF.FusedMultiplyAdd(i < 40 ? a[i] : 0, i < 40 ? b[i] : 0, lanes[i % 16]);
        }

        for (int half = 8; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                lanes[i] += lanes[i + half];
            }
        }

        Assert.Equal(lanes[0], DotKernel.Dot(a, b));
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void The_product_of_integers_is_exact_on_every_instruction_set(int dimension)
    {
        int length = Int8DotKernel.PaddedLength(dimension);
        short[] query = new short[length];
        sbyte[] codes = new sbyte[length];
        int limit = Int8DotKernel.QueryLimit(dimension);
        var random = new Random(dimension);
        for (int trial = 0; trial < 3; trial++)
        {
            long expected = 0;
            for (int i = 0; i < dimension; i++)
            {
                // The last trial is the largest sum there can be.
                query[i] = (short)(trial == 2 ? -limit : random.Next(-limit, limit + 1));
                codes[i] = (sbyte)(trial == 2 ? -Int8DotKernel.CodeLimit : random.Next(-127, 128));
                expected += query[i] * codes[i];
            }

            fixed (short* q = query)
            fixed (sbyte* c = codes)
            {
                foreach (SimdLevel level in SimdLevels.Supported)
                {
                    Assert.Equal(expected, Int8DotKernel.Dot(q, c, length, level));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(22)]
    [InlineData(171)]
    [InlineData(260)]
    public void Looked_up_sums_of_a_block_are_the_same_on_every_instruction_set(int groups)
    {
        byte[] codes = new byte[groups * BitBlockKernel.GroupBytes];
        byte[] tables = new byte[groups * BitBlockKernel.GroupTables * BitBlockKernel.TableSize];
        var random = new Random(groups);
        random.NextBytes(codes);
        for (int i = 0; i < tables.Length; i++)
        {
            tables[i] = (byte)(groups == 260 ? 63 : random.Next(64));
        }

        ushort[] expected = new ushort[64];
        ushort[] actual = new ushort[64];
        fixed (byte* c = codes, t = tables)
        fixed (ushort* e = expected, a = actual)
        {
            BitBlockKernel.Sum(c, t, groups, e, SimdLevel.Scalar);
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                BitBlockKernel.Sum(c, t, groups, a, level);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Fact]
    public void Estimates_and_thresholds_are_the_same_on_every_instruction_set()
    {
        var random = new Random(5);
        ushort[] sums = [.. Enumerable.Range(0, 64).Select(_ => (ushort)random.Next(65536))];
        float[] factors = Floats(64, seed: 6);
        float[] errors = [.. Floats(64, seed: 7).Select(MathF.Abs)];
        float[] expected = new float[64];
        float[] actual = new float[64];
        fixed (ushort* s = sums)
        fixed (float* f = factors, r = errors, e = expected, a = actual)
        {
            EstimateKernel.Estimate(s, f, 0.013f, -1.5f, 0.4f, e, threshold: 0, SimdLevel.Scalar);
            float threshold = expected.Order().ElementAt(40);
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                Assert.Equal(EstimateKernel.Reaching(e, r, 0, threshold, SimdLevel.Scalar), EstimateKernel.Estimate(s, f, 0.013f, -1.5f, 0.4f, a, threshold, level));
                Assert.Equal(expected, actual);
                Assert.Equal(EstimateKernel.Reaching(e, r, 0.5f, threshold, SimdLevel.Scalar), EstimateKernel.Reaching(e, r, 0.5f, threshold, level));
                float[] added = [.. expected];
                short[] scores = [.. Enumerable.Range(-32, 64).Select(i => (short)(i * 900))];
                ulong reaching;
                fixed (short* extra = scores)
                fixed (float* sum = added)
                {
                    reaching = EstimateKernel.Add(extra, 0.00003f, sum, threshold, level);
                }

                Assert.Equal(expected.Select((x, i) => MathF.FusedMultiplyAdd(scores[i], 0.00003f, x)), added);
                Assert.Equal(added.Select((x, i) => x >= threshold ? 1UL << i : 0).Aggregate((x, y) => x | y), reaching);
                Assert.Equal(24, System.Numerics.BitOperations.PopCount(EstimateKernel.Reaching(e, r, 0, threshold, level)));
                var terms = new EstimateTerms(0.013f, -1.5f, 0.4f, 0.00003f, 0.5f);
                foreach (ulong rows in (ulong[])[ulong.MaxValue, 0x8000_1000_0300_0401, 1UL << 63, 0])
                {
                    fixed (short* extra = scores)
                    {
                        Assert.Equal(reaching & rows, EstimateKernel.Run(s, f, r, extra, terms, rows, threshold, a, out float highest, level));
                        Assert.Equal(added, actual);
                        Assert.Equal(Raised(added, errors, rows), highest);
                        Assert.Equal(EstimateKernel.Reaching(e, r, 0, threshold, level) & rows, EstimateKernel.Run(s, f, r, null, terms, rows, threshold, a, out highest, level));
                        Assert.Equal(expected, actual);
                        Assert.Equal(Raised(expected, errors, rows), highest);
                    }
                }
            }
        }
    }

    static float Raised(float[] estimates, float[] errors, ulong rows) =>
        estimates.Select((x, i) => MathF.FusedMultiplyAdd(errors[i], 0.5f, x)).Where((_, i) => (rows >> i & 1) != 0).DefaultIfEmpty(float.NegativeInfinity).Max();

    [Fact]
    public unsafe void Products_of_four_queries_are_those_of_each()
    {
        const int Length = 192;
        const int Rows = 5;
        var random = new Random(3);
        short[] queries = [.. Enumerable.Range(0, 4 * Length).Select(_ => (short)random.Next(-3000, 3000))];
        sbyte[] codes = [.. Enumerable.Range(0, Rows * Length).Select(_ => (sbyte)random.Next(-127, 128))];
        int[] products = new int[4 * Rows];
        fixed (short* q = queries)
        fixed (sbyte* c = codes)
        fixed (int* p = products)
        {
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                products.AsSpan().Clear();
                Int8DotKernel.DotFour(q, q + Length, q + (2 * Length), q + (3 * Length), c, Length, Rows, p, level);
                for (int i = 0; i < products.Length; i++)
                {
                    Assert.Equal(Int8DotKernel.Dot(q + (i / Rows * Length), c + (i % Rows * Length), Length, SimdLevel.Scalar), products[i]);
                }
            }
        }
    }

    [Fact]
    public unsafe void A_block_of_a_matrix_holds_the_products_of_its_rows()
    {
        const int Elements = 40;
        const int Stride = 16;
        var random = new Random(4);
        float[] left = [.. Enumerable.Range(0, Elements * Stride).Select(_ => random.NextSingle() - 0.5f)];
        float[] right = [.. Enumerable.Range(0, Elements * 16).Select(_ => random.NextSingle() - 0.5f)];
        float[] products = new float[8 * 16];
        fixed (float* l = left, r = right, p = products)
        {
            PanelKernel.Multiply(l + 8, Stride, r, Elements, p);
        }

        for (int i = 0; i < products.Length; i++)
        {
            double expected = Enumerable.Range(0, Elements).Sum(e => (double)left[(e * Stride) + 8 + (i / 16)] * right[(e * 16) + (i % 16)]);
            Assert.Equal(expected, products[i], 1e-5);
        }
    }

    [Fact]
    public unsafe void A_table_holds_the_sum_of_the_elements_of_each_pattern()
    {
        float[] elements = [0.5f, -1.25f, 0.75f, 2, -0.5f, 0.25f];
        byte[] table = new byte[BitBlockKernel.TableSize];
        fixed (float* e = elements)
        fixed (byte* t = table)
        {
            LookupTableKernel.Make(e, 1.75f, 12, t);
        }

        for (int pattern = 0; pattern < table.Length; pattern++)
        {
            float sum = 1.75f + elements.Where((_, bit) => (pattern >> bit & 1) != 0).Sum();
            Assert.Equal((int)MathF.Round(sum * 12), table[pattern]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(512)]
    [InlineData(4096)]
    public void The_Hadamard_transform_is_the_same_on_every_instruction_set_and_its_own_inverse(int count)
    {
        float[] values = Floats(count, seed: 8);
        float[] expected = [.. values];
        fixed (float* e = expected)
        {
            HadamardKernel.Transform(e, count, SimdLevel.Scalar);
        }

        Assert.Equal(values.Sum(v => (double)v), expected[0], 1e-2);
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            float[] actual = [.. values];
            fixed (float* a = actual)
            {
                HadamardKernel.Transform(a, count, level);
                Assert.Equal(expected, actual);
                HadamardKernel.Transform(a, count, level);
            }

            for (int i = 0; i < count; i++)
            {
                Assert.Equal(values[i] * count, actual[i], 1e-5f * count * MathF.Sqrt(count));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void A_rotation_keeps_lengths_and_angles_and_spreads_a_vector_over_all_axes(int dimension)
    {
        float[] a = Floats(dimension, seed: 9);
        float[] b = Floats(dimension, seed: 10);
        float expected = DotKernel.Dot(a, b);
        float scale = TensorPrimitives.Norm<float>(a) * TensorPrimitives.Norm<float>(b);
        Rotation rotation = Rotation.Of(dimension);
        float[] scalar = [.. a];
        rotation.Apply(scalar, SimdLevel.Scalar);
        rotation.Apply(a);
        rotation.Apply(b);
        Assert.Equal(scalar, a);
        Assert.Equal(expected, DotKernel.Dot(a, b), scale * 1e-5f);

        float[] axis = new float[dimension];
        axis[^1] = 1;
        rotation.Apply(axis);
        if (dimension >= 32)
        {
            Assert.True(TensorPrimitives.MaxMagnitude<float>(axis) < 0.75f, "One axis stayed one axis.");
        }
    }

    static float[] Floats(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }
}
