using System.Buffers;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.TextIndexes.Postings;

namespace Jammi.Sql.TextIndexes.Search;

/// <summary>The rows of a block that have a phrase, in order, and how often they have it. Rented memory: to be disposed.</summary>
internal sealed class PhraseRows : IDisposable
{
    int[] rows;
    int[] counts;

    PhraseRows(int capacity)
    {
        rows = ArrayPool<int>.Shared.Rent(capacity);
        counts = ArrayPool<int>.Shared.Rent(capacity);
    }

    public int Count { get; private set; }

    /// <summary>Postings that were read to find them.</summary>
    public long PostingsRead { get; private set; }

    public ReadOnlySpan<int> Rows => rows.AsSpan(0, Count);

    public ReadOnlySpan<int> Counts => counts.AsSpan(0, Count);

    /// <param name="deleted">A bit for each deleted row; they are left out. Empty when there is none.</param>
    public static PhraseRows Find(TermIndex index, TextQuery.Phrase phrase, ReadOnlySpan<byte> deleted)
    {
        PhraseRows found = phrase.Terms.Count == 1
            ? phrase.EndsInPrefix ? OfPrefix(index, phrase.Terms[0]) : OfTerm(index, phrase.Terms[0])
            : OfPhrase(index, phrase);
        if (!deleted.IsEmpty)
        {
            found.LeaveOut(deleted);
        }

        return found;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(rows);
        ArrayPool<int>.Shared.Return(counts);
        (rows, counts, Count) = ([], [], 0);
    }

    static PhraseRows OfTerm(TermIndex index, string text)
    {
        int term = index.Find(text);
        int count = term < 0 ? 0 : index.RowsOf(term);
        var found = new PhraseRows(count);
        if (count > 0)
        {
            index.ReadRows(term, found.rows, found.counts);
        }

        found.Count = count;
        found.PostingsRead = count;
        return found;
    }

    /// <summary>Any of the terms that begin so: they count as one term.</summary>
    static PhraseRows OfPrefix(TermIndex index, string prefix)
    {
        (int first, int end) = index.FindPrefix(prefix);
        int[] countOf = ArrayPool<int>.Shared.Rent(index.Layout.Rows);
        countOf.AsSpan(0, index.Layout.Rows).Clear();
        long read = 0;
        int distinct = 0;
        for (int term = first; term < end; term++)
        {
            int count = index.RowsOf(term);
            read += count;
            using var one = new PhraseRows(count);
            index.ReadRows(term, one.rows, one.counts);
            for (int i = 0; i < count; i++)
            {
                ref int total = ref countOf[one.rows[i]];
                distinct += total == 0 ? 1 : 0;
                total += one.counts[i];
            }
        }

        var found = new PhraseRows(distinct) { PostingsRead = read };
        for (int row = 0; found.Count < distinct; row++)
        {
            if (countOf[row] > 0)
            {
                found.Append(row, countOf[row]);
            }
        }

        ArrayPool<int>.Shared.Return(countOf);
        return found;
    }

    /// <summary>Terms one after the other: the places of each are intersected with those before, moved on by one.</summary>
    static PhraseRows OfPhrase(TermIndex index, TextQuery.Phrase phrase)
    {
        List<long> places = [];
        long read = 0;
        for (int i = 0; i < phrase.Terms.Count; i++)
        {
            List<long> next = PlacesOf(index, phrase.Terms[i], phrase.EndsInPrefix && i == phrase.Terms.Count - 1, ref read);
            places = i == 0 ? next : Following(places, next);
            if (places.Count == 0)
            {
                break;
            }
        }

        var found = new PhraseRows(places.Count) { PostingsRead = read };
        for (int i = 0; i < places.Count;)
        {
            int row = (int)(places[i] >> 32);
            int start = i;
            while (i < places.Count && places[i] >> 32 == row)
            {
                i++;
            }

            found.Append(row, i - start);
        }

        return found;
    }

    static List<long> PlacesOf(TermIndex index, string text, bool isPrefix, ref long read)
    {
        var places = new List<long>();
        (int first, int end) = isPrefix ? index.FindPrefix(text) : index.Find(text) is >= 0 and int term ? (term, term + 1) : (0, 0);
        for (int i = first; i < end; i++)
        {
            index.ReadPlaces(i, places);
            read += index.RowsOf(i);
        }

        if (end - first > 1)
        {
            places.Sort();
        }

        return places;
    }

    /// <summary>Those of <paramref name="next"/> that come right after one of <paramref name="places"/>.</summary>
    static List<long> Following(List<long> places, List<long> next)
    {
        var both = new List<long>();
        int at = 0;
        foreach (long place in places)
        {
            while (at < next.Count && next[at] < place + 1)
            {
                at++;
            }

            if (at < next.Count && next[at] == place + 1)
            {
                both.Add(place + 1);
            }
        }

        return both;
    }

    void Append(int row, int count)
    {
        rows[Count] = row;
        counts[Count] = count;
        Count++;
    }

    void LeaveOut(ReadOnlySpan<byte> deleted)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!Validity.Get(deleted, rows[i]))
            {
                rows[kept] = rows[i];
                counts[kept] = counts[i];
                kept++;
            }
        }

        Count = kept;
    }
}
