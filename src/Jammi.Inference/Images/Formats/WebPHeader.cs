using System.Buffers.Binary;

namespace Jammi.Inference.Images.Formats;

/// <summary>Reads the first chunk of a WebP: VP8 (lossy), VP8L (lossless) or VP8X (extended). RFC 9649.</summary>
internal static class WebPHeader
{
    public const string Format = "webp";

    /// <summary>RIFF header, chunk header and the ten bytes that hold the size in all three kinds.</summary>
    const int HeaderLength = 12 + 8 + 10;

    const int ChunkData = 20;

    public static bool Matches(ReadOnlySpan<byte> start) =>
        start.Length >= 12 && start.StartsWith("RIFF"u8) && start.Slice(8, 4).SequenceEqual("WEBP"u8);

    public static HeaderStatus Read(ReadOnlySpan<byte> start, out ImageInfo info)
    {
        info = new ImageInfo(0, 0, Format);
        if (start.Length < HeaderLength)
        {
            return HeaderStatus.Incomplete;
        }

        ReadOnlySpan<byte> data = start[ChunkData..];
        int width, height;
        switch (start[15])
        {
            case (byte)' ' when data is [_, _, _, 0x9D, 0x01, 0x2A, ..]:
                width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
                height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
                break;
            case (byte)'L' when data[0] == 0x2F:
                uint bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                width = (int)(bits & 0x3FFF) + 1;
                height = (int)((bits >> 14) & 0x3FFF) + 1;
                break;
            case (byte)'X':
                width = (data[4] | data[5] << 8 | data[6] << 16) + 1;
                height = (data[7] | data[8] << 8 | data[9] << 16) + 1;
                break;
            default:
                return HeaderStatus.Malformed;
        }

        info = new ImageInfo(width, height, Format);
        return start.Slice(12, 3).SequenceEqual("VP8"u8) && width > 0 && height > 0 ? HeaderStatus.Found : HeaderStatus.Malformed;
    }

    public static ImageLayout ReadLayout(ReadOnlySpan<byte> encoded, ImageInfo info)
    {
        bool hasAlpha = encoded[15] switch
        {
            (byte)'L' => (encoded[ChunkData + 4] & 0x10) != 0,
            (byte)'X' => (encoded[ChunkData] & 0x10) != 0,
            _ => false,
        };
        return new ImageLayout(info, hasAlpha ? PixelMode.Rgba : PixelMode.Rgb);
    }
}
