using System.Runtime.InteropServices;
using System.Text;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.TextIndexes.Postings;

/// <summary>Collects the terms of a block's rows, row by row, and lays them out.</summary>
internal sealed class TermIndexBuilder(int rows)
{
    readonly Dictionary<string, TermRows> terms = new(StringComparer.Ordinal);
    readonly int[] lengths = new int[rows];

    /// <summary>Adds a word of a row. Rows come in order, positions grow within a row.</summary>
    public void Add(int row, int position, ReadOnlySpan<char> term)
    {
        ref TermRows? found = ref CollectionsMarshal.GetValueRefOrAddDefault(terms.GetAlternateLookup<ReadOnlySpan<char>>(), term, out _);
        found ??= new TermRows();
        found.Add(row, position);
        lengths[row]++;
    }

    public TermIndex Build(CancellationToken cancellation)
    {
        (byte[] Text, TermRows Rows)[] sorted = [.. terms.Select(t => (Encoding.UTF8.GetBytes(t.Key), t.Value))];
        StoppableSort.Sort(sorted.AsSpan(), (a, b) => a.Text.AsSpan().SequenceCompareTo(b.Text), cancellation);
        int text = 0;
        int postings = 0;
        int positions = 0;
        long tokens = 0;
        foreach ((byte[] term, TermRows found) in sorted)
        {
            found.EndRow();
            checked
            {
                text += term.Length;
                postings += found.Postings.Length;
                positions += found.Positions.Length;
            }
        }

        foreach (int length in lengths)
        {
            tokens += length;
        }

        var layout = new TermIndexLayout(lengths.Length, sorted.Length, text, postings, positions, 0, tokens);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)layout.Length));
        MemoryMarshal.Write(bytes, layout);
        MemoryMarshal.AsBytes(lengths.AsSpan()).CopyTo(bytes.AsSpan(TermIndexLayout.HeaderBytes));
        Span<TermEntry> entries = MemoryMarshal.Cast<byte, TermEntry>(bytes.AsSpan(layout.EntriesStart, layout.TextStart - layout.EntriesStart));
        int entry = 0;
        (text, postings, positions) = (0, 0, 0);
        foreach ((byte[] term, TermRows found) in sorted)
        {
            entries[entry++] = new(text, postings, positions, found.Rows, TermIndex.ChecksumOf(found.Postings, found.Positions));
            term.CopyTo(bytes, layout.TextStart + text);
            found.Postings.CopyTo(bytes.AsSpan(layout.HeadBytes + postings));
            found.Positions.CopyTo(bytes.AsSpan(layout.PositionsStart + positions));
            text += term.Length;
            postings += found.Postings.Length;
            positions += found.Positions.Length;
        }

        entries[entry] = new(text, postings, positions, 0, 0);
        return new TermIndex(bytes, isTrusted: true);
    }

    /// <summary>The rows of a term, written as they will be stored.</summary>
    sealed class TermRows
    {
        byte[] postings = new byte[8];
        byte[] positions = new byte[8];
        int postingsLength;
        int positionsLength;
        int writtenRow;
        int row = -1;
        int count;
        int lastPosition;

        public int Rows { get; private set; }

        public ReadOnlySpan<byte> Postings => postings.AsSpan(0, postingsLength);

        public ReadOnlySpan<byte> Positions => positions.AsSpan(0, positionsLength);

        public void Add(int inRow, int position)
        {
            if (inRow != row)
            {
                EndRow();
                row = inRow;
                lastPosition = 0;
            }

            count++;
            Reserve(ref positions, positionsLength, VariableInteger.LongestBytes);
            VariableInteger.Write(positions, ref positionsLength, (uint)(position - lastPosition));
            lastPosition = position;
        }

        /// <summary>Writes the row that was begun: how far it is from the one before, and how often the term is in it; once is a bit.</summary>
        public void EndRow()
        {
            if (count == 0)
            {
                return;
            }

            Reserve(ref postings, postingsLength, 2 * VariableInteger.LongestBytes);
            uint distance = (uint)(row - writtenRow) << 1;
            VariableInteger.Write(postings, ref postingsLength, count == 1 ? distance | 1 : distance);
            if (count > 1)
            {
                VariableInteger.Write(postings, ref postingsLength, (uint)count);
            }

            writtenRow = row;
            count = 0;
            Rows++;
        }

        static void Reserve(ref byte[] buffer, int used, int more)
        {
            if (buffer.Length < used + more)
            {
                System.Array.Resize(ref buffer, Math.Max(buffer.Length * 2, used + more));
            }
        }
    }
}
