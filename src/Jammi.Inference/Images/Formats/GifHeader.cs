using System.Buffers.Binary;

namespace Jammi.Inference.Images.Formats;

/// <summary>Reads the screen, palette and first frame descriptor of a GIF (GIF89a specification, sections 18 to 23).</summary>
internal static class GifHeader
{
    public const string Format = "gif";

    const int ScreenLength = 13;
    const byte Extension = 0x21, ImageDescriptor = 0x2C, GraphicControl = 0xF9;

    public static bool Matches(ReadOnlySpan<byte> start) => start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8);

    public static HeaderStatus Read(ReadOnlySpan<byte> start, out ImageInfo info)
    {
        info = new ImageInfo(0, 0, Format);
        if (start.Length < ScreenLength)
        {
            return HeaderStatus.Incomplete;
        }

        int width = BinaryPrimitives.ReadUInt16LittleEndian(start[6..]);
        int height = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (width == 0 || height == 0)
        {
            // Some writers leave the screen empty: the canvas is then what the first frame covers.
            HeaderStatus status = FindFrame(start, out int descriptor, out GifFrame? frame);
            if (status != HeaderStatus.Found)
            {
                return status;
            }

            width = Math.Max(width, frame!.Left + frame.Width);
            height = Math.Max(height, frame.Top + frame.Height);
        }

        info = new ImageInfo(width, height, Format);
        return width > 0 && height > 0 ? HeaderStatus.Found : HeaderStatus.Malformed;
    }

    public static ImageLayout ReadLayout(ReadOnlySpan<byte> encoded, ImageInfo info)
    {
        switch (FindFrame(encoded, out int descriptor, out GifFrame? frame))
        {
            case HeaderStatus.Incomplete:
                throw ImageErrors.Truncated(Format);
            case HeaderStatus.Malformed:
                throw ImageErrors.Damaged(Format, "it has no frame");
        }

        info = info with
        {
            Width = Math.Max(info.Width, frame!.Left + frame.Width),
            Height = Math.Max(info.Height, frame.Top + frame.Height),
        };
        bool hasLocalPalette = (encoded[descriptor + 9] & 0x80) != 0;
        byte[] palette = hasLocalPalette
            ? ReadPalette(encoded, descriptor + 10, encoded[descriptor + 9])
            : ReadPalette(encoded, ScreenLength, encoded[10]);

        // A palette that maps every index to that grey is no palette: the picture is grey, and resized smoothly.
        return IsGrayRamp(palette)
            ? new ImageLayout(info, PixelMode.Gray) { Palette = palette, Frame = frame }
            : new ImageLayout(info, PixelMode.Palette) { Palette = palette, Frame = frame };
    }

    static byte[] ReadPalette(ReadOnlySpan<byte> encoded, int offset, byte flags)
    {
        if ((flags & 0x80) == 0)
        {
            return [];
        }

        int length = 3 * (2 << (flags & 7));
        return encoded.Length - offset >= length ? encoded.Slice(offset, length).ToArray() : throw ImageErrors.Truncated(Format);
    }

    static bool IsGrayRamp(ReadOnlySpan<byte> palette)
    {
        for (int i = 0; i < palette.Length; i++)
        {
            if (palette[i] != i / 3)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Steps over extensions to the first image descriptor, noting the graphic control on the way.</summary>
    static HeaderStatus FindFrame(ReadOnlySpan<byte> data, out int descriptor, out GifFrame? frame)
    {
        descriptor = -1;
        frame = null;
        byte background = 0;
        int transparencyFlag = -1;
        int position = ScreenLength + ((data[10] & 0x80) != 0 ? 3 * (2 << (data[10] & 7)) : 0);
        while (position + 1 < data.Length)
        {
            switch (data[position])
            {
                case ImageDescriptor:
                    if (position + 10 > data.Length)
                    {
                        return HeaderStatus.Incomplete;
                    }

                    descriptor = position;
                    frame = new GifFrame(
                        BinaryPrimitives.ReadUInt16LittleEndian(data[(position + 1)..]),
                        BinaryPrimitives.ReadUInt16LittleEndian(data[(position + 3)..]),
                        BinaryPrimitives.ReadUInt16LittleEndian(data[(position + 5)..]),
                        BinaryPrimitives.ReadUInt16LittleEndian(data[(position + 7)..]),
                        background,
                        transparencyFlag);
                    return HeaderStatus.Found;

                case Extension:
                    if (data[position + 1] == GraphicControl && position + 6 < data.Length && (data[position + 3] & 1) != 0)
                    {
                        transparencyFlag = position + 3;
                        background = data[position + 6];
                    }

                    position += 2;
                    while (position < data.Length && data[position] != 0)
                    {
                        position += data[position] + 1;
                    }

                    position++;
                    break;

                default:
                    return HeaderStatus.Malformed;
            }
        }

        return HeaderStatus.Incomplete;
    }
}
