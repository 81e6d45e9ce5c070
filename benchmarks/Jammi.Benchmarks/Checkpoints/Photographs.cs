using SkiaSharp;

namespace Jammi.Benchmarks.Checkpoints;

/// <summary>JPEGs that cost a decoder what photographs cost: smooth areas, edges and grain.</summary>
static class Photographs
{
    public static IReadOnlyList<byte[]> Make(int count, int width = 1_200, int height = 800)
    {
        var random = new Random(11);
        var pictures = new List<byte[]>(count);
        for (int i = 0; i < count; i++)
        {
            using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using (var canvas = new SKCanvas(bitmap))
            {
                using SKShader sky = SKShader.CreateLinearGradient(new SKPoint(0, 0), new SKPoint(width, height), [Colour(random), Colour(random)], SKShaderTileMode.Clamp);
                using var ground = new SKPaint { Shader = sky };
                canvas.DrawPaint(ground);
                for (int shape = 0; shape < 40; shape++)
                {
                    using var paint = new SKPaint { Color = Colour(random), IsAntialias = true };
                    canvas.DrawCircle(random.Next(width), random.Next(height), random.Next(10, 150), paint);
                }
            }

            AddGrain(bitmap, random);
            using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
            pictures.Add(jpeg.ToArray());
        }

        return pictures;
    }

    static SKColor Colour(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));

    static void AddGrain(SKBitmap bitmap, Random random)
    {
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(pixels[i] + random.Next(-8, 9), 0, 255);
        }
    }
}
