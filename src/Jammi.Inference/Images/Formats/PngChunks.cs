using System.Buffers.Binary;

namespace Jammi.Inference.Images.Formats;

/// <summary>Walks the chunks of a PNG; ends at IEND, or before a chunk that the bytes do not hold completely.</summary>
internal ref struct PngChunks(ReadOnlySpan<byte> encoded)
{
    readonly ReadOnlySpan<byte> _encoded = encoded;
    int _next = 8;

    public PngChunk Current { get; private set; }

    public readonly PngChunks GetEnumerator() => this;

    public bool MoveNext()
    {
        const int Overhead = 12;
        if (_encoded.Length - _next < Overhead || Current.IsType("IEND"u8))
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(_encoded[_next..]);
        if (length > _encoded.Length - _next - Overhead)
        {
            return false;
        }

        Current = new PngChunk(_encoded.Slice(_next + 4, 4), _encoded.Slice(_next + 8, (int)length));
        _next += (int)length + Overhead;
        return true;
    }
}

/// <summary>One chunk of a PNG.</summary>
internal readonly ref struct PngChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
{
    readonly ReadOnlySpan<byte> _type = type;

    public ReadOnlySpan<byte> Data { get; } = data;

    public bool IsType(ReadOnlySpan<byte> name) => _type.SequenceEqual(name);
}
