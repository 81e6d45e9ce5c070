using System.Buffers;

namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>One colour component of a frame: its sampling, its tables, and its samples or coefficients as far as decoded.</summary>
internal sealed class JpegComponent(byte id, int horizontal, int vertical, int quantizationTable) : IDisposable
{
    public const int BlockSize = 8, BlockArea = 64;

    byte[]? _samples;
    short[]? _coefficients;

    public byte Id { get; } = id;

    /// <summary>Horizontal sampling factor: blocks side by side in an interleaved unit.</summary>
    public int Horizontal { get; } = horizontal;

    /// <summary>Vertical sampling factor: blocks above each other in an interleaved unit.</summary>
    public int Vertical { get; } = vertical;

    public int QuantizationTable { get; } = quantizationTable;

    /// <summary>Samples across that belong to the picture.</summary>
    public int Width { get; private set; }

    /// <summary>Samples down that belong to the picture.</summary>
    public int Height { get; private set; }

    /// <summary>Blocks across and down, without those that only fill up interleaved units.</summary>
    public int BlocksAcross => (Width + BlockSize - 1) / BlockSize;

    public int BlocksDown => (Height + BlockSize - 1) / BlockSize;

    /// <summary>Samples from one row to the next.</summary>
    public int Stride { get; private set; }

    public int DcPrediction { get; set; }

    public JpegHuffmanTable? DcTable { get; set; }

    public JpegHuffmanTable? AcTable { get; set; }

    public bool WasScanned { get; set; }

    int AllocatedBlocksDown { get; set; }

    public void Allocate(JpegFrame frame, int width, int height)
    {
        Width = DivideUp(width * Horizontal, frame.MaxHorizontal);
        Height = DivideUp(height * Vertical, frame.MaxVertical);
        Stride = frame.UnitsAcross * Horizontal * BlockSize;
        AllocatedBlocksDown = frame.UnitsDown * Vertical;
        _samples = ArrayPool<byte>.Shared.Rent(checked(Stride * AllocatedBlocksDown * BlockSize));
        if (frame.IsProgressive)
        {
            int length = checked(Stride * AllocatedBlocksDown * BlockSize);
            _coefficients = ArrayPool<short>.Shared.Rent(length);
            _coefficients.AsSpan(0, length).Clear();
        }
    }

    /// <summary>The samples of a row that belong to the picture.</summary>
    public ReadOnlySpan<byte> Row(int y) => _samples.AsSpan(y * Stride, Width);

    /// <summary>The 64 coefficients of a block, row by row.</summary>
    public Span<short> Block(int column, int row) =>
        _coefficients.AsSpan((row * (Stride / BlockSize) + column) * BlockArea, BlockArea);

    /// <summary>Turns the coefficients of a block into samples.</summary>
    public void Transform(ReadOnlySpan<short> coefficients, ReadOnlySpan<ushort> quantization, int column, int row) =>
        JpegInverseDct.Transform(
            coefficients, quantization, _samples.AsSpan((row * Stride + column) * BlockSize), Stride);

    public void Dispose()
    {
        if (_samples is not null)
        {
            ArrayPool<byte>.Shared.Return(_samples);
            _samples = null;
        }

        if (_coefficients is not null)
        {
            ArrayPool<short>.Shared.Return(_coefficients);
            _coefficients = null;
        }
    }

    static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
