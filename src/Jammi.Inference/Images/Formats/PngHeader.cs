using System.Buffers.Binary;

namespace Jammi.Inference.Images.Formats;

/// <summary>Reads the IHDR and PLTE chunks of a PNG (W3C PNG specification, sections 5 and 11.2).</summary>
internal static class PngHeader
{
    public const string Format = "png";

    /// <summary>Signature, then the IHDR chunk: length, type, 13 bytes of data.</summary>
    public const int HeaderLength = 8 + 8 + 13;

    const int SizeOffset = 16, BitDepthOffset = 24, ColorTypeOffset = 25, InterlaceOffset = 28;

    static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Matches(ReadOnlySpan<byte> start) => start.StartsWith(Signature);

    public static HeaderStatus Read(ReadOnlySpan<byte> start, out ImageInfo info)
    {
        info = new ImageInfo(0, 0, Format);
        if (start.Length < HeaderLength)
        {
            return HeaderStatus.Incomplete;
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(start[SizeOffset..]);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(start[(SizeOffset + 4)..]);
        if (!start.Slice(12, 4).SequenceEqual("IHDR"u8) || width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            return HeaderStatus.Malformed;
        }

        info = new ImageInfo((int)width, (int)height, Format);
        return HeaderStatus.Found;
    }

    public static ImageLayout ReadLayout(ReadOnlySpan<byte> encoded, ImageInfo info)
    {
        byte bitDepth = encoded[BitDepthOffset];
        switch (encoded[ColorTypeOffset])
        {
            case 0:
                return new ImageLayout(info, bitDepth switch
                {
                    1 => PixelMode.Bilevel,
                    16 => PixelMode.Gray16,
                    _ => PixelMode.Gray,
                });
            case 2:
                return new ImageLayout(info, PixelMode.Rgb);
            case 3:
                return new ImageLayout(info, PixelMode.Palette) { Palette = ReadPalette(encoded) };
            case 4:
                return new ImageLayout(info, PixelMode.GrayAlpha);
            case 6:
                return new ImageLayout(info, PixelMode.Rgba);
            case byte other:
                throw ImageErrors.Damaged(Format, $"its colour type is {other}, where 0, 2, 3, 4 and 6 are defined");
        }
    }

    public static bool IsInterlaced(ReadOnlySpan<byte> encoded) => encoded[InterlaceOffset] == 1;

    static byte[] ReadPalette(ReadOnlySpan<byte> encoded)
    {
        foreach (PngChunk chunk in new PngChunks(encoded))
        {
            if (chunk.IsType("PLTE"u8))
            {
                return chunk.Data.ToArray();
            }
        }

        throw ImageErrors.Damaged(Format, "it uses a palette but has no PLTE chunk");
    }
}
