using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// The alignment of most tables, which were embedded in their order: whole numbers in ascending order are the keys, and the vectors' rows are the source's first rows. It needs no memory,
/// and the keys are read once.
/// </summary>
internal sealed class SameRows : KeyAlignment
{
    SameRows(RowBitmap? covered)
    {
        CoversVectors = covered is null;
        Covered = covered ?? new RowBitmap(0);
    }

    public override bool CoversVectors { get; }

    public override RowBitmap Covered { get; }

    /// <summary>The alignment when it is of this kind, else null.</summary>
    public static SameRows? Find(ITableData source, int keyOrdinal, ITableData vectors)
    {
        long last = long.MinValue;
        bool isFirst = true;
        var sources = new KeyCursor(source, keyOrdinal);
        var own = new KeyCursor(vectors, ordinal: 0);
        while (!own.IsAtEnd)
        {
            ReadOnlySpan<long> keys = own.Rest;
            ReadOnlySpan<long> theirs = sources.Rest;
            int count = Math.Min(keys.Length, theirs.Length);
            if (count == 0 || !keys[..count].SequenceEqual(theirs[..count]) || !IsAscending(keys[..count], last, isFirst))
            {
                return null;
            }

            (last, isFirst) = (keys[count - 1], false);
            own.Skip(count);
            sources.Skip(count);
        }

        // A key of a later row would be a second row of one of the vectors.
        for (; !sources.IsAtEnd; sources.Skip(sources.Rest.Length))
        {
            if (sources.Rest.IsEmpty || !IsAscending(sources.Rest, last, isFirst))
            {
                return null;
            }

            (last, isFirst) = (sources.Rest[^1], false);
        }

        return new(source.Blocks.All(b => b.Deleted.IsEmpty) ? null : Live(source));
    }

    /// <summary>Rows past the last vector are no rows of vectors, and are left alone by whoever reads the bits.</summary>
    public override RowBitmap VectorsOf(RowBitmap sources) => sources;

    public override IEnumerable<int> SourcesOf(long vectorRow) => [(int)vectorRow];

    static bool IsAscending(ReadOnlySpan<long> keys, long before, bool isFirst)
    {
        if (!isFirst && keys[0] <= before)
        {
            return false;
        }

        for (int i = 1; i < keys.Length; i++)
        {
            if (keys[i] <= keys[i - 1])
            {
                return false;
            }
        }

        return true;
    }

    static RowBitmap Live(ITableData source)
    {
        var live = new RowBitmap(source.Blocks.Sum(b => (long)b.RowCount));
        foreach (IRowBlock block in source.Blocks)
        {
            ulong[] words = RowWords.Whole(block.RowCount);
            if (!block.Deleted.IsEmpty)
            {
                RowWords.AndNot(words, block.Deleted.Span);
            }

            for (int i = 0; i < words.Length; i++)
            {
                live.Add(block.FirstRowId + (i * 64L), words[i]);
            }
        }

        return live;
    }

    /// <summary>The keys of a table block by block. Where a block's are no whole numbers of 64 bits, or some are NULL, there are no more, though the end is not reached.</summary>
    ref struct KeyCursor(ITableData table, int ordinal)
    {
        int block;
        int row;

        public readonly bool IsAtEnd => block == table.Blocks.Count;

        public readonly ReadOnlySpan<long> Rest => !IsAtEnd && table.Blocks[block].Column(ordinal) is Int64Array { NullCount: 0 } keys ? keys.Values[row..] : [];

        public void Skip(int count)
        {
            row += count;
            while (block < table.Blocks.Count && row == table.Blocks[block].RowCount)
            {
                (block, row) = (block + 1, 0);
            }
        }
    }
}
