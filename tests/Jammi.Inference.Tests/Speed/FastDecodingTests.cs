using System.Numerics.Tensors;
using Jammi.Inference.Images;
using SkiaSharp;

namespace Jammi.Inference.Tests.Speed;

public sealed class FastDecodingTests
{
    static readonly PreprocessSettings Settings = Images.GoldenPictures.Settings(64, 64);

    [Fact]
    public void A_large_photograph_is_decoded_smaller_but_not_below_what_is_needed()
    {
        byte[] jpeg = Encode(SKEncodedImageFormat.Jpeg, 1_200, 800);
        using PixelBuffer whole = ImageDecoder.Decode(jpeg, out _);
        using PixelBuffer reduced = ImageDecoder.Decode(jpeg, out _, Settings);
        Assert.Equal((1_200, 800), (whole.Width, whole.Height));
        Assert.Equal((150, 100), (reduced.Width, reduced.Height));
    }

    [Fact]
    public void Its_pixels_are_nearly_those_of_the_whole()
    {
        byte[] jpeg = Encode(SKEncodedImageFormat.Jpeg, 1_200, 800);
        float[] exact = Process(jpeg, ImageDecoding.Exact);
        float[] fast = Process(jpeg, ImageDecoding.Fast);
        Assert.NotEqual(exact, fast);
        Assert.InRange(TensorPrimitives.CosineSimilarity(exact, fast), 0.999f, 1.0001f);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 1_200, 800)]
    [InlineData(SKEncodedImageFormat.Jpeg, 90, 70)]
    public void Other_formats_and_small_pictures_are_decoded_whole(SKEncodedImageFormat format, int width, int height)
    {
        byte[] picture = Encode(format, width, height);
        Assert.Equal(Process(picture, ImageDecoding.Exact), Process(picture, ImageDecoding.Fast));
    }

    static float[] Process(byte[] picture, ImageDecoding decoding)
    {
        var preprocessor = new ImagePreprocessor(Settings, decoding);
        float[] pixels = new float[preprocessor.OutputLength];
        preprocessor.Process(picture, pixels);
        return pixels;
    }

    static byte[] Encode(SKEncodedImageFormat format, int width, int height)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.SteelBlue);
        using var paint = new SKPaint { Color = SKColors.OrangeRed, IsAntialias = true };
        canvas.DrawCircle(width / 3f, height / 2f, height / 4f, paint);
        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
