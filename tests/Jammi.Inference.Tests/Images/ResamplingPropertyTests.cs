using CsCheck;
using Jammi.Inference.Images;
using Jammi.Inference.Images.Resampling;

namespace Jammi.Inference.Tests.Images;

public class ResamplingPropertyTests
{
    static readonly Gen<(int Width, int Height, PreprocessSettings Settings, int Seed)> s_cases =
        from width in Gen.Int[1, 90]
        from height in Gen.Int[1, 90]
        from targetWidth in Gen.Int[1, 40]
        from targetHeight in Gen.Int[1, 40]
        from square in Gen.Bool
        from mode in Gen.Enum<ResizeMode>()
        from interpolation in Gen.Enum<Interpolation>()
        from seed in Gen.Int
        select (width, height, GoldenPictures.Settings(square ? targetWidth : targetHeight, targetWidth, mode, interpolation), seed);

    [Fact]
    public void Every_instruction_set_gives_the_same_bytes() => s_cases.Sample(
        @case =>
        {
            FitGeometry fit = FitGeometry.Compute(@case.Width, @case.Height, @case.Settings);
            if (fit.X.IsDegenerate || fit.Y.IsDegenerate)
            {
                return;
            }

            using PixelBuffer source = Noise(@case.Width, @case.Height, @case.Seed);
            using PixelBuffer scalar = FixedPointResampler.Resize(source, fit, VectorLevel.Scalar);
            for (VectorLevel level = VectorLevel.Vector128; level <= VectorLevels.Best; level++)
            {
                using PixelBuffer vector = FixedPointResampler.Resize(source, fit, level);
                AssertSame(scalar, vector);
            }
        },
        iter: 300);

    [Fact]
    public void A_crop_of_the_resized_picture_equals_resizing_for_the_crop() => s_cases.Sample(
        @case =>
        {
            FitGeometry fit = FitGeometry.Compute(@case.Width, @case.Height, @case.Settings);
            if (fit.X.IsDegenerate || fit.Y.IsDegenerate)
            {
                return;
            }

            var whole = new FitGeometry(
                new FitAxis(fit.X.Source, fit.X.Resized, fit.X.Resized),
                new FitAxis(fit.Y.Source, fit.Y.Resized, fit.Y.Resized),
                fit.Interpolation);
            using PixelBuffer source = Noise(@case.Width, @case.Height, @case.Seed);
            using PixelBuffer cropped = FixedPointResampler.Resize(source, fit, VectorLevels.Best);
            using PixelBuffer full = FixedPointResampler.Resize(source, whole, VectorLevels.Best);
            for (int y = 0; y < cropped.Height; y++)
            {
                Assert.True(cropped.Row(y).SequenceEqual(
                    full.Row(fit.Y.Crop + y).Slice(fit.X.Crop * PixelBuffer.BytesPerPixel, cropped.Width * PixelBuffer.BytesPerPixel)));
            }
        },
        iter: 200);

    [Fact]
    public void A_picture_of_one_color_stays_so() => Gen.Select(s_cases, Gen.Byte).Sample(
        (@case, color) =>
        {
            FitGeometry fit = FitGeometry.Compute(@case.Width, @case.Height, @case.Settings);
            if (fit.X.IsDegenerate || fit.Y.IsDegenerate)
            {
                return;
            }

            using PixelBuffer source = PixelBuffer.Create(@case.Width, @case.Height);
            source.Bytes.Fill(color);
            using PixelBuffer resized = FixedPointResampler.Resize(source, fit, VectorLevels.Best);
            for (int y = 0; y < resized.Height; y++)
            {
                Assert.Equal(-1, resized.Row(y).IndexOfAnyExcept(color));
            }
        },
        iter: 200);

    [Fact]
    public void The_kept_part_and_its_padding_fill_the_target() => s_cases.Sample(@case =>
    {
        FitGeometry fit = FitGeometry.Compute(@case.Width, @case.Height, @case.Settings);
        foreach ((FitAxis axis, int target) in new[] { (fit.X, @case.Settings.Width), (fit.Y, @case.Settings.Height) })
        {
            Assert.InRange(axis.Length, 0, target);
            Assert.InRange(axis.Crop, 0, axis.Resized - axis.Length);
            Assert.InRange(target - axis.Length - 2 * axis.Padding, 0, 1);
            Assert.True(axis.Padding == 0 || @case.Settings.ResizeMode == ResizeMode.Longest);
        }
    });

    [Fact]
    public void Vector_and_scalar_premultiplication_agree_for_every_color_and_alpha()
    {
        byte[] vector = new byte[256 * 256 * 4];
        for (int i = 0; i < vector.Length; i += 4)
        {
            int color = i / 4 % 256, alpha = i / 1024;
            (vector[i], vector[i + 1], vector[i + 2], vector[i + 3]) = ((byte)color, (byte)(255 - color), (byte)(color ^ 85), (byte)alpha);
        }

        byte[] scalar = [.. vector];
        byte[] original = [.. vector];
        AlphaPremultiplier.Premultiply(vector);
        AlphaPremultiplier.PremultiplyScalar(scalar);

        Assert.Equal(scalar, vector);
        for (int i = 0; i < original.Length; i += 4)
        {
            Assert.Equal((int)Math.Round(original[i] * original[i + 3] / 255.0), scalar[i]);
            Assert.Equal(original[i + 3], scalar[i + 3]);
        }
    }

    static PixelBuffer Noise(int width, int height, int seed)
    {
        PixelBuffer pixels = PixelBuffer.Create(width, height);
        var random = new Random(seed);
        random.NextBytes(pixels.Bytes);

        // Hard edges drive the cubic filter past both ends of the byte range.
        for (int i = 0; i < pixels.Bytes.Length; i += 3)
        {
            pixels.Bytes[i] = (byte)(random.Next(2) * 255);
        }

        return pixels;
    }

    static void AssertSame(PixelBuffer expected, PixelBuffer actual)
    {
        for (int y = 0; y < expected.Height; y++)
        {
            Assert.True(expected.Row(y).SequenceEqual(actual.Row(y)), $"row {y} differs");
        }
    }
}
