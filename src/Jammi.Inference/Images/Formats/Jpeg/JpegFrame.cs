namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>The frame header (ITU-T T.81, B.2.2) and the components it declares.</summary>
internal sealed class JpegFrame : IDisposable
{
    const int HeaderLength = 6, ComponentLength = 3;

    public JpegFrame(byte marker, ReadOnlySpan<byte> segment, ImageInfo info)
    {
        if (marker is not (JpegMarkers.BaselineFrame or JpegMarkers.ExtendedFrame or JpegMarkers.ProgressiveFrame))
        {
            throw ImageErrors.Damaged(
                JpegHeader.Format, $"its coding process (SOF{marker & 0xF}) is not supported for CMYK; baseline and progressive are");
        }

        int count = segment[5];
        if (segment[0] != 8 || count == 0 || segment.Length < HeaderLength + count * ComponentLength)
        {
            throw ImageErrors.Damaged(JpegHeader.Format, $"its frame header declares {segment[0]} bits and {count} components");
        }

        IsProgressive = marker == JpegMarkers.ProgressiveFrame;
        Components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = segment.Slice(HeaderLength + i * ComponentLength, ComponentLength);
            int horizontal = entry[1] >> 4, vertical = entry[1] & 0xF;
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || entry[2] > 3)
            {
                throw ImageErrors.Damaged(JpegHeader.Format, $"component {entry[0]} has sampling {horizontal} x {vertical}");
            }

            Components[i] = new JpegComponent(entry[0], horizontal, vertical, entry[2]);
            MaxHorizontal = Math.Max(MaxHorizontal, horizontal);
            MaxVertical = Math.Max(MaxVertical, vertical);
        }

        int unitWidth = MaxHorizontal * JpegComponent.BlockSize, unitHeight = MaxVertical * JpegComponent.BlockSize;
        UnitsAcross = (info.Width + unitWidth - 1) / unitWidth;
        UnitsDown = (info.Height + unitHeight - 1) / unitHeight;
        foreach (JpegComponent component in Components)
        {
            component.Allocate(this, info.Width, info.Height);
        }
    }

    public bool IsProgressive { get; }

    public JpegComponent[] Components { get; }

    public int MaxHorizontal { get; }

    public int MaxVertical { get; }

    /// <summary>Interleaved units (MCUs) across.</summary>
    public int UnitsAcross { get; }

    /// <summary>Interleaved units (MCUs) down.</summary>
    public int UnitsDown { get; }

    public void Dispose()
    {
        foreach (JpegComponent component in Components)
        {
            component.Dispose();
        }
    }
}
