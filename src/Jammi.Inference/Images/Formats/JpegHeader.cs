using System.Buffers.Binary;
using Jammi.Inference.Images.Formats.Jpeg;

namespace Jammi.Inference.Images.Formats;

/// <summary>Finds the frame header (SOFn) of a JPEG: ITU-T T.81, B.2.2.</summary>
internal static class JpegHeader
{
    public const string Format = "jpeg";

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

    /// <summary>
    /// Whether a picture that comes in several scans lacks its end marker, and so perhaps scans. Skia shows what there is;
    /// the reference refuses it. (A picture of one scan is complete when its last row is.)
    /// </summary>
    public static bool LacksScans(ReadOnlySpan<byte> encoded)
    {
        int components = 0, position = 2;
        bool hasSeveralScans = false;
        while (true)
        {
            int marker = JpegMarkers.Find(encoded, position);
            if (marker < 0 || marker + 8 >= encoded.Length)
            {
                return hasSeveralScans && (marker < 0 || encoded[marker] != JpegMarkers.EndOfImage);
            }

            byte code = encoded[marker];
            position = marker + 1;
            if (code == JpegMarkers.EndOfImage)
            {
                return false;
            }

            if (!JpegMarkers.HasSegment(code))
            {
                continue;
            }

            if (JpegMarkers.IsFrame(code))
            {
                hasSeveralScans = code == JpegMarkers.ProgressiveFrame;
                components = encoded[position + 7];
            }
            else if (code == JpegMarkers.StartOfScan)
            {
                hasSeveralScans |= encoded[position + 2] < components;
                if (!hasSeveralScans)
                {
                    return false;
                }
            }

            position += BinaryPrimitives.ReadUInt16BigEndian(encoded[position..]);
        }
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
            if (code is JpegMarkers.StartOfScan or JpegMarkers.EndOfImage)
            {
                return HeaderStatus.Malformed;
            }

            if (code == 0x00 || !JpegMarkers.HasSegment(code))
            {
                continue;
            }

            if (position + 2 > data.Length)
            {
                return HeaderStatus.Incomplete;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
            bool isFrame = JpegMarkers.IsFrame(code);
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
