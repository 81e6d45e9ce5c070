using System.Buffers;

namespace Jammi.Inference.Images.Resampling;

/// <summary>The weights of <see cref="ResampleWindows"/> as integers with <see cref="ResampleWindows.FractionBits"/> fraction bits.</summary>
internal sealed class FixedPointWeights : IDisposable
{
    int[]? _values;

    public FixedPointWeights(ResampleWindows windows)
    {
        // An even number, so that weights can be taken in pairs.
        Stride = (windows.Taps + 1) & ~1;
        Count = windows.Count;
        _values = ArrayPool<int>.Shared.Rent(checked(Count * Stride));
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<double> exact = windows.Weights.Slice(i * windows.Taps, windows.Taps);
            Span<int> row = _values.AsSpan(i * Stride, Stride);
            for (int tap = 0; tap < exact.Length; tap++)
            {
                double scaled = exact[tap] * (1 << ResampleWindows.FractionBits);
                row[tap] = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }

            row[exact.Length..].Clear();
        }
    }

    /// <summary>Number of windows.</summary>
    public int Count { get; }

    /// <summary>Weights for each window, trailing zeros included.</summary>
    public int Stride { get; }

    public ReadOnlySpan<int> Values => _values.AsSpan(0, Count * Stride);

    public void Dispose()
    {
        if (_values is not null)
        {
            ArrayPool<int>.Shared.Return(_values);
            _values = null;
        }
    }
}
