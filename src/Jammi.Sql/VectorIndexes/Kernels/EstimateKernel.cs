using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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
}
