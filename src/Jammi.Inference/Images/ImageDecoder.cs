using Jammi.Inference.Images.Formats;
using Jammi.Inference.Images.Formats.Jpeg;
using Jammi.Inference.Images.Resampling;
using SkiaSharp;

namespace Jammi.Inference.Images;

/// <summary>
/// Decodes the first frame of a picture into the colour model the file itself uses. EXIF orientation, colour profiles,
/// gamma and transparent colour keys are ignored, as the reference ignores them.
/// </summary>
internal static class ImageDecoder
{
    /// <summary>Twice Pillow's warning limit: where the reference, too, refuses a picture as a decompression bomb.</summary>
    public const long MaxPixels = 178_956_970;

    /// <summary>Decodes a whole encoded picture. The caller disposes the buffer.</summary>
    /// <param name="reduceFor">What the picture will be fitted to, if a JPEG may be decoded at a fraction of its size.</param>
    /// <exception cref="InferenceException">The picture is empty, unknown, damaged, truncated or too large.</exception>
    public static PixelBuffer Decode(ReadOnlySpan<byte> encoded, out ImageLayout layout, PreprocessSettings? reduceFor = null)
    {
        layout = ImageHeader.ReadLayout(encoded);
        ImageInfo info = layout.Info;
        if ((long)info.Width * info.Height > MaxPixels)
        {
            throw ImageErrors.TooLarge(info, MaxPixels);
        }

        if (layout.Mode == PixelMode.Gray16)
        {
            // Skia keeps the high byte only, but the resize needs the samples.
            return PngGray16Reader.Read(encoded, info);
        }

        if (layout.Mode == PixelMode.Cmyk)
        {
            // Skia converts to RGB, but the resize needs the inks.
            return JpegDecoder.DecodeCmyk(encoded, info);
        }

        if (info.Format == JpegHeader.Format && JpegHeader.LacksScans(encoded))
        {
            throw ImageErrors.Truncated(info.Format);
        }

        if (layout.Frame is not { } frame)
        {
            float scale = reduceFor is not null && info.Format == JpegHeader.Format ? JpegScale(info, reduceFor) : 1;
            return DecodeWithSkia(encoded, info, scale);
        }

        PixelBuffer pixels = DecodeGif(encoded, info, frame);
        FillAround(frame, layout.PaletteEntry(frame.Background), pixels);
        return pixels;
    }

    /// <summary>Transparent pixels of a GIF keep the colour of their palette entry, which Skia would drop: decode as if no index were transparent.</summary>
    static PixelBuffer DecodeGif(ReadOnlySpan<byte> encoded, ImageInfo info, GifFrame frame)
    {
        if (frame.TransparencyFlagOffset < 0)
        {
            return DecodeWithSkia(encoded, info);
        }

        byte[] opaque = encoded.ToArray();
        opaque[frame.TransparencyFlagOffset] &= 0xFE;
        return DecodeWithSkia(opaque, info);
    }

    static unsafe PixelBuffer DecodeWithSkia(ReadOnlySpan<byte> encoded, ImageInfo info, float scale = 1)
    {
        fixed (byte* start = encoded)
        {
            using SKData data = SKData.Create((nint)start, encoded.Length);
            using SKCodec codec = SKCodec.Create(data)
                ?? throw ImageErrors.Damaged(info.Format, "what follows its size cannot be read");
            if (codec.Info.Width != info.Width || codec.Info.Height != info.Height)
            {
                throw ImageErrors.Damaged(
                    info.Format,
                    $"its header says {info.Width} x {info.Height}, its data {codec.Info.Width} x {codec.Info.Height} pixels");
            }

            // Unpremultiplied and without a colour space: the bytes as they are stored.
            SKSizeI size = scale < 1 ? codec.GetScaledDimensions(scale) : codec.Info.Size;
            var wanted = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            PixelBuffer pixels = PixelBuffer.Create(size.Width, size.Height);
            try
            {
                fixed (byte* destination = pixels.Bytes)
                {
                    SKCodecResult result = codec.GetPixels(wanted, (nint)destination, pixels.Stride, SKCodecOptions.Default);
                    return result == SKCodecResult.Success ? pixels : throw Failure(info, result);
                }
            }
            catch
            {
                pixels.Dispose();
                throw;
            }
        }
    }

    /// <summary>The fraction, in eighths, at which the picture still has half as many pixels again along each side as it will be resized to.</summary>
    static float JpegScale(ImageInfo info, PreprocessSettings settings)
    {
        const double Reserve = 1.5;
        const int Parts = 8;
        FitGeometry fit = FitGeometry.Compute(info.Width, info.Height, settings);
        double needed = Reserve * Math.Max((double)fit.X.Resized / info.Width, (double)fit.Y.Resized / info.Height);
        return Math.Min(1, (float)Math.Ceiling(needed * Parts) / Parts);
    }

    static InferenceException Failure(ImageInfo info, SKCodecResult result) => result == SKCodecResult.IncompleteInput
        ? ImageErrors.Truncated(info.Format)
        : ImageErrors.Damaged(info.Format, $"its data cannot be decoded ({result})");

    static void FillAround(GifFrame frame, (byte Red, byte Green, byte Blue) color, PixelBuffer pixels)
    {
        for (int y = 0; y < pixels.Height; y++)
        {
            bool outside = y < frame.Top || y >= frame.Top + frame.Height;
            Span<byte> row = pixels.Row(y);
            Fill(row[..((outside ? pixels.Width : frame.Left) * PixelBuffer.BytesPerPixel)], color);
            Fill(row[((frame.Left + frame.Width) * PixelBuffer.BytesPerPixel)..], color);
        }
    }

    static void Fill(Span<byte> pixels, (byte Red, byte Green, byte Blue) color)
    {
        for (int i = 0; i < pixels.Length; i += PixelBuffer.BytesPerPixel)
        {
            pixels[i] = color.Red;
            pixels[i + 1] = color.Green;
            pixels[i + 2] = color.Blue;
            pixels[i + 3] = byte.MaxValue;
        }
    }
}
