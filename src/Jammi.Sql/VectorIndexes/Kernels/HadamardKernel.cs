using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>
/// The Walsh-Hadamard transform of 2^m floats in place, without scaling: m rounds of sums and differences. Every element is the result of the same
/// additions whatever the width of the registers.
/// </summary>
internal static unsafe class HadamardKernel
{
    /// <summary>Rounds of distance below this work within registers of four floats.</summary>
    const int Small = 16;

    /// <param name="count">A power of two.</param>
    public static void Transform(float* values, int count) => Transform(values, count, SimdLevels.Best);

    internal static void Transform(float* values, int count, SimdLevel level)
    {
        if (level == SimdLevel.Scalar || count < Small)
        {
            Rounds(values, count, 1);
            return;
        }

        for (int i = 0; i < count; i += Small)
        {
            TransformSixteen(values + i);
        }

        switch (level)
        {
            case SimdLevel.Vector512:
                Rounds512(values, count);
                break;
            case SimdLevel.Vector256:
                Rounds256(values, count);
                break;
            default:
                Rounds128(values, count);
                break;
        }
    }

    static void Rounds(float* values, int count, int first)
    {
        for (int distance = first; distance < count; distance *= 2)
        {
            for (int start = 0; start < count; start += 2 * distance)
            {
                for (int i = start; i < start + distance; i++)
                {
                    float a = values[i];
                    float b = values[i + distance];
                    values[i] = a + b;
                    values[i + distance] = a - b;
                }
            }
        }
    }

    /// <summary>The rounds of distance 1, 2, 4 and 8. Within a register the second of a pair is turned negative and added to the first moved beside it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransformSixteen(float* values)
    {
        Vector128<float> a = WithinFour(Vector128.Load(values));
        Vector128<float> b = WithinFour(Vector128.Load(values + 4));
        Vector128<float> c = WithinFour(Vector128.Load(values + 8));
        Vector128<float> d = WithinFour(Vector128.Load(values + 12));
        (a, b) = (a + b, a - b);
        (c, d) = (c + d, c - d);
        (a + c).Store(values);
        (b + d).Store(values + 4);
        (a - c).Store(values + 8);
        (b - d).Store(values + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> WithinFour(Vector128<float> v)
    {
        v = Vector128.Shuffle(v, Vector128.Create(1, 0, 3, 2)) + (v ^ Vector128.Create(0f, -0f, 0f, -0f));
        return Vector128.Shuffle(v, Vector128.Create(2, 3, 0, 1)) + (v ^ Vector128.Create(0f, 0f, -0f, -0f));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rounds512(float* values, int count)
    {
        for (int distance = Small; distance < count; distance *= 2)
        {
            for (int start = 0; start < count; start += 2 * distance)
            {
                for (float* p = values + start; p < values + start + distance; p += 16)
                {
                    Vector512<float> a = Vector512.Load(p);
                    Vector512<float> b = Vector512.Load(p + distance);
                    (a + b).Store(p);
                    (a - b).Store(p + distance);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rounds256(float* values, int count)
    {
        for (int distance = Small; distance < count; distance *= 2)
        {
            for (int start = 0; start < count; start += 2 * distance)
            {
                for (float* p = values + start; p < values + start + distance; p += 8)
                {
                    Vector256<float> a = Vector256.Load(p);
                    Vector256<float> b = Vector256.Load(p + distance);
                    (a + b).Store(p);
                    (a - b).Store(p + distance);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rounds128(float* values, int count)
    {
        for (int distance = Small; distance < count; distance *= 2)
        {
            for (int start = 0; start < count; start += 2 * distance)
            {
                for (float* p = values + start; p < values + start + distance; p += 4)
                {
                    Vector128<float> a = Vector128.Load(p);
                    Vector128<float> b = Vector128.Load(p + distance);
                    (a + b).Store(p);
                    (a - b).Store(p + distance);
                }
            }
        }
    }
}
