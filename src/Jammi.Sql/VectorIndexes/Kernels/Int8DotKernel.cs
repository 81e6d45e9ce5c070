using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>
/// Dot product of a 16-bit query with 8-bit codes, in 32-bit integers: exact, so the order of summation does not matter. Lengths are multiples of
/// <see cref="Multiple"/>; the query's scale is chosen so that no sum overflows (<see cref="QueryLimit"/>).
/// </summary>
internal static unsafe class Int8DotKernel
{
    /// <summary>Rows of codes are padded with zeros to a multiple of this.</summary>
    public const int Multiple = 64;

    /// <summary>The largest code.</summary>
    public const int CodeLimit = 127;

    /// <summary>The largest magnitude a query's element may have at this dimension.</summary>
    public static int QueryLimit(int dimension) => Math.Min(short.MaxValue, int.MaxValue / (CodeLimit * dimension));

    public static int PaddedLength(int dimension) => (dimension + Multiple - 1) & -Multiple;

    public static int Dot(short* query, sbyte* codes, int length) => Dot(query, codes, length, SimdLevels.Best);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Dot(short* query, sbyte* codes, int length, SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => Dot512(query, codes, length),
        SimdLevel.Vector256 => Dot256(query, codes, length),
        SimdLevel.Vector128 => Dot128(query, codes, length),
        _ => DotScalar(query, codes, length),
    };

    /// <summary>Products of four queries with some rows of codes, which are read and widened once: products[q * rows + row].</summary>
    public static void DotFour(short* q0, short* q1, short* q2, short* q3, sbyte* codes, int length, int rows, int* products) =>
        DotFour(q0, q1, q2, q3, codes, length, rows, products, SimdLevels.Best);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void DotFour(short* q0, short* q1, short* q2, short* q3, sbyte* codes, int length, int rows, int* products, SimdLevel level)
    {
        for (int row = 0; row < rows; row++, codes += length, products++)
        {
            if (level != SimdLevel.Vector512)
            {
                products[0] = Dot(q0, codes, length, level);
                products[rows] = Dot(q1, codes, length, level);
                products[2 * rows] = Dot(q2, codes, length, level);
                products[3 * rows] = Dot(q3, codes, length, level);
                continue;
            }

            Vector512<int> s0 = Vector512<int>.Zero;
            Vector512<int> s1 = s0, s2 = s0, s3 = s0;
            for (int i = 0; i < length; i += 32)
            {
                Vector512<short> wide = Avx512BW.ConvertToVector512Int16(Vector256.Load(codes + i));
                s0 += Avx512BW.MultiplyAddAdjacent(Vector512.Load(q0 + i), wide);
                s1 += Avx512BW.MultiplyAddAdjacent(Vector512.Load(q1 + i), wide);
                s2 += Avx512BW.MultiplyAddAdjacent(Vector512.Load(q2 + i), wide);
                s3 += Avx512BW.MultiplyAddAdjacent(Vector512.Load(q3 + i), wide);
            }

            products[0] = Vector512.Sum(s0);
            products[rows] = Vector512.Sum(s1);
            products[2 * rows] = Vector512.Sum(s2);
            products[3 * rows] = Vector512.Sum(s3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Dot512(short* query, sbyte* codes, int length)
    {
        Vector512<int> even = Vector512<int>.Zero;
        Vector512<int> odd = Vector512<int>.Zero;
        for (int i = 0; i < length; i += Multiple)
        {
            even += Avx512BW.MultiplyAddAdjacent(Vector512.Load(query + i), Avx512BW.ConvertToVector512Int16(Vector256.Load(codes + i)));
            odd += Avx512BW.MultiplyAddAdjacent(Vector512.Load(query + i + 32), Avx512BW.ConvertToVector512Int16(Vector256.Load(codes + i + 32)));
        }

        return Vector512.Sum(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Dot256(short* query, sbyte* codes, int length)
    {
        Vector256<int> even = Vector256<int>.Zero;
        Vector256<int> odd = Vector256<int>.Zero;
        for (int i = 0; i < length; i += 32)
        {
            even += Avx2.MultiplyAddAdjacent(Vector256.Load(query + i), Avx2.ConvertToVector256Int16(Vector128.Load(codes + i)));
            odd += Avx2.MultiplyAddAdjacent(Vector256.Load(query + i + 16), Avx2.ConvertToVector256Int16(Vector128.Load(codes + i + 16)));
        }

        return Vector256.Sum(even + odd);
    }

    static int Dot128(short* query, sbyte* codes, int length)
    {
        Vector128<int> sum = Vector128<int>.Zero;
        for (int i = 0; i < length; i += 16)
        {
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Load(codes + i));
            (Vector128<int> q0, Vector128<int> q1) = Vector128.Widen(Vector128.Load(query + i));
            (Vector128<int> q2, Vector128<int> q3) = Vector128.Widen(Vector128.Load(query + i + 8));
            (Vector128<int> c0, Vector128<int> c1) = Vector128.Widen(low);
            (Vector128<int> c2, Vector128<int> c3) = Vector128.Widen(high);
            sum += (q0 * c0) + (q1 * c1) + (q2 * c2) + (q3 * c3);
        }

        return Vector128.Sum(sum);
    }

    static int DotScalar(short* query, sbyte* codes, int length)
    {
        int sum = 0;
        for (int i = 0; i < length; i++)
        {
            sum += query[i] * codes[i];
        }

        return sum;
    }
}
