using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jammi.Inference.Images;

/// <summary>
/// Multiplies colours by their alpha before a resize, so that the colours of transparent pixels do not bleed into their
/// neighbours, and divides them again afterwards. Rounding is the reference's.
/// </summary>
internal static class AlphaPremultiplier
{
    /// <summary>c = round(c * a / 255), in place.</summary>
    public static void Premultiply(Span<byte> pixels)
    {
        int i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; i <= pixels.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
            {
                Span<byte> four = pixels.Slice(i, Vector128<byte>.Count);
                (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create<byte>(four));
                Vector128.Narrow(Multiply(low), Multiply(high)).CopyTo(four);
            }
        }

        PremultiplyScalar(pixels[i..]);
    }

    /// <summary>The same, a pixel at a time.</summary>
    internal static void PremultiplyScalar(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += PixelBuffer.BytesPerPixel)
        {
            int alpha = pixels[i + 3];
            for (int channel = i; channel < i + 3; channel++)
            {
                pixels[channel] = MultiplyBytes(pixels[channel], alpha);
            }
        }
    }

    /// <summary>c = min(255, floor(255 * c / a)), in place; pixels of alpha 0 and 255 stay as they are.</summary>
    public static void Unpremultiply(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += PixelBuffer.BytesPerPixel)
        {
            int alpha = pixels[i + 3];
            if (alpha is 0 or 255)
            {
                continue;
            }

            for (int channel = i; channel < i + 3; channel++)
            {
                pixels[channel] = (byte)Math.Min(255, 255 * pixels[channel] / alpha);
            }
        }
    }

    /// <summary>round(a * b / 255) for 0..255, without dividing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte MultiplyBytes(int a, int b)
    {
        int product = a * b + 128;
        return (byte)((product + (product >> 8)) >> 8);
    }

    /// <summary>Two pixels of 16-bit channels, each times its alpha; alpha is multiplied by 255, which leaves it as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ushort> Multiply(Vector128<ushort> pixels)
    {
        Vector128<ushort> alpha = Vector128.Shuffle(pixels, Vector128.Create((ushort)3, 3, 3, 3, 7, 7, 7, 7));
        Vector128<ushort> factor = alpha | Vector128.Create((ushort)0, 0, 0, 255, 0, 0, 0, 255);
        Vector128<ushort> product = pixels * factor + Vector128.Create((ushort)128);
        return (product + (product >> 8)) >> 8;
    }
}
