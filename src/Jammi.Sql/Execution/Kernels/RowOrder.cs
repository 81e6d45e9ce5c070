using Jammi.Sql.Execution.Parallel;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>
/// Sorts rows by their encoded keys on several threads: runs of a fixed length are sorted side by side by eight bytes of the key at a time, then merged two by two, each merge in
/// pieces of a fixed length. Rows with equal keys are ordered by their number, so there is one right order and the number of threads cannot show in it.
/// </summary>
internal sealed class RowOrder
{
    const int RunRows = 1 << 16;

    /// <summary>Rows that a thread merges at a time.</summary>
    const int PieceRows = 1 << 17;

    /// <summary>Fewer rows with equal parts are compared key by key.</summary>
    const int FewRows = 24;

    /// <summary>Of longer equal beginnings than this the rest is compared key by key.</summary>
    const int MostBytesByParts = 64 * sizeof(ulong);

    readonly SortKeys keys;

    // Bytes that all keys begin with, and whether the eight that follow decide.
    readonly int common;
    readonly bool partDecides;

    ulong[] parts;
    int[] rows;

    public RowOrder(SortKeys keys)
    {
        this.keys = keys;
        parts = new ulong[keys.Count];
        rows = new int[keys.Count];
        if (keys.Count == 0)
        {
            return;
        }

        common = keys[0].Length;
        int longest = common;
        for (int row = 1; row < keys.Count; row++)
        {
            common = keys[0][..common].CommonPrefixLength(keys[row]);
            longest = Math.Max(longest, keys.LengthOf(row, row + 1));
        }

        partDecides = longest - common <= sizeof(ulong);
    }

    public int[] Sort(int threads, CancellationToken cancellation)
    {
        SideBySide.Run((rows.Length + RunRows - 1) / RunRows, threads, (run, token) => SortRun(run * RunRows, Math.Min(RunRows, rows.Length - (run * RunRows)), token), cancellation);
        if (rows.Length <= RunRows)
        {
            return rows;
        }

        var mergedParts = new ulong[rows.Length];
        var mergedRows = new int[rows.Length];
        for (long width = RunRows; width < rows.Length; width *= 2)
        {
            Piece[] pieces = [.. Pieces((int)width)];
            SideBySide.Run(pieces.Length, threads, (i, token) => Merge(pieces[i], mergedParts, mergedRows, token), cancellation);
            (parts, mergedParts) = (mergedParts, parts);
            (rows, mergedRows) = (mergedRows, rows);
        }

        return rows;
    }

    void SortRun(int start, int count, CancellationToken cancellation)
    {
        for (int i = start; i < start + count; i++)
        {
            rows[i] = i;
        }

        SortParts(start, count, common, cancellation);
        if (!partDecides)
        {
            // Where parts were equal, later ones stand there now.
            for (int i = start; i < start + count; i++)
            {
                parts[i] = keys.Part(rows[i], common);
            }
        }
    }

    void SortParts(int start, int count, int from, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        bool more = false;
        for (int i = start; i < start + count; i++)
        {
            parts[i] = keys.Part(rows[i], from);
            more |= keys.LengthOf(rows[i], rows[i] + 1) > from + sizeof(ulong);
        }

        parts.AsSpan(start, count).Sort(rows.AsSpan(start, count));
        for (int i = start; i < start + count;)
        {
            int end = i + 1;
            while (end < start + count && parts[end] == parts[i])
            {
                end++;
            }

            if (end - i > 1)
            {
                SortEqual(i, end - i, from + sizeof(ulong), more, cancellation);
            }

            i = end;
        }
    }

    void SortEqual(int start, int count, int from, bool more, CancellationToken cancellation)
    {
        if (!more)
        {
            rows.AsSpan(start, count).Sort();
        }
        else if (count <= FewRows)
        {
            InsertionSort(rows.AsSpan(start, count), from);
        }
        else if (from - common < MostBytesByParts)
        {
            SortParts(start, count, from, cancellation);
        }
        else
        {
            StoppableSort.Sort(rows.AsSpan(start, count), (left, right) => Compare(left, right, from), cancellation);
        }
    }

    void InsertionSort(Span<int> few, int from)
    {
        for (int i = 1; i < few.Length; i++)
        {
            int row = few[i];
            int place = i;
            while (place > 0 && Compare(row, few[place - 1], from) < 0)
            {
                few[place] = few[place - 1];
                place--;
            }

            few[place] = row;
        }
    }

    int Compare(int left, int right, int from)
    {
        int order = keys.Compare(left, right, from);
        return order != 0 ? order : left.CompareTo(right);
    }

    /// <summary>Whether the row at a place of the left run comes before the one at a place of the right run, whose rows have greater numbers.</summary>
    bool LeftFirst(int left, int right) => parts[left] != parts[right] ? parts[left] < parts[right]
        : partDecides || keys.Compare(rows[left], rows[right], common + sizeof(ulong)) <= 0;

    /// <summary>What is merged at a time: the rows that come out at places Start to Start + Count - 1 of the two runs [Begin, Middle) and [Middle, End).</summary>
    readonly record struct Piece(int Begin, int Middle, int End, int Start, int Count);

    IEnumerable<Piece> Pieces(int width)
    {
        for (long begin = 0; begin < rows.Length; begin += 2L * width)
        {
            int middle = (int)Math.Min(begin + width, rows.Length);
            int end = (int)Math.Min(begin + (2L * width), rows.Length);
            for (int start = 0; start < end - (int)begin; start += PieceRows)
            {
                yield return new((int)begin, middle, end, start, Math.Min(PieceRows, end - (int)begin - start));
            }
        }
    }

    void Merge(Piece piece, ulong[] mergedParts, int[] mergedRows, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int left = piece.Begin + LeftOf(piece);
        int right = piece.Middle + piece.Start - (left - piece.Begin);
        int target = piece.Begin + piece.Start;
        for (int end = target + piece.Count; target < end; target++)
        {
            int source = right == piece.End || (left < piece.Middle && LeftFirst(left, right)) ? left++ : right++;
            mergedParts[target] = parts[source];
            mergedRows[target] = rows[source];
        }
    }

    /// <summary>How many rows of the left run come before the piece.</summary>
    int LeftOf(Piece piece)
    {
        int low = Math.Max(0, piece.Start - (piece.End - piece.Middle));
        int high = Math.Min(piece.Start, piece.Middle - piece.Begin);
        while (low < high)
        {
            int left = (low + high) >>> 1;
            int right = piece.Start - left - 1;
            if (LeftFirst(piece.Begin + left, piece.Middle + right))
            {
                low = left + 1;
            }
            else
            {
                high = left;
            }
        }

        return low;
    }
}
