using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Jammi.Inference.Images.Formats;

/// <summary>
/// Decodes PNGs of sixteen-bit grey without losing the low byte (W3C PNG specification, sections 7 to 10).
/// </summary>
internal static class PngGray16Reader
{
    const int BytesPerSample = 2;

    /// <summary>Origin and step of the seven passes of an interlaced picture.</summary>
    static readonly (byte X, byte Y, byte StepX, byte StepY)[] s_adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    static readonly (byte X, byte Y, byte StepX, byte StepY)[] s_onePass = [(0, 0, 1, 1)];

    public static PixelBuffer Read(ReadOnlySpan<byte> encoded, ImageInfo info)
    {
        byte[] compressed = ArrayPool<byte>.Shared.Rent(encoded.Length);
        int rowLength = checked(info.Width * BytesPerSample);
        byte[] current = ArrayPool<byte>.Shared.Rent(rowLength + 1);
        byte[] previous = ArrayPool<byte>.Shared.Rent(rowLength + 1);
        var pixels = new PixelBuffer(info.Width, info.Height, rowLength);
        try
        {
            int length = JoinData(encoded, compressed);
            using var inflated = new ZLibStream(new MemoryStream(compressed, 0, length, writable: false), CompressionMode.Decompress);
            foreach ((byte x, byte y, byte stepX, byte stepY) in PngHeader.IsInterlaced(encoded) ? s_adam7 : s_onePass)
            {
                int columns = (info.Width - x + stepX - 1) / stepX;
                if (columns == 0)
                {
                    continue;
                }

                int passLength = columns * BytesPerSample + 1;
                previous.AsSpan(0, passLength).Clear();
                for (int row = y; row < info.Height; row += stepY)
                {
                    Span<byte> line = current.AsSpan(0, passLength);
                    inflated.ReadExactly(line);
                    Unfilter(line[0], line[1..], previous.AsSpan(1, passLength - 1));
                    Scatter(line[1..], pixels.Row16(row), x, stepX);
                    (current, previous) = (previous, current);
                }
            }

            return pixels;
        }
        catch (EndOfStreamException)
        {
            pixels.Dispose();
            throw ImageErrors.Truncated(PngHeader.Format);
        }
        catch (InvalidDataException error)
        {
            pixels.Dispose();
            throw ImageErrors.Damaged(PngHeader.Format, "its compressed data are corrupt", error);
        }
        catch (InferenceException)
        {
            pixels.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(previous);
        }
    }

    /// <summary>The IDAT chunks hold one stream, cut anywhere.</summary>
    static int JoinData(ReadOnlySpan<byte> encoded, Span<byte> joined)
    {
        int length = 0;
        foreach (PngChunk chunk in new PngChunks(encoded))
        {
            if (chunk.IsType("IDAT"u8))
            {
                chunk.Data.CopyTo(joined[length..]);
                length += chunk.Data.Length;
            }
        }

        return length;
    }

    static void Unfilter(byte filter, Span<byte> line, ReadOnlySpan<byte> above)
    {
        for (int i = 0; i < line.Length; i++)
        {
            int left = i >= BytesPerSample ? line[i - BytesPerSample] : 0;
            int up = above[i];
            line[i] += filter switch
            {
                0 => 0,
                1 => (byte)left,
                2 => (byte)up,
                3 => (byte)((left + up) / 2),
                4 => Paeth(left, up, i >= BytesPerSample ? above[i - BytesPerSample] : 0),
                _ => throw ImageErrors.Damaged(PngHeader.Format, $"a row uses filter {filter}, where 0 to 4 are defined"),
            };
        }
    }

    static byte Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        int toLeft = Math.Abs(estimate - left), toUp = Math.Abs(estimate - up), toCorner = Math.Abs(estimate - corner);
        return (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }

    static void Scatter(ReadOnlySpan<byte> line, Span<ushort> row, int first, int step)
    {
        for (int x = first; x < row.Length; x += step)
        {
            row[x] = BinaryPrimitives.ReadUInt16BigEndian(line);
            line = line[BytesPerSample..];
        }
    }
}
