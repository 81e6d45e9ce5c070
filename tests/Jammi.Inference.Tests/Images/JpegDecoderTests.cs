using Jammi.Inference.Images;
using Jammi.Inference.Images.Formats.Jpeg;

namespace Jammi.Inference.Tests.Images;

/// <summary>
/// The decoder for CMYK pictures. Its stages are the same for three components, so the colour pictures
/// (every sampling, baseline and progressive) check it against Skia.
/// </summary>
public class JpegDecoderTests
{
    const string Cmyk = "cmyk_400x300.jpg";

    public static TheoryData<string> ColorPictures() =>
    [
        .. GoldenPictures.Pictures
            .Where(picture => picture is { Format: "JPEG", ExpectError: false, ReferenceMode: "RGB" })
            .Select(picture => picture.File),
    ];

    [Fact]
    public void Gives_the_inks_the_reference_decodes()
    {
        using PixelBuffer pixels = ImageDecoder.Decode(GoldenPictures.Read(Cmyk), out ImageLayout layout);

        Assert.Equal(PixelMode.Cmyk, layout.Mode);
        byte[] expected = File.ReadAllBytes(GoldenPictures.PathOf(GoldenPictures.Find(Cmyk).DecodedCmykRaw!));
        Assert.True(expected.AsSpan().SequenceEqual(pixels.Bytes[..expected.Length]));
    }

    [Theory]
    [MemberData(nameof(ColorPictures))]
    public void Decodes_color_pictures_as_Skia_does(string file)
    {
        byte[] encoded = GoldenPictures.Read(file);
        using PixelBuffer expected = ImageDecoder.Decode(encoded, out ImageLayout layout);
        using PixelBuffer pixels = JpegDecoder.DecodeComponents(encoded, layout.Info, out _);
        for (int y = 0; y < pixels.Height; y++)
        {
            JpegColor.ConvertYccToRgb(pixels.Row(y));
        }

        Assert.Equal(GoldenPictures.HashOfRgb(expected), GoldenPictures.HashOfRgb(pixels));
    }

    [Fact]
    public void Inks_are_inverted_and_those_held_as_luma_and_chroma_converted()
    {
        byte[] cmyk = [255, 155, 55, 0];
        JpegColor.ConvertToCmyk(cmyk, isYcck: false);
        Assert.Equal([0, 100, 200, 255], cmyk);

        // Luma and chroma of (254, 0, 0).
        byte[] ycck = [76, 85, 255, 200];
        JpegColor.ConvertToCmyk(ycck, isYcck: true);
        Assert.Equal([254, 0, 0, 55], ycck);
    }

    [Fact]
    public void Rejects_data_that_end_early()
    {
        byte[] encoded = GoldenPictures.Read(Cmyk);
        InferenceException error = Assert.Throws<InferenceException>(() => ImageDecoder.Decode(encoded.AsSpan(0, 30_000), out _));
        Assert.Equal(InferenceError.InvalidInput, error.Error);
        Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_never_escape_as_another_exception()
    {
        byte[] original = GoldenPictures.Read(Cmyk);
        var random = new Random(7);
        for (int round = 0; round < 16; round++)
        {
            byte[] damaged = [.. original];
            for (int i = 0; i < 5; i++)
            {
                // Past the SOI marker, most hits in the tables.
                damaged[3 + random.Next(round % 2 == 0 ? 700 : damaged.Length - 3)] = (byte)random.Next(256);
            }

            try
            {
                ImageDecoder.Decode(damaged, out _).Dispose();
            }
            catch (InferenceException error)
            {
                Assert.Equal(InferenceError.InvalidInput, error.Error);
            }
        }
    }
}
