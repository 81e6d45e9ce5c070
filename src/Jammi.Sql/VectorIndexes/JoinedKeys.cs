using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.VectorIndexes;

/// <summary>The alignment of any keys: a join of the two sides.</summary>
internal sealed class JoinedKeys : KeyAlignment
{
    const int None = -1;
    const int WordRows = 64;

    readonly int[] vectorOf;
    readonly int[] firstSource;
    readonly int[] nextSource;

    /// <summary>For every 64 rows of the source the first of the 64 consecutive rows of vectors that are theirs; -1 where they are not.</summary>
    readonly int[] runs;

    public JoinedKeys(ITableData source, int keyOrdinal, SqlType keyType, ITableData vectors)
    {
        Side left = Side.Read(source, keyOrdinal, keyType);
        Side right = Side.Read(vectors, 0, keyType);
        vectorOf = Filled(left.StoredRows);
        nextSource = Filled(left.StoredRows);
        firstSource = Filled(right.StoredRows);
        Join(left, right, CellComparer.For(keyType));
        CoversVectors = right.RowIds.All(id => firstSource[id] != None);
        Covered = new RowBitmap(firstSource.Length);
        for (int i = 0; i < firstSource.Length; i++)
        {
            if (firstSource[i] != None)
            {
                Covered.Add(i);
            }
        }

        runs = Runs(vectorOf);
    }

    public override bool CoversVectors { get; }

    public override RowBitmap Covered { get; }

    public override RowBitmap VectorsOf(RowBitmap sources)
    {
        var vectors = new RowBitmap(firstSource.Length);
        for (int first = 0; first < vectorOf.Length; first += WordRows)
        {
            ulong word = sources.Word(first);
            if (word == 0)
            {
                continue;
            }

            if (runs[first / WordRows] is var run and not None)
            {
                vectors.Add(run, word);
                continue;
            }

            for (; word != 0; word &= word - 1)
            {
                if (first + BitOperations.TrailingZeroCount(word) is var row && row < vectorOf.Length && vectorOf[row] != None)
                {
                    vectors.Add(vectorOf[row]);
                }
            }
        }

        return vectors;
    }

    public override IEnumerable<int> SourcesOf(long vectorRow)
    {
        for (int row = firstSource[vectorRow]; row != None; row = nextSource[row])
        {
            yield return row;
        }
    }

    void Join(Side left, Side right, CellComparer comparer)
    {
        ulong[] hashes = new ulong[left.RowIds.Length];
        int[] first = new int[left.RowIds.Length];
        var table = new JoinTable([right.Keys], right.RowIds.Length, [], existence: false);
        table.First([left.Keys], [], hashes, first);

        // Backwards, so that the rows of one key are chained in their order.
        for (int i = left.RowIds.Length - 1; i >= 0; i--)
        {
            if (left.Keys.IsNull(i))
            {
                continue;
            }

            for (int j = first[i]; j >= 0; j = table.Next(j, hashes[i]))
            {
                if (comparer.Compare(left.Keys, i, right.Keys, j) == 0)
                {
                    int source = left.RowIds[i];
                    int vector = right.RowIds[j];
                    vectorOf[source] = vector;
                    nextSource[source] = firstSource[vector];
                    firstSource[vector] = source;
                    break;
                }
            }
        }
    }

    static int[] Runs(int[] vectorOf)
    {
        int[] runs = Filled((vectorOf.Length + WordRows - 1) / WordRows);
        for (int i = 0; i < runs.Length; i++)
        {
            ReadOnlySpan<int> word = vectorOf.AsSpan(i * WordRows, Math.Min(WordRows, vectorOf.Length - (i * WordRows)));
            int at = 0;
            while (at < word.Length && word[at] == word[0] + at)
            {
                at++;
            }

            runs[i] = at == word.Length && word[0] != None ? word[0] : None;
        }

        return runs;
    }

    static int[] Filled(int count)
    {
        int[] values = new int[count];
        System.Array.Fill(values, None);
        return values;
    }

    /// <summary>The keys of the rows that are not deleted.</summary>
    sealed record Side(IArrowArray Keys, int[] RowIds, int StoredRows)
    {
        public static Side Read(ITableData table, int ordinal, SqlType type)
        {
            var parts = new List<IArrowArray>();
            var rowIds = new List<int>();
            int stored = 0;
            foreach (IRowBlock block in table.Blocks)
            {
                var live = new List<int>(block.RowCount);
                for (int row = 0; row < block.RowCount; row++)
                {
                    if (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, row))
                    {
                        live.Add(row);
                        rowIds.Add(stored + row);
                    }
                }

                IArrowArray keys = block.Column(ordinal);
                parts.Add(live.Count == block.RowCount ? keys : TakeKernels.Take(keys, CollectionsMarshal.AsSpan(live)));
                stored = checked(stored + block.RowCount);
            }

            return new(parts.Count == 0 ? ColumnFactory.FromObjects(type, []) : TakeKernels.Concat(parts.ToArray()), [.. rowIds], stored);
        }
    }
}
