namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>A canonical Huffman code (ITU-T T.81, annex C), with a table for codes of up to nine bits.</summary>
internal sealed class JpegHuffmanTable
{
    public const int MaxCodeLength = 16;

    const int FastBits = 9;

    /// <summary>For each nine-bit prefix: length of its code in the high byte, symbol in the low one; 0 where the code is longer.</summary>
    readonly ushort[] _fast = new ushort[1 << FastBits];

    /// <summary>Largest code of each length, or -1.</summary>
    readonly int[] _largest = new int[MaxCodeLength + 1];

    /// <summary>What to add to a code of each length to find its symbol.</summary>
    readonly int[] _offset = new int[MaxCodeLength + 1];

    readonly byte[] _symbols;

    /// <summary>Builds the code.</summary>
    /// <param name="counts">Number of codes of each length, 1 to 16.</param>
    /// <param name="symbols">Symbols by increasing code.</param>
    public JpegHuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        _symbols = symbols.ToArray();
        int code = 0, next = 0;
        for (int length = 1; length <= MaxCodeLength; length++)
        {
            _offset[length] = next - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, next++)
            {
                if (code >= 1 << length)
                {
                    throw ImageErrors.Damaged(JpegHeader.Format, "a Huffman table has more codes than fit their lengths");
                }

                if (length <= FastBits)
                {
                    int shift = FastBits - length;
                    _fast.AsSpan(code << shift, 1 << shift).Fill((ushort)(length << 8 | symbols[next]));
                }
            }

            _largest[length] = counts[length - 1] > 0 ? code - 1 : -1;
            code <<= 1;
        }
    }

    public byte Decode(ref JpegBitReader reader)
    {
        uint bits = reader.Peek(MaxCodeLength);
        ushort entry = _fast[bits >> (MaxCodeLength - FastBits)];
        if (entry != 0)
        {
            reader.Skip(entry >> 8);
            return (byte)entry;
        }

        for (int length = FastBits + 1; length <= MaxCodeLength; length++)
        {
            int code = (int)(bits >> (MaxCodeLength - length));
            if (code <= _largest[length])
            {
                reader.Skip(length);
                return _symbols[code + _offset[length]];
            }
        }

        throw ImageErrors.Damaged(JpegHeader.Format, "its data hold a code that its Huffman table does not define");
    }
}
