using System.Buffers;

namespace Jammi.Inference.Images.Resampling;

/// <summary>
/// Resizes sixteen-bit grey in double precision, rounding to integers after each pass without clipping;
/// the result is scaled or, as the reference does it, clipped to 0..255 and spread to red, green and blue.
/// </summary>
internal static class WideGrayResampler
{
    /// <summary>The kept part of the resized picture, in a new buffer that the caller disposes.</summary>
    public static PixelBuffer Resize(PixelBuffer source, in FitGeometry fit, WideGrayMode mode)
    {
        using ResampleWindows? vertical = fit.Y.IsResized ? ResampleWindows.Create(fit.Y, fit.Interpolation) : null;
        int firstRow = vertical?.FirstInput ?? fit.Y.Crop;
        int rows = (vertical?.EndInput ?? fit.Y.Crop + fit.Y.Length) - firstRow;
        int columns = fit.X.Length;
        int[] samples = ArrayPool<int>.Shared.Rent(checked(rows * columns));
        try
        {
            ResizeRows(source, fit, firstRow, samples.AsSpan(0, rows * columns));
            PixelBuffer result = PixelBuffer.CreatePadded(columns, fit.Y.Length);
            for (int y = 0; y < result.Height; y++)
            {
                Span<byte> row = result.Row(y);
                for (int x = 0; x < columns; x++)
                {
                    int value = vertical is null
                        ? samples[y * columns + x]
                        : Sum(vertical, y, samples.AsSpan((vertical.Starts[y] - firstRow) * columns + x), columns);
                    row.Slice(x * PixelBuffer.BytesPerPixel, PixelBuffer.BytesPerPixel).Fill(Narrow(value, mode));
                }
            }

            return result;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(samples);
        }
    }

    /// <summary>65,535 / 257 is 255. A cubic filter overshoots, so scaled values are clipped too.</summary>
    static byte Narrow(int value, WideGrayMode mode) => (byte)Math.Clamp(mode == WideGrayMode.Clip ? value : (value + 128) / 257, 0, 255);

    static void ResizeRows(PixelBuffer source, in FitGeometry fit, int firstRow, Span<int> samples)
    {
        int columns = fit.X.Length;
        using ResampleWindows? windows = fit.X.IsResized ? ResampleWindows.Create(fit.X, fit.Interpolation) : null;
        for (int y = 0; y * columns < samples.Length; y++)
        {
            ReadOnlySpan<ushort> from = source.Row16(firstRow + y);
            Span<int> to = samples.Slice(y * columns, columns);
            for (int x = 0; x < columns; x++)
            {
                to[x] = windows is null ? from[fit.X.Crop + x] : Sum(windows, x, from);
            }
        }
    }

    static int Sum(ResampleWindows windows, int index, ReadOnlySpan<ushort> row)
    {
        ReadOnlySpan<double> weights = windows.Weights.Slice(index * windows.Taps, windows.Lengths[index]);
        row = row.Slice(windows.Starts[index], weights.Length);
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += row[i] * weights[i];
        }

        return Round(sum);
    }

    static int Sum(ResampleWindows windows, int index, ReadOnlySpan<int> column, int stride)
    {
        ReadOnlySpan<double> weights = windows.Weights.Slice(index * windows.Taps, windows.Lengths[index]);
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += column[i * stride] * weights[i];
        }

        return Round(sum);
    }

    static int Round(double value) => (int)(value >= 0 ? Math.Floor(value + 0.5) : -Math.Floor(-value + 0.5));
}
