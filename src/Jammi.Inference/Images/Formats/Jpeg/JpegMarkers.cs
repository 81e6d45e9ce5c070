namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>Marker codes (ITU-T T.81, table B.1) and how to find them.</summary>
internal static class JpegMarkers
{
    public const byte
        BaselineFrame = 0xC0,
        ExtendedFrame = 0xC1,
        ProgressiveFrame = 0xC2,
        HuffmanTables = 0xC4,
        EndOfImage = 0xD9,
        StartOfScan = 0xDA,
        QuantizationTables = 0xDB,
        RestartInterval = 0xDD,
        AdobeSegment = 0xEE;

    /// <summary>Position of the code of the next marker at or behind <paramref name="position"/>, or -1. Stuffed zeros and fill bytes are no markers.</summary>
    public static int Find(ReadOnlySpan<byte> data, int position)
    {
        while (position < data.Length)
        {
            int next = data[position..].IndexOf((byte)0xFF);
            if (next < 0 || position + next + 1 >= data.Length)
            {
                return -1;
            }

            position += next + 1;
            if (data[position] is not (0x00 or 0xFF))
            {
                return position;
            }
        }

        return -1;
    }

    public static bool HasSegment(byte code) => code is not (0x01 or (>= 0xD0 and <= 0xD9));

    public static bool IsFrame(byte code) => code is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
