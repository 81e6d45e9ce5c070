namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>Colour models of decoded JPEG components, held as four bytes a pixel.</summary>
internal static class JpegColor
{
    const int FractionBits = 16, Half = 1 << (FractionBits - 1);

    /// <summary>Luma and two chroma components to red, green and blue, in place (ITU-T T.871, in 16-bit fixed point).</summary>
    public static void ConvertYccToRgb(Span<byte> pixels)
    {
        const int RedOfCr = 91881, GreenOfCb = -22554, GreenOfCr = -46802, BlueOfCb = 116130;
        for (int i = 0; i < pixels.Length; i += PixelBuffer.BytesPerPixel)
        {
            int luma = pixels[i], cb = pixels[i + 1] - 128, cr = pixels[i + 2] - 128;
            pixels[i] = Clip(luma + ((RedOfCr * cr + Half) >> FractionBits));
            pixels[i + 1] = Clip(luma + ((GreenOfCb * cb + GreenOfCr * cr + Half) >> FractionBits));
            pixels[i + 2] = Clip(luma + ((BlueOfCb * cb + Half) >> FractionBits));
        }
    }

    /// <summary>Four-component samples to ink, 0 for none, in place. They are taken as inverted, as Adobe writes them, marked or not.</summary>
    /// <param name="isYcck">Whether cyan, magenta and yellow are held as luma and chroma of their complement.</param>
    public static void ConvertToCmyk(Span<byte> pixels, bool isYcck)
    {
        if (!isYcck)
        {
            Invert(pixels, first: 0, step: 1);
            return;
        }

        // The complement of red, green and blue is ink, and ink is stored inverted: the two cancel.
        ConvertYccToRgb(pixels);
        Invert(pixels, first: 3, step: PixelBuffer.BytesPerPixel);
    }

    static void Invert(Span<byte> pixels, int first, int step)
    {
        for (int i = first; i < pixels.Length; i += step)
        {
            pixels[i] = (byte)~pixels[i];
        }
    }

    static byte Clip(int value) => (byte)Math.Clamp(value, 0, 255);
}
