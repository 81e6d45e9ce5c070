using System.Buffers.Binary;
using Jammi.Inference.Images;

namespace Jammi.Inference.Tests.Images;

public class ImageErrorTests
{
    static readonly ImagePreprocessor s_preprocessor = new(GoldenPictures.Settings(32, 32));

    static string ErrorOf(byte[] encoded)
    {
        InferenceException error = Assert.Throws<InferenceException>(
            () => s_preprocessor.Process(encoded, new float[s_preprocessor.OutputLength]));
        Assert.Equal(InferenceError.InvalidInput, error.Error);
        return error.Message;
    }

    [Fact]
    public void Says_that_a_picture_is_empty() => Assert.Contains("empty", ErrorOf([]), StringComparison.Ordinal);

    [Fact]
    public void Shows_the_first_bytes_of_an_unknown_format() =>
        Assert.Contains("start with 74686973", ErrorOf("this is text"u8.ToArray()), StringComparison.Ordinal);

    [Fact]
    public void Names_formats_that_are_known_but_not_supported() =>
        Assert.Contains("(TIFF)", ErrorOf([.. "II*\0"u8, .. new byte[40]]), StringComparison.Ordinal);

    [Theory]
    [InlineData("photo_1200x800.jpg")]
    [InlineData("portrait_prog_601x902.jpg")]
    [InlineData("odd_225x300.png")]
    [InlineData("gray16_200x150.png")]
    [InlineData("gif_240x160.gif")]
    [InlineData("bmp24_101x67.bmp")]
    [InlineData("webp_lossy_333x222.webp")]
    public void Says_that_a_picture_is_truncated(string file)
    {
        byte[] encoded = GoldenPictures.Read(file);
        Assert.Contains("truncated", ErrorOf(encoded[..(encoded.Length / 2)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_decompression_bombs_before_decoding()
    {
        byte[] encoded = GoldenPictures.Read("odd_225x300.png");
        BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(16), 20_000);
        BinaryPrimitives.WriteInt32BigEndian(encoded.AsSpan(20), 20_000);
        Assert.Contains("20000 x 20000 pixels, more than the limit", ErrorOf(encoded), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_picture_that_would_be_resized_to_nothing()
    {
        var preprocessor = new ImagePreprocessor(GoldenPictures.Settings(8, 8, ResizeMode.Longest));
        InferenceException error = Assert.Throws<InferenceException>(
            () => preprocessor.Process(GoldenPictures.Read("wide_1000x40.jpg"), new float[preprocessor.OutputLength]));
        Assert.Contains("too long and thin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_length_the_destination_needs()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => s_preprocessor.Process(GoldenPictures.Read("odd_225x300.png"), new float[5]));
        Assert.Contains("3072", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 32, 3, 0.5f, 0)]
    [InlineData(32, -1, 3, 0.5f, 0)]
    [InlineData(32, 32, 2, 0.5f, 0)]
    [InlineData(32, 32, 3, 0f, 0)]
    [InlineData(32, 32, 3, 0.5f, 256)]
    public void Refuses_settings_that_contradict_themselves(int height, int width, int channels, float std, int fill)
    {
        float[] values = Enumerable.Repeat(std, channels).ToArray();
        InferenceException error = Assert.Throws<InferenceException>(() => new ImagePreprocessor(
            new PreprocessSettings(height, width, values, values, Interpolation.Bicubic, ResizeMode.Shortest, fill)));
        Assert.Equal(InferenceError.InvalidModel, error.Error);
    }

    /// <summary>Whatever bytes come, the answer is pixels or an <see cref="InferenceException"/>.</summary>
    [Theory]
    [InlineData("jpeg422_333x127.jpg")]
    [InlineData("gray16_200x150.png")]
    [InlineData("palette4bit_75x50.png")]
    [InlineData("gif_240x160.gif")]
    [InlineData("bmp8_90x60.bmp")]
    [InlineData("webp_alpha_lossless_100x140.webp")]
    public void Damaged_bytes_never_escape_as_another_exception(string file)
    {
        byte[] original = GoldenPictures.Read(file);
        float[] output = new float[s_preprocessor.OutputLength];
        var random = new Random(11);
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = original[..random.Next(original.Length / 2, original.Length + 1)];
            for (int i = 0; i < 4; i++)
            {
                damaged[3 + random.Next(round % 2 == 0 ? 100 : damaged.Length - 3)] = (byte)random.Next(256);
            }

            try
            {
                s_preprocessor.Process(damaged, output);
            }
            catch (InferenceException error)
            {
                Assert.Equal(InferenceError.InvalidInput, error.Error);
            }
        }
    }
}
