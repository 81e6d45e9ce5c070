using System.Buffers.Binary;

namespace Jammi.Inference.Images.Formats;

/// <summary>Finds the frame header (SOFn) of a JPEG: ITU-T T.81, B.2.2.</summary>
internal static class JpegHeader
{
    public const string Format = "jpeg";

    const byte StartOfScan = 0xDA, EndOfImage = 0xD9;

    public static bool Matches(ReadOnlySpan<byte> start) => start is [0xFF, 0xD8, 0xFF, ..];

    public static HeaderStatus Read(ReadOnlySpan<byte> start, out ImageInfo info)
    {
        info = new ImageInfo(0, 0, Format);
        HeaderStatus status = FindFrame(start, out ReadOnlySpan<byte> frame);
        if (status != HeaderStatus.Found)
        {
            return status;
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        info = new ImageInfo(width, height, Format);
        return width > 0 && height > 0 ? HeaderStatus.Found : HeaderStatus.Malformed;
    }

    public static ImageLayout ReadLayout(ReadOnlySpan<byte> encoded, ImageInfo info)
    {
        FindFrame(encoded, out ReadOnlySpan<byte> frame);
        return new ImageLayout(info, frame[5] switch
        {
            1 => PixelMode.Gray,
            3 => PixelMode.Rgb,
            4 => PixelMode.Cmyk,
            byte components => throw ImageErrors.Damaged(Format, $"it has {components} colour components, where 1, 3 or 4 are defined"),
        });
    }

    /// <summary>Steps over segments to the frame header: precision, height, width, number of components.</summary>
    static HeaderStatus FindFrame(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        int position = 2;
        while (true)
        {
            // Stray bytes between segments are skipped, as every decoder does; 0xFF may be repeated as fill.
            int marker = data[position..].IndexOf((byte)0xFF);
            if (marker < 0)
            {
                return HeaderStatus.Incomplete;
            }

            position += marker;
            while (position < data.Length && data[position] == 0xFF)
            {
                position++;
            }

            if (position >= data.Length)
            {
                return HeaderStatus.Incomplete;
            }

            byte code = data[position++];
            if (code is StartOfScan or EndOfImage)
            {
                return HeaderStatus.Malformed;
            }

            if (code is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                continue;
            }

            if (position + 2 > data.Length)
            {
                return HeaderStatus.Incomplete;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
            bool isFrame = code is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            if (length < 2 || (isFrame && length < 8))
            {
                return HeaderStatus.Malformed;
            }

            if (isFrame)
            {
                if (position + 8 > data.Length)
                {
                    return HeaderStatus.Incomplete;
                }

                frame = data[(position + 2)..];
                return HeaderStatus.Found;
            }

            position += length;
            if (position >= data.Length)
            {
                return HeaderStatus.Incomplete;
            }
        }
    }
}
