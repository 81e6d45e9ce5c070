using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Jammi.Sql.TextIndexes.Postings;

/// <summary>
/// The terms of a block of rows: for each term, sorted by its UTF-8 bytes, the rows it is in, how often, and at which places. A pure function of the rows and the
/// index's definition. Deleted rows are still in it.
/// </summary>
/// <param name="isTrusted">Whether the bytes were made here; others are checked: the head on opening (by who opens it), a term's postings when they are first read.</param>
internal sealed class TermIndex(ReadOnlyMemory<byte> bytes, bool isTrusted)
{
    readonly bool[] verified = isTrusted ? [] : new bool[MemoryMarshal.Read<TermIndexLayout>(bytes.Span).Terms];

    public TermIndexLayout Layout { get; } = MemoryMarshal.Read<TermIndexLayout>(bytes.Span);

    public ReadOnlySpan<byte> All => bytes.Span;

    public ReadOnlySpan<byte> Head => bytes.Span[..Layout.HeadBytes];

    /// <summary>The number of words of each row.</summary>
    public ReadOnlySpan<int> Lengths => MemoryMarshal.Cast<byte, int>(bytes.Span[TermIndexLayout.HeaderBytes..Layout.EntriesStart]);

    ReadOnlySpan<TermEntry> Entries => MemoryMarshal.Cast<byte, TermEntry>(bytes.Span[Layout.EntriesStart..Layout.TextStart]);

    public static uint ChecksumOf(ReadOnlySpan<byte> postings, ReadOnlySpan<byte> positions) =>
        (uint)(XxHash3.HashToUInt64(postings) ^ (XxHash3.HashToUInt64(positions) >> 32));

    /// <summary>The number of a term, or -1 when no row has it.</summary>
    public int Find(string term)
    {
        Span<byte> wanted = stackalloc byte[Encoding.UTF8.GetMaxByteCount(term.Length)];
        wanted = wanted[..Encoding.UTF8.GetBytes(term, wanted)];
        int at = FirstFrom(wanted);
        return at < Layout.Terms && TextOf(at).SequenceEqual(wanted) ? at : -1;
    }

    /// <summary>The numbers of the terms that begin so: from the first to before the end.</summary>
    public (int First, int End) FindPrefix(string prefix)
    {
        Span<byte> wanted = stackalloc byte[Encoding.UTF8.GetMaxByteCount(prefix.Length)];
        wanted = wanted[..Encoding.UTF8.GetBytes(prefix, wanted)];
        int first = FirstFrom(wanted);
        int low = first;
        int high = Layout.Terms;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = TextOf(middle).StartsWith(wanted) ? (middle + 1, high) : (low, middle);
        }

        return (first, low);
    }

    /// <summary>In how many rows a term is.</summary>
    public int RowsOf(int term) => Entries[term].Rows;

    /// <summary>The rows of a term, and how often it is in each.</summary>
    /// <param name="rows">Room for <see cref="RowsOf"/> numbers, as <paramref name="counts"/>.</param>
    public void ReadRows(int term, Span<int> rows, Span<int> counts)
    {
        ReadOnlySpan<byte> postings = PostingsOf(term, out int found, out _);
        int position = 0;
        int row = 0;
        for (int i = 0; i < found; i++)
        {
            uint distance = VariableInteger.Read(postings, ref position);
            row += (int)(distance >> 1);
            rows[i] = row;
            counts[i] = (distance & 1) != 0 ? 1 : (int)VariableInteger.Read(postings, ref position);
        }
    }

    /// <summary>Appends where a term is, in order: the row in the upper and the place in the lower half of each number.</summary>
    public void ReadPlaces(int term, List<long> places)
    {
        ReadOnlySpan<byte> postings = PostingsOf(term, out int found, out ReadOnlySpan<byte> positions);
        int posting = 0;
        int position = 0;
        int row = 0;
        for (int i = 0; i < found; i++)
        {
            uint distance = VariableInteger.Read(postings, ref posting);
            row += (int)(distance >> 1);
            int count = (distance & 1) != 0 ? 1 : (int)VariableInteger.Read(postings, ref posting);
            long place = (long)row << 32;
            for (int p = 0; p < count; p++)
            {
                place += VariableInteger.Read(positions, ref position);
                places.Add(place);
            }
        }
    }

    ReadOnlySpan<byte> PostingsOf(int term, out int rows, out ReadOnlySpan<byte> positions)
    {
        TermEntry entry = Entries[term];
        TermEntry next = Entries[term + 1];
        ReadOnlySpan<byte> all = bytes.Span;
        ReadOnlySpan<byte> postings = all.Slice(Layout.HeadBytes + entry.Postings, next.Postings - entry.Postings);
        positions = all.Slice(Layout.PositionsStart + entry.Positions, next.Positions - entry.Positions);
        if (!isTrusted && !Volatile.Read(ref verified[term]))
        {
            if (ChecksumOf(postings, positions) != entry.Checksum)
            {
                throw new TermsDamagedException();
            }

            Volatile.Write(ref verified[term], true);
        }

        rows = entry.Rows;
        return postings;
    }

    ReadOnlySpan<byte> TextOf(int term)
    {
        ReadOnlySpan<TermEntry> entries = Entries;
        return bytes.Span.Slice(Layout.TextStart + entries[term].Text, entries[term + 1].Text - entries[term].Text);
    }

    int FirstFrom(ReadOnlySpan<byte> wanted)
    {
        int low = 0;
        int high = Layout.Terms;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = TextOf(middle).SequenceCompareTo(wanted) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

/// <summary>The postings of a term are not what was written. They are made again from the rows; users never see this.</summary>
internal sealed class TermsDamagedException() : Exception("The terms of a block are damaged.");
