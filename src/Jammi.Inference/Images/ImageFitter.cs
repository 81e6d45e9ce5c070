using Jammi.Inference.Images.Resampling;

namespace Jammi.Inference.Images;

/// <summary>
/// Brings decoded pixels to the model's input size: resize, crop and pad in the picture's own colour model,
/// and only then convert to RGB. That order is the reference's, and visible in the result.
/// </summary>
internal static class ImageFitter
{
    /// <summary>
    /// Red, green and blue (and a fourth byte without meaning) of the model's input, in a new buffer that the caller disposes.
    /// </summary>
    /// <param name="decoded">The picture; pixels with alpha or inks are changed in place.</param>
    /// <exception cref="InferenceException">The picture is too long and thin to be fitted.</exception>
    public static PixelBuffer Fit(PixelBuffer decoded, ImageLayout layout, PreprocessSettings settings, VectorLevel level)
    {
        if (settings.Style == PreprocessStyle.Transformers)
        {
            layout = ConvertToRgb(decoded, layout);
        }

        FitGeometry fit = FitGeometry.Compute(decoded.Width, decoded.Height, settings);
        if (fit.X.IsDegenerate || fit.Y.IsDegenerate)
        {
            throw ImageErrors.TooThin(layout.Info, settings);
        }

        PixelBuffer fitted = Resize(decoded, layout.Mode, fit, settings.WideGray, level);
        if (fitted.Width != settings.Width || fitted.Height != settings.Height)
        {
            using PixelBuffer inner = fitted;
            fitted = Pad(inner, fit, settings, PaddingPixel(layout, settings.FillColor));
        }

        if (layout.Mode == PixelMode.Cmyk)
        {
            for (int y = 0; y < fitted.Height; y++)
            {
                ConvertCmykToRgb(fitted.Row(y));
            }
        }

        return fitted;
    }

    /// <summary>Alpha is dropped and inks become light; colours of a table are red, green and blue already. Sixteen-bit grey keeps its samples for the resize.</summary>
    static ImageLayout ConvertToRgb(PixelBuffer decoded, ImageLayout layout)
    {
        if (layout.Mode == PixelMode.Cmyk)
        {
            for (int y = 0; y < decoded.Height; y++)
            {
                ConvertCmykToRgb(decoded.Row(y));
            }
        }

        return layout.Mode == PixelMode.Gray16 ? layout : layout with { Mode = PixelMode.Rgb };
    }

    static PixelBuffer Resize(PixelBuffer decoded, PixelMode mode, in FitGeometry fit, WideGrayMode wideGray, VectorLevel level)
    {
        switch (mode)
        {
            case PixelMode.Bilevel or PixelMode.Palette:
                return NearestResampler.Resize(decoded, fit);
            case PixelMode.Gray16:
                return WideGrayResampler.Resize(decoded, fit, wideGray);
            case PixelMode.GrayAlpha or PixelMode.Rgba when fit.X.IsResized || fit.Y.IsResized:
                AlphaPremultiplier.Premultiply(decoded.Bytes[..(decoded.Stride * decoded.Height)]);
                PixelBuffer resized = FixedPointResampler.Resize(decoded, fit, level);
                for (int y = 0; y < resized.Height; y++)
                {
                    AlphaPremultiplier.Unpremultiply(resized.Row(y));
                }

                return resized;
            default:
                return FixedPointResampler.Resize(decoded, fit, level);
        }
    }

    static PixelBuffer Pad(PixelBuffer inner, in FitGeometry fit, PreprocessSettings settings, ReadOnlySpan<byte> padding)
    {
        PixelBuffer padded = PixelBuffer.CreatePadded(settings.Width, settings.Height);
        for (int y = 0; y < padded.Height; y++)
        {
            Span<byte> row = padded.Row(y);
            for (int i = 0; i < row.Length; i += PixelBuffer.BytesPerPixel)
            {
                padding.CopyTo(row[i..]);
            }

            int innerRow = y - fit.Y.Padding;
            if (innerRow >= 0 && innerRow < inner.Height)
            {
                inner.Row(innerRow).CopyTo(row[(fit.X.Padding * PixelBuffer.BytesPerPixel)..]);
            }
        }

        return padded;
    }

    /// <summary>What the padding value stands for in the picture's colour model.</summary>
    static byte[] PaddingPixel(ImageLayout layout, int fill)
    {
        byte value = (byte)fill;
        switch (layout.Mode)
        {
            case PixelMode.Palette:
                (byte red, byte green, byte blue) = layout.PaletteEntry(value);
                return [red, green, blue, byte.MaxValue];
            case PixelMode.Bilevel when value != 0:
                return [byte.MaxValue, byte.MaxValue, byte.MaxValue, byte.MaxValue];
            default:
                return [value, value, value, value];
        }
    }

    static void ConvertCmykToRgb(Span<byte> row)
    {
        for (int i = 0; i < row.Length; i += PixelBuffer.BytesPerPixel)
        {
            int light = 255 - row[i + 3];
            for (int channel = i; channel < i + 3; channel++)
            {
                row[channel] = (byte)(light - AlphaPremultiplier.MultiplyBytes(row[channel], light));
            }
        }
    }
}
