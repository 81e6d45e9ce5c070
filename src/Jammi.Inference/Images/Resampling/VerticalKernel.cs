using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jammi.Inference.Images.Resampling;

/// <summary>
/// The vertical pass. A byte of an output row is the weighted sum of the bytes above each other in consecutive input rows;
/// channels need no telling apart. Output rows are a whole number of 32-byte blocks; what is read and written
/// behind the last pixel of a row is never used.
/// </summary>
internal static unsafe class VerticalKernel
{
    const int Half = 1 << (ResampleWindows.FractionBits - 1);

    public static void Avx2Row(byte* input, int inputStride, int* weights, int taps, byte* output, int outputBytes)
    {
        for (int column = 0; column < outputBytes; column += 32)
        {
            Vector256<int> sum0 = Vector256.Create(Half), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            byte* block = input + column;
            for (int tap = 0; tap < taps; tap++)
            {
                Vector256<int> weight = Vector256.Create(weights[tap]);
                sum0 += weight * Avx2.ConvertToVector256Int32(block);
                sum1 += weight * Avx2.ConvertToVector256Int32(block + 8);
                sum2 += weight * Avx2.ConvertToVector256Int32(block + 16);
                sum3 += weight * Avx2.ConvertToVector256Int32(block + 24);
                block += inputStride;
            }

            Vector256.Narrow(
                Vector256.Narrow(Clip(sum0), Clip(sum1)),
                Vector256.Narrow(Clip(sum2), Clip(sum3))).Store(output + column);
        }
    }

    public static void Vector128Row(byte* input, int inputStride, int* weights, int taps, byte* output, int outputBytes)
    {
        for (int column = 0; column < outputBytes; column += 16)
        {
            Vector128<int> sum0 = Vector128.Create(Half), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            byte* block = input + column;
            for (int tap = 0; tap < taps; tap++)
            {
                int weight = weights[tap];
                (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(block));
                sum0 += Vector128.WidenLower(low).AsInt32() * weight;
                sum1 += Vector128.WidenUpper(low).AsInt32() * weight;
                sum2 += Vector128.WidenLower(high).AsInt32() * weight;
                sum3 += Vector128.WidenUpper(high).AsInt32() * weight;
                block += inputStride;
            }

            Vector128.Narrow(
                Vector128.Narrow(Clip(sum0), Clip(sum1)),
                Vector128.Narrow(Clip(sum2), Clip(sum3))).Store(output + column);
        }
    }

    public static void ScalarRow(byte* input, int inputStride, int* weights, int taps, byte* output, int outputBytes)
    {
        for (int column = 0; column < outputBytes; column++)
        {
            int sum = Half;
            for (int tap = 0; tap < taps; tap++)
            {
                sum += input[(long)tap * inputStride + column] * weights[tap];
            }

            output[column] = (byte)Math.Clamp(sum >> ResampleWindows.FractionBits, 0, 255);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> Clip(Vector256<int> sum) =>
        Vector256.Max(Vector256.Min(sum >> ResampleWindows.FractionBits, Vector256.Create(255)), Vector256<int>.Zero).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<uint> Clip(Vector128<int> sum) =>
        Vector128.Max(Vector128.Min(sum >> ResampleWindows.FractionBits, Vector128.Create(255)), Vector128<int>.Zero).AsUInt32();
}
