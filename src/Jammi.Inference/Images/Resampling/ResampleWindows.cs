using System.Buffers;

namespace Jammi.Inference.Images.Resampling;

/// <summary>
/// For each wanted output pixel of one axis, the input pixels under the filter and their weights.
/// When shrinking, the filter is stretched by input/output, which is what makes the resize antialiased; weights sum to one.
/// </summary>
internal sealed class ResampleWindows : IDisposable
{
    /// <summary>Bits behind the binary point of a fixed-point weight: 8-bit samples, times weights above one, fit 32 bits.</summary>
    public const int FractionBits = 32 - 8 - 2;

    int[]? _starts;
    int[]? _lengths;
    double[]? _weights;

    ResampleWindows(int count, int taps)
    {
        Count = count;
        Taps = taps;
        _starts = ArrayPool<int>.Shared.Rent(count);
        _lengths = ArrayPool<int>.Shared.Rent(count);
        _weights = ArrayPool<double>.Shared.Rent(checked(count * taps));
    }

    /// <summary>Number of output pixels.</summary>
    public int Count { get; }

    /// <summary>Room for weights of each output pixel; those behind its window are zero.</summary>
    public int Taps { get; }

    /// <summary>First input pixel of each window.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary>Number of input pixels of each window.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>The weights, <see cref="Taps"/> for each output pixel.</summary>
    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, Count * Taps);

    /// <summary>First input pixel that any window uses.</summary>
    public int FirstInput { get; private set; }

    /// <summary>One behind the last input pixel that any window uses.</summary>
    public int EndInput { get; private set; }

    /// <summary>Computes the windows of the kept part of an axis.</summary>
    public static ResampleWindows Create(FitAxis axis, Interpolation interpolation)
    {
        double scale = (double)axis.Source / axis.Resized;
        double filterScale = Math.Max(scale, 1.0);
        double support = Support(interpolation) * filterScale;
        int taps = Math.Min((int)Math.Ceiling(support) * 2 + 1, axis.Source);
        var windows = new ResampleWindows(axis.Length, taps);
        Span<int> starts = windows._starts.AsSpan(0, axis.Length);
        Span<double> weights = windows._weights.AsSpan(0, axis.Length * taps);
        windows.FirstInput = axis.Source;
        for (int i = 0; i < axis.Length; i++)
        {
            double center = (axis.Crop + i + 0.5) * scale;
            int start = Math.Max((int)(center - support + 0.5), 0);
            int end = Math.Min((int)(center + support + 0.5), axis.Source);
            FillWindow(weights.Slice(i * taps, taps), start, end - start, center, 1.0 / filterScale, interpolation);
            starts[i] = start;
            windows._lengths![i] = end - start;
            windows.FirstInput = Math.Min(windows.FirstInput, start);
            windows.EndInput = Math.Max(windows.EndInput, end);
        }

        return windows;
    }

    public void Dispose()
    {
        if (_starts is not null)
        {
            ArrayPool<int>.Shared.Return(_starts);
            ArrayPool<int>.Shared.Return(_lengths!);
            ArrayPool<double>.Shared.Return(_weights!);
            _starts = null;
            _lengths = null;
            _weights = null;
        }
    }

    static void FillWindow(Span<double> weights, int start, int length, double center, double inverseScale, Interpolation interpolation)
    {
        double sum = 0;
        for (int i = 0; i < length; i++)
        {
            double weight = Filter((i + start - center + 0.5) * inverseScale, interpolation);
            weights[i] = weight;
            sum += weight;
        }

        if (sum != 0)
        {
            for (int i = 0; i < length; i++)
            {
                weights[i] /= sum;
            }
        }

        weights[length..].Clear();
    }

    static double Support(Interpolation interpolation) => interpolation == Interpolation.Bicubic ? 2.0 : 1.0;

    static double Filter(double x, Interpolation interpolation)
    {
        x = Math.Abs(x);
        if (interpolation == Interpolation.Bilinear)
        {
            return x < 1.0 ? 1.0 - x : 0.0;
        }

        // R. G. Keys, "Cubic convolution interpolation for digital image processing", 1981.
        const double A = -0.5;
        return x switch
        {
            < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1,
            < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
            _ => 0.0,
        };
    }
}
