using System.Buffers;
using System.Runtime.InteropServices;

namespace Jammi.Inference.Images;

/// <summary>
/// Rows of pixels in pooled memory. Every mode but <see cref="PixelMode.Gray16"/> takes four bytes a pixel
/// (red, green, blue, alpha; or cyan, magenta, yellow, black), so that one pixel is one 32-bit load whatever the file held;
/// Gray16 takes one native-endian <see cref="ushort"/>.
/// </summary>
internal sealed class PixelBuffer : IDisposable
{
    public const int BytesPerPixel = 4;

    /// <summary>Bytes that vector loads may read, and never use, behind the last pixel.</summary>
    const int Slack = 64;

    byte[]? _bytes;

    public PixelBuffer(int width, int height, int stride)
    {
        Width = width;
        Height = height;
        Stride = stride;
        _bytes = ArrayPool<byte>.Shared.Rent(checked((int)((long)stride * height + Slack)));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>All rows, and the slack behind them.</summary>
    public Span<byte> Bytes => _bytes ?? throw new ObjectDisposedException(nameof(PixelBuffer));

    /// <summary>A buffer of four-byte pixels without gaps between its rows.</summary>
    public static PixelBuffer Create(int width, int height) => new(width, height, checked(width * BytesPerPixel));

    /// <summary>A buffer of four-byte pixels whose rows can be written in whole vectors.</summary>
    public static PixelBuffer CreatePadded(int width, int height)
    {
        const int Alignment = 32;
        return new PixelBuffer(width, height, (width * BytesPerPixel + Alignment - 1) / Alignment * Alignment);
    }

    /// <summary>The four-byte pixels of a row.</summary>
    public Span<byte> Row(int y) => Bytes.Slice(y * Stride, Width * BytesPerPixel);

    /// <summary>The sixteen-bit samples of a row.</summary>
    public Span<ushort> Row16(int y) => MemoryMarshal.Cast<byte, ushort>(Bytes.Slice(y * Stride, Width * sizeof(ushort)));

    public void Dispose()
    {
        byte[]? bytes = _bytes;
        _bytes = null;
        if (bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
