using System.Buffers.Binary;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>
/// The encoded sort keys of rows: compared as bytes. No key is the beginning of another one that differs, so that a key may be taken to go on with zeros.
/// </summary>
internal sealed class SortKeys(byte[] bytes, int[] offsets)
{
    public int Count => offsets.Length - 1;

    public ReadOnlySpan<byte> this[int row] => bytes.AsSpan(offsets[row], offsets[row + 1] - offsets[row]);

    /// <summary>Bytes of the keys of rows <paramref name="start"/> to <paramref name="end"/> - 1 together.</summary>
    public int LengthOf(int start, int end) => offsets[end] - offsets[start];

    /// <summary>Eight bytes of a key from a place on, as a number of the same order.</summary>
    public ulong Part(int row, int from)
    {
        int start = offsets[row] + from;
        int length = offsets[row + 1] - start;
        if (length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(start));
        }

        if (length <= 0)
        {
            return 0;
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        bytes.AsSpan(start, length).CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    /// <summary>The order of two rows' keys from a place on.</summary>
    public int Compare(int left, int right, int from)
    {
        ReadOnlySpan<byte> a = this[left];
        ReadOnlySpan<byte> b = this[right];
        return a[Math.Min(from, a.Length)..].SequenceCompareTo(b[Math.Min(from, b.Length)..]);
    }

    /// <summary>The rows in key order; rows with equal keys stay in their order.</summary>
    public int[] Order(int threads, CancellationToken cancellation) => new RowOrder(this).Sort(threads, cancellation);
}
