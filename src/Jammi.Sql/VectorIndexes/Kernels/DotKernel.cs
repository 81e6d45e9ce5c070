using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>
/// Dot product of floats with one order of summation whatever the processor: element i goes by fused multiply-add to lane i mod 16, in order of i; the
/// sixteen lanes are then halved four times, lane j with lane j + half. Missing elements of the last sixteen count as zeros.
/// </summary>
internal static unsafe class DotKernel
{
    /// <summary>Lanes that are summed apart.</summary>
    public const int Lanes = 16;

    /// <summary>The largest relative error of a result against the exact one, in terms of |a||b|: a chain of n / 16 roundings and the four halvings.</summary>
    public static float RoundingError(int dimension) => ((dimension / Lanes) + 6) * 6e-8f;

    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, b.Length);
        fixed (float* x = a, y = b)
        {
            return Dot(x, y, a.Length);
        }
    }

    /// <summary>Dot product of two arrays of <paramref name="count"/> floats, of any alignment.</summary>
    public static float Dot(float* a, float* b, int count) => Dot(a, b, count, SimdLevels.Best);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Dot(float* a, float* b, int count, SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => Dot512(a, b, count),
        SimdLevel.Vector256 => Dot256(a, b, count),
        SimdLevel.Vector128 => Dot128(a, b, count),
        _ => DotScalar(a, b, count),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Dot512(float* a, float* b, int count)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        int whole = count & -Lanes;
        for (int i = 0; i < whole; i += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), sum);
        }

        if (whole < count)
        {
            float* rest = stackalloc float[2 * Lanes];
            CopyRest(a, b, whole, count, rest);
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(rest), Vector512.Load(rest + Lanes), sum);
        }

        return Halve(sum.GetLower() + sum.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Dot256(float* a, float* b, int count)
    {
        Vector256<float> low = Vector256<float>.Zero;
        Vector256<float> high = Vector256<float>.Zero;
        int whole = count & -Lanes;
        for (int i = 0; i < whole; i += Lanes)
        {
            low = Vector256.FusedMultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), low);
            high = Vector256.FusedMultiplyAdd(Vector256.Load(a + i + 8), Vector256.Load(b + i + 8), high);
        }

        if (whole < count)
        {
            float* rest = stackalloc float[2 * Lanes];
            CopyRest(a, b, whole, count, rest);
            low = Vector256.FusedMultiplyAdd(Vector256.Load(rest), Vector256.Load(rest + Lanes), low);
            high = Vector256.FusedMultiplyAdd(Vector256.Load(rest + 8), Vector256.Load(rest + Lanes + 8), high);
        }

        return Halve(low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Dot128(float* a, float* b, int count)
    {
        Vector128<float> s0 = Vector128<float>.Zero;
        Vector128<float> s1 = s0;
        Vector128<float> s2 = s0;
        Vector128<float> s3 = s0;
        int whole = count & -Lanes;
        for (int i = 0; i < whole; i += Lanes)
        {
            s0 = Vector128.FusedMultiplyAdd(Vector128.Load(a + i), Vector128.Load(b + i), s0);
            s1 = Vector128.FusedMultiplyAdd(Vector128.Load(a + i + 4), Vector128.Load(b + i + 4), s1);
            s2 = Vector128.FusedMultiplyAdd(Vector128.Load(a + i + 8), Vector128.Load(b + i + 8), s2);
            s3 = Vector128.FusedMultiplyAdd(Vector128.Load(a + i + 12), Vector128.Load(b + i + 12), s3);
        }

        if (whole < count)
        {
            float* rest = stackalloc float[2 * Lanes];
            CopyRest(a, b, whole, count, rest);
            s0 = Vector128.FusedMultiplyAdd(Vector128.Load(rest), Vector128.Load(rest + Lanes), s0);
            s1 = Vector128.FusedMultiplyAdd(Vector128.Load(rest + 4), Vector128.Load(rest + Lanes + 4), s1);
            s2 = Vector128.FusedMultiplyAdd(Vector128.Load(rest + 8), Vector128.Load(rest + Lanes + 8), s2);
            s3 = Vector128.FusedMultiplyAdd(Vector128.Load(rest + 12), Vector128.Load(rest + Lanes + 12), s3);
        }

        return Halve(Vector256.Create(s0 + s2, s1 + s3));
    }

    static float DotScalar(float* a, float* b, int count)
    {
        float* sums = stackalloc float[Lanes];
        new Span<float>(sums, Lanes).Clear();
        int padded = (count + Lanes - 1) & -Lanes;
        for (int i = 0; i < padded; i++)
        {
            ref float sum = ref sums[i % Lanes];
            sum = i < count ? MathF.FusedMultiplyAdd(a[i], b[i], sum) : MathF.FusedMultiplyAdd(0, 0, sum);
        }

        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                sums[i] += sums[i + half];
            }
        }

        return sums[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Halve(Vector256<float> eight)
    {
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    static void CopyRest(float* a, float* b, int from, int count, float* rest)
    {
        for (int i = 0; i < Lanes; i++)
        {
            rest[i] = from + i < count ? a[from + i] : 0;
            rest[Lanes + i] = from + i < count ? b[from + i] : 0;
        }
    }
}
