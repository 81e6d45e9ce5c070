using Jammi.Inference.Images;
using Jammi.Inference.Images.Resampling;

namespace Jammi.Inference.Tests.Images;

/// <summary>Pixels equal the reference's, bit for bit, at every stage.</summary>
public class ReferencePixelTests
{
    public static TheoryData<string> ReadablePictures() =>
        [.. GoldenPictures.Pictures.Where(picture => !picture.ExpectError).Select(picture => picture.File)];

    public static TheoryData<string> UnreadablePictures() =>
        [.. GoldenPictures.Pictures.Where(picture => picture.ExpectError).Select(picture => picture.File)];

    public static TheoryData<string> DecodedPictures() =>
        [.. GoldenPictures.Pictures.Where(picture => picture.DecodedPng is not null).Select(picture => picture.File)];

    public static TheoryData<string> Widths() => [.. Enum.GetNames<VectorLevel>()];

    [Theory]
    [MemberData(nameof(ReadablePictures))]
    public void Decodes_and_converts_to_the_reference_pixels(string file)
    {
        GoldenPictures.Picture picture = GoldenPictures.Find(file);
        using PixelBuffer decoded = ImageDecoder.Decode(GoldenPictures.Read(file), out ImageLayout layout);

        // Fitting to the picture's own size resizes nothing and leaves the conversion to RGB.
        using PixelBuffer rgb = ImageFitter.Fit(
            decoded, layout, GoldenPictures.Settings(picture.Height, picture.Width, ResizeMode.Squash), VectorLevels.Best);

        Assert.Equal(picture.RgbSha256, GoldenPictures.HashOfRgb(rgb));
    }

    [Theory]
    [MemberData(nameof(ReadablePictures))]
    public void Fits_to_the_reference_pixels_in_every_mode(string file)
    {
        List<string> wrong = [];
        foreach (GoldenPictures.FitCase @case in GoldenPictures.Cases.Where(@case => @case.File == file))
        {
            using PixelBuffer decoded = ImageDecoder.Decode(GoldenPictures.Read(file), out ImageLayout layout);
            using PixelBuffer fitted = ImageFitter.Fit(decoded, layout, @case.Settings(), VectorLevels.Best);
            if (GoldenPictures.HashOfRgb(fitted) != @case.Sha256)
            {
                wrong.Add(@case.ToString());
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(DecodedPictures))]
    public void Fits_the_reference_decoders_pixels_in_every_mode(string file)
    {
        byte[] png = File.ReadAllBytes(GoldenPictures.PathOf(GoldenPictures.Find(file).DecodedPng!));
        List<string> wrong = [];
        foreach (GoldenPictures.FitCase @case in GoldenPictures.Cases.Where(@case => @case.File == file))
        {
            using PixelBuffer decoded = ImageDecoder.Decode(png, out ImageLayout layout);
            using PixelBuffer fitted = ImageFitter.Fit(decoded, layout, @case.Settings(), VectorLevels.Best);
            if (GoldenPictures.HashOfRgb(fitted) != @case.Sha256)
            {
                wrong.Add(@case.ToString());
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Fits_to_the_reference_pixels_with_every_instruction_set(string level)
    {
        VectorLevel vectors = Enum.Parse<VectorLevel>(level);
        if (vectors > VectorLevels.Best)
        {
            return;
        }

        List<string> wrong = [];
        foreach (GoldenPictures.FitCase @case in GoldenPictures.Cases.Where(@case => @case.File is "odd_225x300.png" or "rgba_300x200.png"))
        {
            using PixelBuffer decoded = ImageDecoder.Decode(GoldenPictures.Read(@case.File), out ImageLayout layout);
            using PixelBuffer fitted = ImageFitter.Fit(decoded, layout, @case.Settings(), vectors);
            if (GoldenPictures.HashOfRgb(fitted) != @case.Sha256)
            {
                wrong.Add(@case.ToString());
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(UnreadablePictures))]
    public void Refuses_what_the_reference_refuses(string file)
    {
        var preprocessor = new ImagePreprocessor(GoldenPictures.Settings(48, 48));
        InferenceException error = Assert.Throws<InferenceException>(
            () => preprocessor.Process(GoldenPictures.Read(file), new float[preprocessor.OutputLength]));
        Assert.Equal(InferenceError.InvalidInput, error.Error);
    }
}
