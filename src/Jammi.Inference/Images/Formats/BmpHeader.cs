using System.Buffers.Binary;

namespace Jammi.Inference.Images.Formats;

/// <summary>Reads the file and info headers of a BMP, of OS/2 (12 bytes) and Windows (40 bytes and more) kind.</summary>
internal static class BmpHeader
{
    public const string Format = "bmp";

    const int FileHeader = 14, CoreHeader = 12, MaskedHeader = 56;
    const int BitFields = 3;

    public static bool Matches(ReadOnlySpan<byte> start) => start is [(byte)'B', (byte)'M', ..];

    public static HeaderStatus Read(ReadOnlySpan<byte> start, out ImageInfo info)
    {
        info = new ImageInfo(0, 0, Format);
        if (start.Length < FileHeader + CoreHeader)
        {
            return HeaderStatus.Incomplete;
        }

        uint headerSize = BinaryPrimitives.ReadUInt32LittleEndian(start[14..]);
        long width, height;
        if (headerSize == CoreHeader)
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(start[18..]);
            height = BinaryPrimitives.ReadUInt16LittleEndian(start[20..]);
        }
        else if (headerSize is >= 16 and <= 124)
        {
            width = BinaryPrimitives.ReadInt32LittleEndian(start[18..]);

            // A negative height says that the rows run from top to bottom.
            height = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(start[22..]));
        }
        else
        {
            return HeaderStatus.Malformed;
        }

        if (width <= 0 || height is <= 0 or > int.MaxValue)
        {
            return HeaderStatus.Malformed;
        }

        info = new ImageInfo((int)width, (int)height, Format);
        return HeaderStatus.Found;
    }

    public static ImageLayout ReadLayout(ReadOnlySpan<byte> encoded, ImageInfo info)
    {
        int headerSize = BinaryPrimitives.ReadInt32LittleEndian(encoded[14..]);
        if (encoded.Length < FileHeader + headerSize)
        {
            throw ImageErrors.Truncated(Format);
        }

        bool isCore = headerSize == CoreHeader;
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(encoded[(isCore ? 24 : 28)..]);
        int compression = headerSize >= 20 ? BinaryPrimitives.ReadInt32LittleEndian(encoded[30..]) : 0;
        if (bits > 8)
        {
            // Only a bit-field file with an alpha mask has alpha; the fourth byte of plain 32-bit files is unused.
            bool hasAlpha = bits == 32 && compression == BitFields && headerSize >= MaskedHeader
                && BinaryPrimitives.ReadUInt32LittleEndian(encoded[66..]) != 0;
            return new ImageLayout(info, hasAlpha ? PixelMode.Rgba : PixelMode.Rgb);
        }

        int colors = headerSize >= 40 ? BinaryPrimitives.ReadInt32LittleEndian(encoded[46..]) : 0;
        colors = colors is > 0 and <= 256 ? colors : 1 << bits;
        byte[] palette = ReadPalette(encoded[(FileHeader + headerSize)..], colors, isCore ? 3 : 4);
        return IsGrayRamp(palette)
            ? new ImageLayout(info, colors == 2 ? PixelMode.Bilevel : PixelMode.Gray)
            : new ImageLayout(info, PixelMode.Palette) { Palette = palette };
    }

    static byte[] ReadPalette(ReadOnlySpan<byte> table, int colors, int entrySize)
    {
        if (table.Length < colors * entrySize)
        {
            throw ImageErrors.Truncated(Format);
        }

        byte[] palette = new byte[colors * 3];
        for (int i = 0; i < colors; i++)
        {
            ReadOnlySpan<byte> bgr = table.Slice(i * entrySize, 3);
            palette[i * 3] = bgr[2];
            palette[i * 3 + 1] = bgr[1];
            palette[i * 3 + 2] = bgr[0];
        }

        return palette;
    }

    /// <summary>Whether the indices are the grey values themselves (for two colours: black and white), so that there is no palette in effect.</summary>
    static bool IsGrayRamp(ReadOnlySpan<byte> palette)
    {
        int colors = palette.Length / 3;
        for (int i = 0; i < colors; i++)
        {
            int gray = colors == 2 ? i * 255 : i;
            if (palette[i * 3] != gray || palette[i * 3 + 1] != gray || palette[i * 3 + 2] != gray)
            {
                return false;
            }
        }

        return true;
    }
}
