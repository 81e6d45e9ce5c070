using System.Buffers;
using System.Buffers.Binary;

namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>
/// Decodes JPEGs to their components, baseline and progressive. Skia decodes all other JPEGs; but of four-component
/// pictures it gives RGB only, and those must be resized as CMYK.
/// </summary>
internal sealed class JpegDecoder : IDisposable
{
    readonly ImageInfo _info;
    readonly ReadOnlyMemory<ushort>[] _quantization = new ReadOnlyMemory<ushort>[4];
    readonly JpegHuffmanTable?[] _dcTables = new JpegHuffmanTable?[4];
    readonly JpegHuffmanTable?[] _acTables = new JpegHuffmanTable?[4];
    JpegFrame? _frame;
    int _restartInterval;
    bool _isYcc;

    JpegDecoder(ImageInfo info) => _info = info;

    /// <summary>Cyan, magenta, yellow and black of a four-component picture. The caller disposes the buffer.</summary>
    /// <exception cref="InferenceException">The picture is damaged or truncated.</exception>
    public static PixelBuffer DecodeCmyk(ReadOnlySpan<byte> encoded, ImageInfo info)
    {
        PixelBuffer pixels = DecodeComponents(encoded, info, out bool isYcc);
        JpegColor.ConvertToCmyk(pixels.Bytes[..(pixels.Stride * pixels.Height)], isYcc);
        return pixels;
    }

    /// <summary>The components of a picture as they are coded, up to four in the bytes of each pixel. The caller disposes the buffer.</summary>
    /// <param name="isYcc">Whether an Adobe segment says that the first three components are luma and chroma.</param>
    public static PixelBuffer DecodeComponents(ReadOnlySpan<byte> encoded, ImageInfo info, out bool isYcc)
    {
        using var decoder = new JpegDecoder(info);
        decoder.DecodeScans(encoded);
        isYcc = decoder._isYcc;
        return decoder.Interleave();
    }

    public void Dispose() => _frame?.Dispose();

    void DecodeScans(ReadOnlySpan<byte> encoded)
    {
        int position = 2;
        while (true)
        {
            int marker = JpegMarkers.Find(encoded, position);
            if (marker < 0)
            {
                // A sequential picture may lack its end marker; of a progressive one, scans are missing then.
                if (_frame is { IsProgressive: false } && Array.TrueForAll(_frame.Components, component => component.WasScanned))
                {
                    return;
                }

                throw ImageErrors.Truncated(JpegHeader.Format);
            }

            byte code = encoded[marker];
            position = marker + 1;
            if (code == JpegMarkers.EndOfImage)
            {
                break;
            }

            if (JpegMarkers.HasSegment(code))
            {
                ReadOnlySpan<byte> segment = ReadSegment(encoded, ref position);
                if (code == JpegMarkers.StartOfScan)
                {
                    position = DecodeScan(segment, encoded, position);
                }
                else
                {
                    ReadTables(code, segment);
                }
            }
        }

        if (_frame is null || !Array.TrueForAll(_frame.Components, component => component.WasScanned))
        {
            throw ImageErrors.Damaged(JpegHeader.Format, "it ends without data for every component");
        }

        if (_frame.IsProgressive)
        {
            TransformAll(_frame);
        }
    }

    static ReadOnlySpan<byte> ReadSegment(ReadOnlySpan<byte> encoded, ref int position)
    {
        int length = position + 2 <= encoded.Length ? BinaryPrimitives.ReadUInt16BigEndian(encoded[position..]) : 0;
        if (length < 2 || position + length > encoded.Length)
        {
            throw ImageErrors.Truncated(JpegHeader.Format);
        }

        ReadOnlySpan<byte> segment = encoded.Slice(position + 2, length - 2);
        position += length;
        return segment;
    }

    void ReadTables(byte code, ReadOnlySpan<byte> segment)
    {
        switch (code)
        {
            case JpegMarkers.QuantizationTables:
                ReadQuantization(segment);
                break;
            case JpegMarkers.HuffmanTables:
                ReadHuffman(segment);
                break;
            case JpegMarkers.RestartInterval when segment.Length >= 2:
                _restartInterval = BinaryPrimitives.ReadUInt16BigEndian(segment);
                break;
            case JpegMarkers.AdobeSegment when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                _isYcc = segment[11] != 0;
                break;
            case byte frame when JpegMarkers.IsFrame(frame):
                _frame = _frame is null
                    ? new JpegFrame(frame, segment, _info)
                    : throw ImageErrors.Damaged(JpegHeader.Format, "it has two frame headers");
                break;
        }
    }

    void ReadQuantization(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int bytes = segment[0] >> 4 == 0 ? 1 : 2;
            int index = segment[0] & 15;
            if (index > 3 || segment.Length < 1 + JpegComponent.BlockArea * bytes)
            {
                throw ImageErrors.Damaged(JpegHeader.Format, "a quantization table is cut short");
            }

            ushort[] table = new ushort[JpegComponent.BlockArea];
            for (int i = 0; i < table.Length; i++)
            {
                table[JpegScan.ZigzagPosition(i)] = bytes == 1
                    ? segment[1 + i]
                    : BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + 2 * i)..]);
            }

            _quantization[index] = table;
            segment = segment[(1 + JpegComponent.BlockArea * bytes)..];
        }
    }

    void ReadHuffman(ReadOnlySpan<byte> segment)
    {
        const int Counts = JpegHuffmanTable.MaxCodeLength;
        while (!segment.IsEmpty)
        {
            int symbols = 0;
            for (int i = 1; i <= Counts && i < segment.Length; i++)
            {
                symbols += segment[i];
            }

            if (segment.Length < 1 + Counts + symbols || (segment[0] & 0xEF) > 3)
            {
                throw ImageErrors.Damaged(JpegHeader.Format, "a Huffman table is cut short");
            }

            var table = new JpegHuffmanTable(segment.Slice(1, Counts), segment.Slice(1 + Counts, symbols));
            (segment[0] >> 4 == 0 ? _dcTables : _acTables)[segment[0] & 3] = table;
            segment = segment[(1 + Counts + symbols)..];
        }
    }

    /// <summary>Decodes one scan and gives the position behind its data.</summary>
    int DecodeScan(ReadOnlySpan<byte> header, ReadOnlySpan<byte> encoded, int position)
    {
        JpegFrame frame = _frame ?? throw ImageErrors.Damaged(JpegHeader.Format, "a scan comes before the frame header");
        int count = header.IsEmpty ? 0 : header[0];
        if (count is < 1 or > 4 || header.Length < 4 + 2 * count)
        {
            throw ImageErrors.Damaged(JpegHeader.Format, "a scan header is cut short");
        }

        ReadOnlySpan<byte> band = header[(1 + 2 * count)..];
        bool isProgressive = frame.IsProgressive;
        int bandStart = isProgressive ? band[0] : 0, previousBit = isProgressive ? band[2] >> 4 : 0;
        bool needsDc = bandStart == 0 && previousBit == 0, needsAc = !isProgressive || bandStart > 0;
        var components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            components[i] = SelectComponent(frame, header[1 + 2 * i], header[2 + 2 * i], needsDc, needsAc);
        }

        if ((bandStart > 0 && count > 1) || (isProgressive && (bandStart > 63 || band[1] > 63 || (band[2] & 15) > 13)))
        {
            throw ImageErrors.Damaged(JpegHeader.Format, "a scan header contradicts itself");
        }

        var scan = new JpegScan(frame, components, _quantization)
        {
            BandStart = bandStart,
            BandEnd = isProgressive ? band[1] : 63,
            PreviousBit = previousBit,
            CurrentBit = isProgressive ? band[2] & 15 : 0,
            RestartInterval = _restartInterval,
        };
        var reader = new JpegBitReader(encoded, position);
        scan.Decode(ref reader);
        return reader.Position;
    }

    JpegComponent SelectComponent(JpegFrame frame, byte id, byte tables, bool needsDc, bool needsAc)
    {
        JpegComponent component = Array.Find(frame.Components, component => component.Id == id)
            ?? throw ImageErrors.Damaged(JpegHeader.Format, $"a scan names component {id}, which the frame does not have");
        component.DcTable = _dcTables[tables >> 4 & 3];
        component.AcTable = _acTables[tables & 3];
        bool isComplete = !_quantization[component.QuantizationTable].IsEmpty
            && (!needsDc || component.DcTable is not null)
            && (!needsAc || component.AcTable is not null);
        return isComplete ? component : throw ImageErrors.Damaged(JpegHeader.Format, $"tables for component {id} are missing");
    }

    void TransformAll(JpegFrame frame)
    {
        foreach (JpegComponent component in frame.Components)
        {
            ReadOnlySpan<ushort> quantization = _quantization[component.QuantizationTable].Span;
            for (int row = 0; row < component.BlocksDown; row++)
            {
                for (int column = 0; column < component.BlocksAcross; column++)
                {
                    component.Transform(component.Block(column, row), quantization, column, row);
                }
            }
        }
    }

    PixelBuffer Interleave()
    {
        JpegFrame frame = _frame!;
        PixelBuffer pixels = PixelBuffer.Create(_info.Width, _info.Height);

        // Upsampling may give a few samples more than the picture is wide.
        byte[] line = ArrayPool<byte>.Shared.Rent(frame.UnitsAcross * frame.MaxHorizontal * JpegComponent.BlockSize);
        try
        {
            for (int y = 0; y < pixels.Height; y++)
            {
                Span<byte> row = pixels.Row(y);
                for (int channel = 0; channel < frame.Components.Length; channel++)
                {
                    JpegUpsampler.Row(frame, frame.Components[channel], y, line);
                    for (int x = 0; x < pixels.Width; x++)
                    {
                        row[x * PixelBuffer.BytesPerPixel + channel] = line[x];
                    }
                }
            }

            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(line);
        }
    }
}
