namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>Decodes the blocks of one scan: sequential (ITU-T T.81, annex F) or progressive (annex G).</summary>
internal sealed class JpegScan(JpegFrame frame, JpegComponent[] components, ReadOnlyMemory<ushort>[] quantization)
{
    /// <summary>Position in the block of each coefficient in zigzag order; runs that overshoot a block end in its last place.</summary>
    static ReadOnlySpan<byte> Zigzag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
        12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
        63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63,
    ];

    /// <summary>First and last coefficient of the scan's band, in zigzag order.</summary>
    public required int BandStart { get; init; }

    public required int BandEnd { get; init; }

    /// <summary>Bit position (successive approximation) that the scan follows on, 0 for a first scan, and the one it brings.</summary>
    public required int PreviousBit { get; init; }

    public required int CurrentBit { get; init; }

    /// <summary>Units between restarts, 0 for none.</summary>
    public required int RestartInterval { get; init; }

    /// <summary>Blocks still covered by the last end-of-band run.</summary>
    int _endOfBandRun;

    public static byte ZigzagPosition(int index) => Zigzag[index];

    /// <summary>Decodes all units. Where a marker cuts the data short, the blocks behind it stay empty, as in other decoders.</summary>
    public void Decode(ref JpegBitReader reader)
    {
        JpegComponent? only = components.Length == 1 ? components[0] : null;
        int across = only?.BlocksAcross ?? frame.UnitsAcross;
        int down = only?.BlocksDown ?? frame.UnitsDown;
        int untilRestart = RestartInterval;
        bool cutShort = false;
        Reset();
        for (int y = 0; y < down; y++)
        {
            for (int x = 0; x < across; x++)
            {
                if (RestartInterval > 0 && untilRestart-- == 0)
                {
                    reader.Restart();
                    Reset();
                    cutShort = false;
                    untilRestart = RestartInterval - 1;
                }

                DecodeUnit(ref reader, only, x, y, cutShort);
                if (reader.IsExhausted && !cutShort)
                {
                    cutShort = !reader.IsAtEndOfFile ? true : throw ImageErrors.Truncated(JpegHeader.Format);
                }
            }
        }

        foreach (JpegComponent component in components)
        {
            component.WasScanned = true;
        }
    }

    void DecodeUnit(ref JpegBitReader reader, JpegComponent? only, int x, int y, bool skip)
    {
        if (only is not null)
        {
            DecodeBlock(ref reader, only, x, y, skip);
            return;
        }

        foreach (JpegComponent component in components)
        {
            for (int row = 0; row < component.Vertical; row++)
            {
                for (int column = 0; column < component.Horizontal; column++)
                {
                    DecodeBlock(ref reader, component, x * component.Horizontal + column, y * component.Vertical + row, skip);
                }
            }
        }
    }

    void DecodeBlock(ref JpegBitReader reader, JpegComponent component, int column, int row, bool skip)
    {
        if (!frame.IsProgressive)
        {
            Span<short> block = stackalloc short[JpegComponent.BlockArea];
            block.Clear();
            if (!skip)
            {
                DecodeSequential(ref reader, component, block);
            }

            component.Transform(block, quantization[component.QuantizationTable].Span, column, row);
        }
        else if (!skip)
        {
            Span<short> block = component.Block(column, row);
            switch (BandStart, PreviousBit)
            {
                case (0, 0):
                    block[0] = (short)(DecodeDc(ref reader, component) << CurrentBit);
                    break;
                case (0, _):
                    block[0] |= (short)(reader.Read(1) << CurrentBit);
                    break;
                case (_, 0):
                    DecodeBand(ref reader, component, block);
                    break;
                default:
                    RefineBand(ref reader, component, block);
                    break;
            }
        }
    }

    static int DecodeDc(ref JpegBitReader reader, JpegComponent component)
    {
        int category = component.DcTable!.Decode(ref reader);
        if (category > 15)
        {
            throw ImageErrors.Damaged(JpegHeader.Format, $"a DC difference has {category} bits");
        }

        return component.DcPrediction += reader.ReadSigned(category);
    }

    static void DecodeSequential(ref JpegBitReader reader, JpegComponent component, scoped Span<short> block)
    {
        block[0] = (short)DecodeDc(ref reader, component);
        for (int k = 1; k < JpegComponent.BlockArea; k++)
        {
            int symbol = component.AcTable!.Decode(ref reader);
            int run = symbol >> 4, category = symbol & 15;
            if (category == 0 && run < 15)
            {
                break;
            }

            k += run;
            if (category > 0)
            {
                block[Zigzag[k]] = (short)reader.ReadSigned(category);
            }
        }
    }

    void DecodeBand(ref JpegBitReader reader, JpegComponent component, scoped Span<short> block)
    {
        if (_endOfBandRun > 0)
        {
            _endOfBandRun--;
            return;
        }

        for (int k = BandStart; k <= BandEnd; k++)
        {
            int symbol = component.AcTable!.Decode(ref reader);
            int run = symbol >> 4, category = symbol & 15;
            if (category == 0 && run < 15)
            {
                _endOfBandRun = (1 << run) - 1 + reader.Read(run);
                break;
            }

            k += run;
            if (category > 0)
            {
                block[Zigzag[k]] = (short)(reader.ReadSigned(category) << CurrentBit);
            }
        }
    }

    /// <summary>Adds one bit to the coefficients known to be non-zero, and brings new ones of one bit.</summary>
    void RefineBand(ref JpegBitReader reader, JpegComponent component, scoped Span<short> block)
    {
        int k = BandStart;
        if (_endOfBandRun == 0)
        {
            for (; k <= BandEnd; k++)
            {
                int symbol = component.AcTable!.Decode(ref reader);
                int run = symbol >> 4;
                int value = 0;
                if ((symbol & 15) != 0)
                {
                    value = reader.Read(1) != 0 ? 1 << CurrentBit : -1 << CurrentBit;
                }
                else if (run < 15)
                {
                    _endOfBandRun = (1 << run) + reader.Read(run);
                    break;
                }

                k = SkipZeros(ref reader, block, k, run);
                if (value != 0)
                {
                    block[Zigzag[k]] = (short)value;
                }
            }
        }

        if (_endOfBandRun > 0)
        {
            SkipZeros(ref reader, block, k, int.MaxValue);
            _endOfBandRun--;
        }
    }

    /// <summary>Moves over <paramref name="zeros"/> coefficients that are zero, to the next one that is, refining those between.</summary>
    int SkipZeros(ref JpegBitReader reader, scoped Span<short> block, int k, int zeros)
    {
        for (; k <= BandEnd; k++)
        {
            ref short coefficient = ref block[Zigzag[k]];
            if (coefficient == 0)
            {
                if (zeros-- == 0)
                {
                    break;
                }
            }
            else if (reader.Read(1) != 0 && (coefficient & (1 << CurrentBit)) == 0)
            {
                coefficient += (short)(coefficient >= 0 ? 1 << CurrentBit : -1 << CurrentBit);
            }
        }

        return k;
    }

    void Reset()
    {
        _endOfBandRun = 0;
        foreach (JpegComponent component in components)
        {
            component.DcPrediction = 0;
        }
    }
}
