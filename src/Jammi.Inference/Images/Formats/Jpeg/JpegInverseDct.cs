using System.Runtime.CompilerServices;

namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>
/// The accurate integer inverse DCT: Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11
/// multiplications", 1989, in 13-bit fixed point, columns first with two extra bits kept between the passes.
/// These precisions are what common decoders use, so samples equal theirs.
/// </summary>
internal static class JpegInverseDct
{
    const int Size = JpegComponent.BlockSize;
    const int FractionBits = 13, KeptBits = 2;

    /// <summary>Dequantizes and transforms one block of coefficients into 8 x 8 samples.</summary>
    public static void Transform(
        ReadOnlySpan<short> coefficients, ReadOnlySpan<ushort> quantization, Span<byte> samples, int stride)
    {
        Span<int> work = stackalloc int[JpegComponent.BlockArea];
        for (int i = 0; i < work.Length; i++)
        {
            work[i] = coefficients[i] * quantization[i];
        }

        for (int column = 0; column < Size; column++)
        {
            Transform(work[column..], Size, FractionBits - KeptBits);
        }

        for (int row = 0; row < Size; row++)
        {
            Span<int> line = work.Slice(row * Size, Size);
            Transform(line, 1, FractionBits + KeptBits + 3);
            Span<byte> output = samples.Slice(row * stride, Size);
            for (int i = 0; i < Size; i++)
            {
                output[i] = (byte)Math.Clamp(line[i] + 128, 0, 255);
            }
        }
    }

    /// <summary>One line of eight values, <paramref name="step"/> apart, in place; scaled down by <paramref name="shift"/> bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transform(Span<int> x, int step, int shift)
    {
        // Even part: rotation by 3 pi / 8 of frequencies 2 and 6, butterfly of 0 and 4.
        int x2 = x[2 * step], x6 = x[6 * step];
        int rotation = (x2 + x6) * Fixed(0.541196100);
        int low = rotation - x6 * Fixed(1.847759065);
        int high = rotation + x2 * Fixed(0.765366865);
        int sum = (x[0] + x[4 * step]) << FractionBits;
        int difference = (x[0] - x[4 * step]) << FractionBits;
        int even0 = sum + high, even3 = sum - high;
        int even1 = difference + low, even2 = difference - low;

        // Odd part: frequencies 7, 5, 3, 1.
        int x7 = x[7 * step], x5 = x[5 * step], x3 = x[3 * step], x1 = x[step];
        int z5 = (x7 + x3 + x5 + x1) * Fixed(1.175875602);
        int z1 = -(x7 + x1) * Fixed(0.899976223);
        int z2 = -(x5 + x3) * Fixed(2.562915447);
        int z3 = z5 - (x7 + x3) * Fixed(1.961570560);
        int z4 = z5 - (x5 + x1) * Fixed(0.390180644);
        int odd0 = x7 * Fixed(0.298631336) + z1 + z3;
        int odd1 = x5 * Fixed(2.053119869) + z2 + z4;
        int odd2 = x3 * Fixed(3.072711026) + z2 + z3;
        int odd3 = x1 * Fixed(1.501321110) + z1 + z4;

        int half = 1 << (shift - 1);
        x[0] = (even0 + odd3 + half) >> shift;
        x[7 * step] = (even0 - odd3 + half) >> shift;
        x[step] = (even1 + odd2 + half) >> shift;
        x[6 * step] = (even1 - odd2 + half) >> shift;
        x[2 * step] = (even2 + odd1 + half) >> shift;
        x[5 * step] = (even2 - odd1 + half) >> shift;
        x[3 * step] = (even3 + odd0 + half) >> shift;
        x[4 * step] = (even3 - odd0 + half) >> shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Fixed(double value) => (int)(value * (1 << FractionBits) + 0.5);
}
