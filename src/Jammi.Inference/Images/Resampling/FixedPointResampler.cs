namespace Jammi.Inference.Images.Resampling;

/// <summary>
/// Resizes four-byte pixels in two passes, rows first. Each pass rounds and clips to eight bits, as Pillow's does,
/// so results are the reference's bit for bit. Only the rows and columns that the crop keeps are computed,
/// and a pass that would not change the size is skipped.
/// </summary>
internal static unsafe class FixedPointResampler
{
    /// <summary>The kept part of the resized picture, in a new buffer that the caller disposes.</summary>
    public static PixelBuffer Resize(PixelBuffer source, in FitGeometry fit, VectorLevel level)
    {
        if (!fit.Y.IsResized)
        {
            return fit.X.IsResized
                ? ResizeRows(source, fit, fit.Y.Crop, fit.Y.Length, level)
                : CopyCrop(source, fit);
        }

        using ResampleWindows windows = ResampleWindows.Create(fit.Y, fit.Interpolation);
        if (!fit.X.IsResized)
        {
            return ResizeColumns(source, windows, firstRow: 0, fit.X.Crop, fit.X.Length, level);
        }

        using PixelBuffer narrowed = ResizeRows(source, fit, windows.FirstInput, windows.EndInput - windows.FirstInput, level);
        return ResizeColumns(narrowed, windows, windows.FirstInput, firstColumn: 0, fit.X.Length, level);
    }

    /// <summary>The horizontal pass over rows <paramref name="firstRow"/> and on.</summary>
    static PixelBuffer ResizeRows(PixelBuffer source, in FitGeometry fit, int firstRow, int rows, VectorLevel level)
    {
        const int Block = HorizontalKernel.RowsAtOnce;
        using ResampleWindows windows = ResampleWindows.Create(fit.X, fit.Interpolation);
        using var weights = new FixedPointWeights(windows);
        PixelBuffer result = PixelBuffer.CreatePadded(windows.Count, rows);
        fixed (byte* input = source.Bytes, output = result.Bytes)
        fixed (int* starts = windows.Starts, lengths = windows.Lengths, values = weights.Values)
        {
            var kernel = new HorizontalKernel(starts, lengths, values, weights.Stride, windows.Count);
            byte* from = input + (long)firstRow * source.Stride;
            byte* to = output;
            int row = 0;
            if (level == VectorLevel.Avx2)
            {
                for (; row <= rows - Block; row += Block)
                {
                    kernel.Avx2Rows(from, source.Stride, to, result.Stride);
                    from += (long)Block * source.Stride;
                    to += (long)Block * result.Stride;
                }
            }

            for (; row < rows; row++)
            {
                if (level == VectorLevel.Scalar)
                {
                    kernel.ScalarRow(from, to);
                }
                else
                {
                    kernel.Vector128Row(from, to);
                }

                from += source.Stride;
                to += result.Stride;
            }
        }

        return result;
    }

    /// <summary>The vertical pass. Row 0 of <paramref name="source"/> is row <paramref name="firstRow"/> of the windows' axis.</summary>
    static PixelBuffer ResizeColumns(
        PixelBuffer source, ResampleWindows windows, int firstRow, int firstColumn, int columns, VectorLevel level)
    {
        using var weights = new FixedPointWeights(windows);
        PixelBuffer result = PixelBuffer.CreatePadded(columns, windows.Count);
        fixed (byte* input = source.Bytes, output = result.Bytes)
        fixed (int* values = weights.Values)
        {
            for (int y = 0; y < windows.Count; y++)
            {
                byte* from = input + (long)(windows.Starts[y] - firstRow) * source.Stride + firstColumn * PixelBuffer.BytesPerPixel;
                byte* to = output + (long)y * result.Stride;
                int* row = values + (long)y * weights.Stride;
                switch (level)
                {
                    case VectorLevel.Avx2:
                        VerticalKernel.Avx2Row(from, source.Stride, row, windows.Lengths[y], to, result.Stride);
                        break;
                    case VectorLevel.Vector128:
                        VerticalKernel.Vector128Row(from, source.Stride, row, windows.Lengths[y], to, result.Stride);
                        break;
                    default:
                        VerticalKernel.ScalarRow(from, source.Stride, row, windows.Lengths[y], to, columns * PixelBuffer.BytesPerPixel);
                        break;
                }
            }
        }

        return result;
    }

    static PixelBuffer CopyCrop(PixelBuffer source, in FitGeometry fit)
    {
        PixelBuffer result = PixelBuffer.CreatePadded(fit.X.Length, fit.Y.Length);
        for (int y = 0; y < result.Height; y++)
        {
            source.Row(fit.Y.Crop + y).Slice(fit.X.Crop * PixelBuffer.BytesPerPixel, fit.X.Length * PixelBuffer.BytesPerPixel)
                .CopyTo(result.Row(y));
        }

        return result;
    }
}
