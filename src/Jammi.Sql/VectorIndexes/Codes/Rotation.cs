using System.Collections.Concurrent;
using System.Numerics;
using System.Numerics.Tensors;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// A fixed random rotation of vectors of one dimension, by rounds of random signs and a Hadamard transform. It spreads every vector evenly over the axes,
/// which is what lets one bit an axis say so much (RaBitQ, Gao and Long, SIGMOD 2024). Where the dimension is no power of two, rounds transform its
/// first and its last elements in turn, as many as the largest power of two below: these overlap, so everything mixes, and nothing is padded.
/// </summary>
internal sealed class Rotation
{
    /// <summary>Part of the format of codes: they are only comparable under one rotation.</summary>
    const ulong Seed = 0x4A41_4D4D_4931_4269;

    static readonly ConcurrentDictionary<int, Rotation> ByDimension = new();

    readonly Round[] rounds;

    Rotation(int dimension)
    {
        int width = 1 << BitOperations.Log2((uint)dimension);
        bool whole = width == dimension;
        rounds = new Round[whole ? 3 : 4];
        ulong state = Seed;
        for (int r = 0; r < rounds.Length; r++)
        {
            int start = whole || r % 2 == 0 ? 0 : dimension - width;
            float[] signs = new float[dimension];
            for (int i = 0; i < dimension; i++)
            {
                float scale = i >= start && i < start + width ? 1 / MathF.Sqrt(width) : 1;
                signs[i] = (Next(ref state) & 1) == 0 ? scale : -scale;
            }

            rounds[r] = new(start, width, signs);
        }
    }

    /// <param name="dimension">At least 1.</param>
    public static Rotation Of(int dimension) => ByDimension.GetOrAdd(dimension, d => new(d));

    /// <summary>Rotates in place.</summary>
    public void Apply(Span<float> vector) => Apply(vector, SimdLevels.Best);

    internal unsafe void Apply(Span<float> vector, SimdLevel level)
    {
        foreach (Round round in rounds)
        {
            TensorPrimitives.Multiply(vector, round.ScaledSigns, vector);
            fixed (float* start = vector[round.Start..])
            {
                HadamardKernel.Transform(start, round.Width, level);
            }
        }
    }

    /// <summary>SplitMix64.</summary>
    static ulong Next(ref ulong state)
    {
        state += 0x9E37_79B9_7F4A_7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    readonly record struct Round(int Start, int Width, float[] ScaledSigns);
}
