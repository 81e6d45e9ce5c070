using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>
/// Products of eight rows with sixteen, whose elements lie side by side: a block of the product of two matrices that stays in registers. Written once over 512 bits, which
/// processors without them do in halves.
/// </summary>
internal static unsafe class PanelKernel
{
    /// <summary>Rows on the left of a block.</summary>
    public const int LeftRows = 8;

    /// <param name="left">Element by element, in strides of <paramref name="leftStride"/>: eight rows.</param>
    /// <param name="right">Element by element: sixteen rows.</param>
    /// <param name="products">Receives 8 times 16 sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, int leftStride, float* right, int elements, float* products)
    {
        Vector512<float> s0 = Vector512<float>.Zero;
        Vector512<float> s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (int i = 0; i < elements; i++)
        {
            Vector512<float> r = Vector512.Load(right);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(left[0]), r, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(left[1]), r, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(left[2]), r, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(left[3]), r, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Create(left[4]), r, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Create(left[5]), r, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Create(left[6]), r, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Create(left[7]), r, s7);
            left += leftStride;
            right += 16;
        }

        s0.Store(products);
        s1.Store(products + 16);
        s2.Store(products + 32);
        s3.Store(products + 48);
        s4.Store(products + 64);
        s5.Store(products + 80);
        s6.Store(products + 96);
        s7.Store(products + 112);
    }
}
