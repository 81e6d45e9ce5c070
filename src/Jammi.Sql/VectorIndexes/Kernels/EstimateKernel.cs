using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>Element by element: similarities from looked-up sums, and which of them reach a threshold. A block of 64 rows at a time.</summary>
internal static unsafe class EstimateKernel
{
    /// <summary>estimates[i] = (sums[i] * scale + shift) * factors[i] + offset, with fused multiply-adds; returns a bit for each that is at least <paramref name="threshold"/>.</summary>
    public static ulong Estimate(ushort* sums, float* factors, float scale, float shift, float offset, float* estimates, float threshold) =>
        Estimate(sums, factors, scale, shift, offset, estimates, threshold, SimdLevels.Best);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ulong Estimate(ushort* sums, float* factors, float scale, float shift, float offset, float* estimates, float threshold, SimdLevel level)
    {
        ulong reaching = 0;
        switch (level)
        {
            case SimdLevel.Vector512:
                for (int i = 0; i < BitBlockKernel.BlockRows; i += 16)
                {
                    Vector256<ushort> sixteen = Vector256.Load(sums + i);
                    (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(sixteen);
                    Vector512<float> sum = Vector512.ConvertToSingle(Vector512.Create(low, high).AsInt32());
                    Vector512<float> inner = Vector512.FusedMultiplyAdd(sum, Vector512.Create(scale), Vector512.Create(shift));
                    Vector512<float> estimate = Vector512.FusedMultiplyAdd(inner, Vector512.Load(factors + i), Vector512.Create(offset));
                    estimate.Store(estimates + i);
                    reaching |= Vector512.GreaterThanOrEqual(estimate, Vector512.Create(threshold)).ExtractMostSignificantBits() << i;
                }

                break;
            case SimdLevel.Vector256 or SimdLevel.Vector128:
                for (int i = 0; i < BitBlockKernel.BlockRows; i += 8)
                {
                    (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(sums + i));
                    Vector256<float> sum = Vector256.ConvertToSingle(Vector256.Create(low, high).AsInt32());
                    Vector256<float> inner = Vector256.FusedMultiplyAdd(sum, Vector256.Create(scale), Vector256.Create(shift));
                    Vector256<float> estimate = Vector256.FusedMultiplyAdd(inner, Vector256.Load(factors + i), Vector256.Create(offset));
                    estimate.Store(estimates + i);
                    reaching |= (ulong)Vector256.GreaterThanOrEqual(estimate, Vector256.Create(threshold)).ExtractMostSignificantBits() << i;
                }

                break;
            default:
                for (int i = 0; i < BitBlockKernel.BlockRows; i++)
                {
                    estimates[i] = MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(sums[i], scale, shift), factors[i], offset);
                    reaching |= estimates[i] >= threshold ? 1UL << i : 0;
                }

                break;
        }

        return reaching;
    }

    /// <summary>estimates[i] += scores[i] * factor, with fused multiply-adds; returns a bit for each that is then at least <paramref name="threshold"/>.</summary>
    public static ulong Add(short* scores, float factor, float* estimates, float threshold) => Add(scores, factor, estimates, threshold, SimdLevels.Best);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ulong Add(short* scores, float factor, float* estimates, float threshold, SimdLevel level)
    {
        ulong reaching = 0;
        for (int i = 0; i < BitBlockKernel.BlockRows; i += 8)
        {
            if (level == SimdLevel.Scalar)
            {
                for (int j = i; j < i + 8; j++)
                {
                    estimates[j] = MathF.FusedMultiplyAdd(scores[j], factor, estimates[j]);
                    reaching |= estimates[j] >= threshold ? 1UL << j : 0;
                }

                continue;
            }

            (Vector128<int> low, Vector128<int> high) = Vector128.Widen(Vector128.Load(scores + i));
            Vector256<float> estimate = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Vector256.Create(low, high)), Vector256.Create(factor), Vector256.Load(estimates + i));
            estimate.Store(estimates + i);
            reaching |= (ulong)Vector256.GreaterThanOrEqual(estimate, Vector256.Create(threshold)).ExtractMostSignificantBits() << i;
        }

        return reaching;
    }

    /// <summary>A bit for each of 64 rows whose estimate, raised by <paramref name="widening"/> times its error, is at least <paramref name="threshold"/>.</summary>
    public static ulong Reaching(float* estimates, float* errors, float widening, float threshold) => Reaching(estimates, errors, widening, threshold, SimdLevels.Best);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static ulong Reaching(float* estimates, float* errors, float widening, float threshold, SimdLevel level)
    {
        ulong reaching = 0;
        switch (level)
        {
            case SimdLevel.Vector512:
                for (int i = 0; i < BitBlockKernel.BlockRows; i += 16)
                {
                    Vector512<float> upper = Vector512.FusedMultiplyAdd(Vector512.Load(errors + i), Vector512.Create(widening), Vector512.Load(estimates + i));
                    reaching |= Vector512.GreaterThanOrEqual(upper, Vector512.Create(threshold)).ExtractMostSignificantBits() << i;
                }

                break;
            case SimdLevel.Vector256 or SimdLevel.Vector128:
                for (int i = 0; i < BitBlockKernel.BlockRows; i += 8)
                {
                    Vector256<float> upper = Vector256.FusedMultiplyAdd(Vector256.Load(errors + i), Vector256.Create(widening), Vector256.Load(estimates + i));
                    reaching |= (ulong)Vector256.GreaterThanOrEqual(upper, Vector256.Create(threshold)).ExtractMostSignificantBits() << i;
                }

                break;
            default:
                for (int i = 0; i < BitBlockKernel.BlockRows; i++)
                {
                    reaching |= MathF.FusedMultiplyAdd(errors[i], widening, estimates[i]) >= threshold ? 1UL << i : 0;
                }

                break;
        }

        return reaching;
    }

    /// <summary>
    /// Estimates 64 rows as <see cref="Estimate(ushort*, float*, float, float, float, float*, float)"/> and, where there are scores, <see cref="Add(short*, float, float*, float)"/> do, and says how high they come.
    /// </summary>
    /// <param name="scores">Of the rows along an axis; null for none.</param>
    /// <param name="rows">A bit for each row that counts.</param>
    /// <param name="highest">Receives the highest estimate of these, each raised by <see cref="EstimateTerms.Widening"/> times its error; negative infinity for none.</param>
    /// <returns>A bit for each of these whose estimate is at least <paramref name="threshold"/>.</returns>
    public static ulong Run(ushort* sums, float* factors, float* errors, short* scores, in EstimateTerms terms, ulong rows, float threshold, float* estimates, out float highest) =>
        Run(sums, factors, errors, scores, terms, rows, threshold, estimates, out highest, SimdLevels.Best);

    internal static ulong Run(ushort* sums, float* factors, float* errors, short* scores, in EstimateTerms terms, ulong rows, float threshold, float* estimates, out float highest, SimdLevel level)
    {
        if (level == SimdLevel.Vector512)
        {
            return Run512(sums, factors, errors, scores, terms, rows, threshold, estimates, out highest);
        }

        ulong reaching = Estimate(sums, factors, terms.Scale, terms.Shift, terms.Offset, estimates, threshold, level);
        reaching = scores == null ? reaching : Add(scores, terms.PerScore, estimates, threshold, level);
        highest = float.NegativeInfinity;
        for (ulong left = rows; left != 0; left &= left - 1)
        {
            int i = BitOperations.TrailingZeroCount(left);
            highest = MathF.Max(highest, MathF.FusedMultiplyAdd(errors[i], terms.Widening, estimates[i]));
        }

        return reaching & rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static ulong Run512(ushort* sums, float* factors, float* errors, short* scores, in EstimateTerms terms, ulong rows, float threshold, float* estimates, out float highest)
    {
        ulong reaching = 0;
        Vector512<float> scale = Vector512.Create(terms.Scale);
        Vector512<float> shift = Vector512.Create(terms.Shift);
        Vector512<float> offset = Vector512.Create(terms.Offset);
        Vector512<float> perScore = Vector512.Create(terms.PerScore);
        Vector512<float> widening = Vector512.Create(terms.Widening);
        Vector512<float> least = Vector512.Create(threshold);
        Vector512<float> best = Vector512.Create(float.NegativeInfinity);
        Vector512<int> lanes = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        for (int i = 0; i < BitBlockKernel.BlockRows; i += 16)
        {
            Vector512<float> sum = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector256.Load(sums + i)));
            Vector512<float> estimate = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(sum, scale, shift), Vector512.Load(factors + i), offset);
            if (scores != null)
            {
                estimate = Vector512.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector256.Load(scores + i))), perScore, estimate);
            }

            estimate.Store(estimates + i);
            reaching |= Vector512.GreaterThanOrEqual(estimate, least).ExtractMostSignificantBits() << i;
            Vector512<float> upper = Vector512.FusedMultiplyAdd(Vector512.Load(errors + i), widening, estimate);
            Vector512<float> counted = Vector512.Equals(Vector512.Create((int)(rows >> i)) & lanes, lanes).AsSingle();
            best = Vector512.Max(best, Vector512.ConditionalSelect(counted, upper, best));
        }

        Vector256<float> eight = Vector256.Max(best.GetLower(), best.GetUpper());
        Vector128<float> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        highest = MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
        return reaching & rows;
    }
}

/// <summary>What turns looked-up sums into estimates: <c>(sum * Scale + Shift) * factor + Offset + score * PerScore</c>.</summary>
/// <param name="Offset">The query's product with the centre.</param>
/// <param name="PerScore">What a unit of a row's score along the axis is worth.</param>
/// <param name="Widening">By how many errors an estimate may be too low.</param>
internal readonly record struct EstimateTerms(float Scale, float Shift, float Offset, float PerScore, float Widening);
