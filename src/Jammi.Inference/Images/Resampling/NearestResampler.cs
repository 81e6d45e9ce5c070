using System.Runtime.InteropServices;

namespace Jammi.Inference.Images.Resampling;

/// <summary>
/// Nearest neighbour, for pictures whose values cannot be mixed: palette indices and single bits.
/// Choosing among indices and among the colours they stand for is the same, so it works on colours.
/// </summary>
internal static class NearestResampler
{
    /// <summary>The kept part of the resized picture, in a new buffer that the caller disposes.</summary>
    public static PixelBuffer Resize(PixelBuffer source, in FitGeometry fit)
    {
        PixelBuffer result = PixelBuffer.CreatePadded(fit.X.Length, fit.Y.Length);
        int[] columns = Positions(fit.X), rows = Positions(fit.Y);
        for (int y = 0; y < rows.Length; y++)
        {
            ReadOnlySpan<uint> from = MemoryMarshal.Cast<byte, uint>(source.Row(rows[y]));
            Span<uint> to = MemoryMarshal.Cast<byte, uint>(result.Row(y));
            for (int x = 0; x < columns.Length; x++)
            {
                to[x] = from[columns[x]];
            }
        }

        return result;
    }

    /// <summary>
    /// The input position of each kept output pixel. The reference adds the step pixel by pixel, and so collects rounding
    /// errors that multiplying would not have: they decide ties.
    /// </summary>
    static int[] Positions(FitAxis axis)
    {
        int[] positions = new int[axis.Length];
        double step = (double)axis.Source / axis.Resized;
        double position = step * 0.5;
        for (int i = 0; i < axis.Crop + axis.Length; i++)
        {
            if (i >= axis.Crop)
            {
                positions[i - axis.Crop] = Math.Min((int)position, axis.Source - 1);
            }

            position += step;
        }

        return positions;
    }
}
