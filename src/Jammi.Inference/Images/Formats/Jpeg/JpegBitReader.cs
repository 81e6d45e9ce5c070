namespace Jammi.Inference.Images.Formats.Jpeg;

/// <summary>
/// Reads the bits of entropy-coded data up to the next marker (ITU-T T.81, F.2.2.5). Behind the marker it gives zeros,
/// and says so by <see cref="IsExhausted"/>.
/// </summary>
internal ref struct JpegBitReader(ReadOnlySpan<byte> data, int position)
{
    readonly ReadOnlySpan<byte> _data = data;
    ulong _bits;
    int _count;
    int _padding;

    /// <summary>Position of the next byte that was not taken.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Whether more bits were used than there are.</summary>
    public readonly bool IsExhausted => _count < _padding;

    /// <summary>Whether the bytes ended where data or a marker should be.</summary>
    public readonly bool IsAtEndOfFile => Position >= _data.Length - 1;

    /// <summary>The next bits, at most 16, the first in the highest place.</summary>
    public uint Peek(int count)
    {
        if (_count < count)
        {
            Fill();
        }

        return (uint)(_bits >> (_count - count)) & ((1u << count) - 1);
    }

    public void Skip(int count) => _count -= count;

    /// <summary>The next bits as a number, at most 16.</summary>
    public int Read(int count)
    {
        if (count == 0)
        {
            return 0;
        }

        int value = (int)Peek(count);
        Skip(count);
        return value;
    }

    /// <summary>A number of the given magnitude category: those with a leading zero are negative.</summary>
    public int ReadSigned(int category)
    {
        int value = Read(category);
        return category > 0 && value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
    }

    /// <summary>Drops the bits left of the current byte and steps over a restart marker, if one comes next.</summary>
    public void Restart()
    {
        _bits = 0;
        _count = 0;
        _padding = 0;
        int marker = JpegMarkers.Find(_data, Position);
        if (marker >= 0 && _data[marker] is >= 0xD0 and <= 0xD7)
        {
            Position = marker + 1;
        }
    }

    void Fill()
    {
        while (_count <= 56)
        {
            byte next = 0;
            if (Position < _data.Length && _data[Position] != 0xFF)
            {
                next = _data[Position++];
            }
            else if (Position + 1 < _data.Length && _data[Position + 1] == 0)
            {
                next = 0xFF;
                Position += 2;
            }
            else
            {
                _padding += 8;
            }

            _bits = _bits << 8 | next;
            _count += 8;
        }
    }
}
