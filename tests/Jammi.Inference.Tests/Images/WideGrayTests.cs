using Jammi.Inference.Images;
using Jammi.Inference.Images.Resampling;

namespace Jammi.Inference.Tests.Images;

/// <summary>Sixteen-bit grey is scaled unless the reference's clipping is asked for.</summary>
public class WideGrayTests
{
    [Fact]
    public void Sixteen_bit_grey_keeps_its_shades()
    {
        byte[] scaled = Fit("gray16_200x150.png", WideGrayMode.Scale);
        byte[] clipped = Fit("gray16_200x150.png", WideGrayMode.Clip);
        Assert.True(scaled.Distinct().Count() > 100);
        Assert.True(clipped.Count(v => v == 255) > clipped.Length * 9 / 10);
    }

    [Fact]
    public void Scaling_keeps_the_high_byte_as_sixteen_bit_colour_does()
    {
        byte[] encoded = GoldenPictures.Read("gray16_200x150.png");
        using PixelBuffer decoded = ImageDecoder.Decode(encoded, out ImageLayout layout);
        PreprocessSettings settings = GoldenPictures.Settings(decoded.Height, decoded.Width, ResizeMode.Squash) with { WideGray = WideGrayMode.Scale };
        using PixelBuffer fitted = ImageFitter.Fit(decoded, layout, settings, VectorLevels.Best);
        for (int y = 0; y < decoded.Height; y++)
        {
            for (int x = 0; x < decoded.Width; x++)
            {
                Assert.Equal((byte)Math.Round(decoded.Row16(y)[x] / 257.0), fitted.Row(y)[x * PixelBuffer.BytesPerPixel]);
            }
        }
    }

    static byte[] Fit(string file, WideGrayMode mode)
    {
        using PixelBuffer decoded = ImageDecoder.Decode(GoldenPictures.Read(file), out ImageLayout layout);
        using PixelBuffer fitted = ImageFitter.Fit(decoded, layout, GoldenPictures.Settings(64, 64) with { WideGray = mode }, VectorLevels.Best);
        return GoldenPictures.Rgb(fitted);
    }
}
