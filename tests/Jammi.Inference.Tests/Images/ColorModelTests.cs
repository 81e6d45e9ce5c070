using System.Buffers.Binary;
using System.IO.Compression;
using Jammi.Inference.Images;
using Jammi.Inference.Images.Resampling;

namespace Jammi.Inference.Tests.Images;

/// <summary>Rules of single formats that the reference's pictures do not show.</summary>
public class ColorModelTests
{
    [Fact]
    public void Transparent_gif_pixels_keep_the_color_of_their_palette_entry()
    {
        // 2 x 1, palette red and blue, pixels 0 and 1, index 1 transparent.
        using PixelBuffer pixels = ImageDecoder.Decode(SmallGif(2, 1, left: 0, [255, 0, 0, 0, 0, 255]), out ImageLayout layout);
        Assert.Equal(PixelMode.Palette, layout.Mode);
        Assert.Equal([255, 0, 0, 0, 0, 255], GoldenPictures.Rgb(pixels));
    }

    [Fact]
    public void A_gif_canvas_outside_the_frame_has_the_transparent_entrys_color()
    {
        using PixelBuffer pixels = ImageDecoder.Decode(SmallGif(4, 2, left: 1, [255, 0, 0, 0, 0, 255]), out _);
        Assert.Equal(
            [0, 0, 255, 255, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255],
            GoldenPictures.Rgb(pixels));
    }

    [Fact]
    public void A_gif_whose_palette_is_the_gray_ramp_is_gray()
    {
        ImageLayout layout = ImageHeader.ReadLayout(SmallGif(2, 1, left: 0, [0, 0, 0, 1, 1, 1]));
        Assert.Equal(PixelMode.Gray, layout.Mode);
    }

    [Fact]
    public void A_bmp_whose_palette_is_the_gray_ramp_is_gray()
    {
        byte[] bmp = GoldenPictures.Read("bmp8_90x60.bmp");
        int table = 14 + BinaryPrimitives.ReadInt32LittleEndian(bmp.AsSpan(14));
        int offset = BinaryPrimitives.ReadInt32LittleEndian(bmp.AsSpan(10));
        for (int i = 0; table + i * 4 < offset; i++)
        {
            bmp.AsSpan(table + i * 4, 3).Fill((byte)i);
        }

        Assert.Equal(PixelMode.Gray, ImageHeader.ReadLayout(bmp).Mode);
    }

    [Fact]
    public void Padding_a_palette_picture_uses_the_palette_entry_of_that_number()
    {
        byte[] gif = SmallGif(2, 1, left: 0, [255, 0, 0, 0, 0, 255]);
        Assert.Equal([0, 0, 255], FirstPixel(gif, fill: 1));

        // Entries the file does not define are grey.
        Assert.Equal([9, 9, 9], FirstPixel(gif, fill: 9));
    }

    [Fact]
    public void Interlaced_and_plain_sixteen_bit_gray_are_the_same_picture()
    {
        const int Width = 11, Height = 13;
        var random = new Random(3);
        ushort[] samples = new ushort[Width * Height];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (ushort)random.Next(600);
        }

        using PixelBuffer plain = ImageDecoder.Decode(Gray16Png(samples, Width, Height, [(0, 0, 1, 1)]), out ImageLayout layout);
        using PixelBuffer interlaced = ImageDecoder.Decode(
            Gray16Png(samples, Width, Height, [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]), out _);

        Assert.Equal(PixelMode.Gray16, layout.Mode);
        for (int y = 0; y < Height; y++)
        {
            Assert.Equal(samples.AsSpan(y * Width, Width), plain.Row16(y));
            Assert.Equal(samples.AsSpan(y * Width, Width), interlaced.Row16(y));
        }
    }

    [Fact]
    public void Threads_share_one_preprocessor()
    {
        var preprocessor = new ImagePreprocessor(GoldenPictures.Settings(48, 48));
        string[] files = ["odd_225x300.png", "jpeg422_333x127.jpg", "gif_240x160.gif", "cmyk_400x300.jpg"];
        float[][] alone = files.Select(Run).ToArray();
        Parallel.For(0, 32, i => Assert.Equal(alone[i % files.Length], Run(files[i % files.Length])));

        float[] Run(string file)
        {
            float[] output = new float[preprocessor.OutputLength];
            preprocessor.Process(GoldenPictures.Read(file), output);
            return output;
        }
    }

    [Fact]
    public void Values_are_scaled_and_normalized_in_single_precision_planes()
    {
        PreprocessSettings settings = GoldenPictures.Settings(1, 1);
        float[] output = new float[3];
        new ImagePreprocessor(settings).Process(GoldenPictures.Read("pixel_1x1.png"), output);
        Assert.Equal(
            [
                (200 / 255f - settings.Mean[0]) / settings.Std[0],
                (30 / 255f - settings.Mean[1]) / settings.Std[1],
                (90 / 255f - settings.Mean[2]) / settings.Std[2],
            ],
            output);
    }

    static byte[] FirstPixel(byte[] encoded, int fill)
    {
        using PixelBuffer decoded = ImageDecoder.Decode(encoded, out ImageLayout layout);
        using PixelBuffer fitted = ImageFitter.Fit(
            decoded, layout, GoldenPictures.Settings(4, 4, ResizeMode.Longest, Interpolation.Bicubic, fill), VectorLevels.Best);
        return GoldenPictures.Rgb(fitted)[..3];
    }

    /// <summary>A GIF with a frame of two pixels, indices 0 and 1, of which 1 is transparent.</summary>
    static byte[] SmallGif(byte width, byte height, byte left, byte[] palette) =>
    [
        .. "GIF89a"u8, width, 0, height, 0, 0x80, 0, 0, .. palette,
        0x21, 0xF9, 4, 1, 0, 0, 1, 0,
        0x2C, left, 0, 0, 0, 2, 0, 1, 0, 0,

        // LZW of minimum code size 2: clear (4), 0, 1, end (5), three bits each from the lowest.
        2, 2, 0b01_000_100, 0b0000_101_0, 0,
        0x3B,
    ];

    static byte[] Gray16Png(ushort[] samples, int width, int height, (int X, int Y, int StepX, int StepY)[] passes)
    {
        using var raw = new MemoryStream();
        foreach ((int x0, int y0, int stepX, int stepY) in passes)
        {
            for (int y = y0; x0 < width && y < height; y += stepY)
            {
                // Filter 1: differences to the sample on the left, byte by byte.
                raw.WriteByte(1);
                byte previousHigh = 0, previousLow = 0;
                for (int x = x0; x < width; x += stepX)
                {
                    byte high = (byte)(samples[y * width + x] >> 8), low = (byte)samples[y * width + x];
                    raw.WriteByte((byte)(high - previousHigh));
                    raw.WriteByte((byte)(low - previousLow));
                    (previousHigh, previousLow) = (high, low);
                }
            }
        }

        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(raw.ToArray());
        }

        byte[] data = compressed.ToArray();
        byte[] header = [0, 0, 0, (byte)width, 0, 0, 0, (byte)height, 16, 0, 0, 0, (byte)(passes.Length > 1 ? 1 : 0)];
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n',
            .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data[..5]), .. Chunk("IDAT"u8, data[5..]), .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>A chunk with an empty checksum, which decoding does not look at.</summary>
    static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        return [.. length, .. type, .. data, 0, 0, 0, 0];
    }
}
