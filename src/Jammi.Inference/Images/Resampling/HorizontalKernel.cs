using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jammi.Inference.Images.Resampling;

/// <summary>
/// The horizontal pass. An output pixel is the weighted sum of neighbouring pixels of one row; its four channels are the
/// four lanes of a 128-bit vector of integers. The 256-bit form takes two neighbours at once and four rows at a time,
/// so that each pair of weights is loaded once for all four. It may read one pixel past a row (with weight zero).
/// </summary>
internal readonly unsafe struct HorizontalKernel(int* starts, int* lengths, int* weights, int weightStride, int count)
{
    public const int RowsAtOnce = 4;

    const int Half = 1 << (ResampleWindows.FractionBits - 1);

    /// <summary>Four rows of output from four rows of input.</summary>
    public void Avx2Rows(byte* input, int inputStride, byte* output, int outputStride)
    {
        for (int i = 0; i < count; i++)
        {
            byte* row0 = input + (long)starts[i] * PixelBuffer.BytesPerPixel;
            byte* row1 = row0 + inputStride;
            byte* row2 = row1 + inputStride;
            byte* row3 = row2 + inputStride;
            int* window = weights + (long)i * weightStride;
            int bytes = lengths[i] * PixelBuffer.BytesPerPixel;
            Vector256<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int offset = 0; offset < bytes; offset += 2 * PixelBuffer.BytesPerPixel)
            {
                Vector256<int> pair = Vector256.Create(Vector128.Create(window[0]), Vector128.Create(window[1]));
                window += 2;
                sum0 += pair * Avx2.ConvertToVector256Int32(row0 + offset);
                sum1 += pair * Avx2.ConvertToVector256Int32(row1 + offset);
                sum2 += pair * Avx2.ConvertToVector256Int32(row2 + offset);
                sum3 += pair * Avx2.ConvertToVector256Int32(row3 + offset);
            }

            byte* pixel = output + i * PixelBuffer.BytesPerPixel;
            *(uint*)pixel = Round(sum0.GetLower() + sum0.GetUpper());
            *(uint*)(pixel + outputStride) = Round(sum1.GetLower() + sum1.GetUpper());
            *(uint*)(pixel + 2L * outputStride) = Round(sum2.GetLower() + sum2.GetUpper());
            *(uint*)(pixel + 3L * outputStride) = Round(sum3.GetLower() + sum3.GetUpper());
        }
    }

    public void Vector128Row(byte* input, byte* output)
    {
        for (int i = 0; i < count; i++)
        {
            uint* pixels = (uint*)input + starts[i];
            int* window = weights + (long)i * weightStride;
            int length = lengths[i];
            Vector128<int> sum = default;
            for (int tap = 0; tap < length; tap++)
            {
                sum += Widen(pixels[tap]) * window[tap];
            }

            ((uint*)output)[i] = Round(sum);
        }
    }

    public void ScalarRow(byte* input, byte* output)
    {
        for (int i = 0; i < count; i++)
        {
            byte* pixels = input + (long)starts[i] * PixelBuffer.BytesPerPixel;
            int* window = weights + (long)i * weightStride;
            for (int channel = 0; channel < PixelBuffer.BytesPerPixel; channel++)
            {
                int sum = Half;
                for (int tap = 0; tap < lengths[i]; tap++)
                {
                    sum += pixels[tap * PixelBuffer.BytesPerPixel + channel] * window[tap];
                }

                output[i * PixelBuffer.BytesPerPixel + channel] = (byte)Math.Clamp(sum >> ResampleWindows.FractionBits, 0, 255);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<int> Widen(uint pixel) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixel).AsByte())).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Round(Vector128<int> sum)
    {
        Vector128<int> value = (sum + Vector128.Create(Half)) >> ResampleWindows.FractionBits;
        Vector128<int> clipped = Vector128.Max(Vector128.Min(value, Vector128.Create(255)), Vector128<int>.Zero);
        return Vector128.Shuffle(clipped.AsByte(), Vector128.Create((byte)0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
            .AsUInt32().ToScalar();
    }
}
