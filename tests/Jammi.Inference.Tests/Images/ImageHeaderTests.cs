using Jammi.Inference.Images;

namespace Jammi.Inference.Tests.Images;

public class ImageHeaderTests
{
    public static TheoryData<string> Readable() => ReferencePixelTests.ReadablePictures();

    [Theory]
    [MemberData(nameof(Readable))]
    public void Reads_format_and_size_of_bytes_and_streams(string file)
    {
        GoldenPictures.Picture picture = GoldenPictures.Find(file);
        var expected = new ImageInfo(picture.Width, picture.Height, picture.Format.ToLowerInvariant());

        Assert.True(ImageHeader.TryRead(GoldenPictures.Read(file), out ImageInfo fromBytes));
        using var stream = new MemoryStream(GoldenPictures.Read(file));
        Assert.True(ImageHeader.TryRead(stream, out ImageInfo fromStream));

        Assert.Equal(expected, fromBytes);
        Assert.Equal(expected, fromStream);
    }

    [Theory]
    [InlineData("photo_1200x800.jpg")]
    [InlineData("odd_225x300.png")]
    [InlineData("gif_240x160.gif")]
    [InlineData("bmp8_90x60.bmp")]
    [InlineData("webp_lossy_333x222.webp")]
    public void Never_reads_behind_the_bytes_it_is_given(string file)
    {
        byte[] encoded = GoldenPictures.Read(file);
        bool wasFound = false;
        for (int length = 0; length < 1000; length++)
        {
            bool isFound = ImageHeader.TryRead(encoded.AsSpan(0, length), out ImageInfo info);
            Assert.True(isFound || !wasFound, "more bytes must not lose the size");
            Assert.Equal(isFound, info.Width > 0);
            wasFound = isFound;
        }

        Assert.True(wasFound);
    }

    [Fact]
    public void Finds_the_size_behind_large_metadata()
    {
        byte[] encoded = GoldenPictures.Read("photo_1200x800.jpg");

        // Eight application segments of the largest length, between the SOI marker and the rest.
        byte[] segment = [0xFF, 0xE2, 0xFF, 0xFF, .. new byte[0xFFFD]];
        using var stream = new MemoryStream(
            [.. encoded[..2], .. segment, .. segment, .. segment, .. segment, .. segment, .. segment, .. segment, .. segment, .. encoded[2..]]);

        Assert.True(ImageHeader.TryRead(stream, out ImageInfo info));
        Assert.Equal(new ImageInfo(1200, 800, "jpeg"), info);
    }

    [Fact]
    public void Reads_little_of_a_long_stream()
    {
        using var stream = new MemoryStream([.. GoldenPictures.Read("odd_225x300.png"), .. new byte[1_000_000]]);
        Assert.True(ImageHeader.TryRead(stream, out _));
        Assert.True(stream.Position <= 4096);
    }

    [Theory]
    [InlineData("empty.jpg")]
    [InlineData("notimage.png")]
    public void Says_no_to_what_is_no_picture(string file) =>
        Assert.False(ImageHeader.TryRead(GoldenPictures.Read(file), out _));

    [Fact]
    public void An_empty_gif_screen_takes_the_size_of_the_first_frame()
    {
        byte[] encoded = GoldenPictures.Read("gif_240x160.gif");
        encoded.AsSpan(6, 4).Clear();
        Assert.True(ImageHeader.TryRead(encoded, out ImageInfo info));
        Assert.Equal(new ImageInfo(240, 160, "gif"), info);
    }
}
