using System.Buffers.Binary;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>The encoded sort keys of rows: compared as bytes.</summary>
internal sealed class SortKeys(byte[] bytes, int[] offsets)
{
    public int Count => offsets.Length - 1;

    public ReadOnlySpan<byte> this[int row] => bytes.AsSpan(offsets[row], offsets[row + 1] - offsets[row]);

    /// <summary>Bytes of the keys of rows <paramref name="start"/> to <paramref name="end"/> - 1 together.</summary>
    public int LengthOf(int start, int end) => offsets[end] - offsets[start];

    /// <summary>The first eight bytes of a key as a number of the same order, padded with zeros.</summary>
    public ulong Prefix(int row)
    {
        ReadOnlySpan<byte> key = this[row];
        if (key.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(key);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        key.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    /// <summary>The rows in key order; rows with equal keys stay in their order.</summary>
    public int[] Order(CancellationToken cancellation)
    {
        var entries = new Entry[Count];
        for (int row = 0; row < entries.Length; row++)
        {
            entries[row] = new Entry(Prefix(row), row);
        }

        StoppableSort.Sort(entries.AsSpan(), Compare, cancellation);
        return System.Array.ConvertAll(entries, e => e.Row);
    }

    int Compare(Entry left, Entry right)
    {
        if (left.Prefix != right.Prefix)
        {
            return left.Prefix < right.Prefix ? -1 : 1;
        }

        int order = this[left.Row].SequenceCompareTo(this[right.Row]);
        return order != 0 ? order : left.Row.CompareTo(right.Row);
    }

    readonly record struct Entry(ulong Prefix, int Row);
}
