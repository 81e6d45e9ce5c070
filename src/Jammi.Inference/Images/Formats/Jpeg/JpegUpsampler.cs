namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>
/// Brings a component of lower resolution to the picture's. Factors of two interpolate with a triangle filter
/// (weights 3/4 and 1/4, rounding alternately up and down), others repeat samples: the rules of libjpeg, and so of most decoders.
/// </summary>
internal static class JpegUpsampler
{
    /// <summary>One row of the picture's resolution.</summary>
    /// <param name="row">Receives as many samples as the component has, times the horizontal factor.</param>
    public static void Row(JpegFrame frame, JpegComponent component, int y, Span<byte> row)
    {
        int horizontal = frame.MaxHorizontal / component.Horizontal, vertical = frame.MaxVertical / component.Vertical;
        bool divides = horizontal * component.Horizontal == frame.MaxHorizontal && vertical * component.Vertical == frame.MaxVertical;
        if (!divides)
        {
            throw ImageErrors.Damaged(JpegHeader.Format, "its components' sampling factors do not divide each other");
        }

        // Two samples across are too few to interpolate between.
        bool isWide = component.Width > 2;
        switch (horizontal, vertical)
        {
            case (1, 1):
                component.Row(y).CopyTo(row);
                break;
            case (2, 1) when isWide:
                Double(component.Row(y), row);
                break;
            case (2, 2) when isWide:
                DoubleBoth(component.Row(y / 2), Neighbour(component, y), row);
                break;
            case (1, 2):
                DoubleDown(component.Row(y / 2), Neighbour(component, y), y, row);
                break;
            default:
                Repeat(component.Row(y / vertical), horizontal, row);
                break;
        }
    }

    /// <summary>The other row that an output row lies between; the picture's first and last row are their own neighbours.</summary>
    static ReadOnlySpan<byte> Neighbour(JpegComponent component, int y)
    {
        int near = y / 2;
        int far = y % 2 == 0 ? near - 1 : near + 1;
        return component.Row(Math.Clamp(far, 0, component.Height - 1));
    }

    static void Double(ReadOnlySpan<byte> samples, Span<byte> row)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            int near = samples[i] * 3;
            row[2 * i] = i == 0 ? samples[i] : (byte)((near + samples[i - 1] + 1) >> 2);
            row[2 * i + 1] = i == samples.Length - 1 ? samples[i] : (byte)((near + samples[i + 1] + 2) >> 2);
        }
    }

    static void DoubleDown(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int y, Span<byte> row)
    {
        int bias = y % 2 == 0 ? 1 : 2;
        for (int i = 0; i < near.Length; i++)
        {
            row[i] = (byte)((near[i] * 3 + far[i] + bias) >> 2);
        }
    }

    static void DoubleBoth(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<byte> row)
    {
        int last = near.Length - 1;
        int left = near[0] * 3 + far[0];
        int here = left;
        for (int i = 0; i <= last; i++)
        {
            int right = i == last ? here : near[i + 1] * 3 + far[i + 1];
            row[2 * i] = (byte)((here * 3 + left + 8) >> 4);
            row[2 * i + 1] = (byte)((here * 3 + right + 7) >> 4);
            left = here;
            here = right;
        }
    }

    static void Repeat(ReadOnlySpan<byte> samples, int factor, Span<byte> row)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            row.Slice(i * factor, factor).Fill(samples[i]);
        }
    }
}
