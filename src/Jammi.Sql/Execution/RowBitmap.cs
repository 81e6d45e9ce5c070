using Apache.Arrow;

namespace Jammi.Sql.Execution;

/// <summary>A set of rows of a stored table: a bit per row id. Rows past its end are not in it.</summary>
internal sealed class RowBitmap(long rows)
{
    ulong[] words = new ulong[WordsFor(rows)];

    /// <summary>The ids that a plan of one column of row ids gives.</summary>
    public static RowBitmap Of(PhysicalOperator relation, ExecutionContext context)
    {
        if (relation.ReadRowIds(context) is { } bits)
        {
            return bits;
        }

        var rows = new RowBitmap(0);
        using BatchReader reader = relation.Open(context);
        while (reader.Next() is { } batch)
        {
            rows.Add(((Int64Array)batch.Columns[0]).Values);
        }

        return rows;
    }

    public void Add(long row)
    {
        Reserve(row);
        words[row >> 6] |= 1UL << (int)(row & 63);
    }

    public void Add(ReadOnlySpan<long> rowIds)
    {
        foreach (long row in rowIds)
        {
            Add(row);
        }
    }

    /// <summary>Adds 64 rows, from any row on, whose bits are set in a word.</summary>
    public void Add(long first, ulong word)
    {
        if (word == 0)
        {
            return;
        }

        Reserve(first + 63);
        int shift = (int)(first & 63);
        words[first >> 6] |= word << shift;
        if (shift != 0)
        {
            words[(first >> 6) + 1] |= word >> (64 - shift);
        }
    }

    public bool Contains(long row) => (WordAt(row >> 6) >> (int)(row & 63) & 1) != 0;

    /// <summary>The bits of 64 rows from any row on.</summary>
    public ulong Word(long first)
    {
        int shift = (int)(first & 63);
        ulong low = WordAt(first >> 6) >> shift;
        return shift == 0 ? low : low | (WordAt((first >> 6) + 1) << (64 - shift));
    }

    static int WordsFor(long rows) => checked((int)((rows + 63) / 64));

    ulong WordAt(long index) => index < words.Length ? words[index] : 0;

    void Reserve(long row)
    {
        if (row >> 6 >= words.Length)
        {
            System.Array.Resize(ref words, Math.Max(WordsFor(row + 1), words.Length * 2));
        }
    }
}
