using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.TextIndexes.Postings;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.TextIndexes.Search;

/// <summary>
/// Finds the k rows of a table that match a query best. First the rows of every phrase are read in every block, which also tells in how many rows of the table each is:
/// scores are the same however the rows are spread over segments. Then each block adds up the scores of its rows, evaluates the query's condition on bits, and offers what passes.
/// </summary>
internal sealed class TextSearch(TableEntry table, ITableData data, TextIndexDefinition definition, ExecutionContext context)
{
    /// <param name="passing">The rows that may be found; null for all. Scores do not depend on it.</param>
    public IReadOnlyList<MatchingRow> Best(TextQuery query, long k, RowBitmap? passing, OperatorMetrics? metrics)
    {
        try
        {
            return Find(query, k, passing, metrics);
        }
        catch (TermsDamagedException)
        {
            foreach (IRowBlock block in data.Blocks)
            {
                block.DiscardTerms(definition);
            }

            return Find(query, k, passing, metrics);
        }
    }

    IReadOnlyList<MatchingRow> Find(TextQuery query, long k, RowBitmap? passing, OperatorMetrics? metrics)
    {
        TextQuery.Phrase[] phrases = [.. query.Phrases().Distinct()];
        var blocks = new SearchedBlock[phrases.Length == 0 ? 0 : data.Blocks.Count];
        try
        {
            for (int i = 0; i < blocks.Length; i++)
            {
                context.ThrowIfCancelled();
                blocks[i] = new SearchedBlock(data.Blocks[i], definition, phrases, context.Cancellation);
            }

            var measure = new Bm25(blocks.Sum(b => b.LiveRows), blocks.Sum(b => b.LiveTokens));
            double[] weights = [.. phrases.Select((_, p) => measure.Weight(blocks.Sum(b => (long)b.Found[p].Count)))];
            int[] scored = [.. query.Scored().Select(p => System.Array.IndexOf(phrases, p))];
            var best = new BestRows((int)Math.Min(k, blocks.Sum(b => b.LiveRows)), table, data);
            long matching = 0;
            for (int i = 0; i < blocks.Length; i++)
            {
                context.ThrowIfCancelled();
                matching += blocks[i].Rank(i, query, phrases, scored, weights, measure, passing, best);
            }

            metrics?.Add("postings read", blocks.Sum(b => b.Found.Sum(f => f.PostingsRead)));
            metrics?.Add("blocks", blocks.Length);
            metrics?.Add("rows matching", matching);
            return best.Sorted();
        }
        finally
        {
            foreach (SearchedBlock? block in blocks)
            {
                block?.Dispose();
            }
        }
    }
}

/// <summary>A block of rows as a search reads it: its terms, and the rows of each phrase.</summary>
internal sealed class SearchedBlock : IDisposable
{
    readonly IRowBlock block;
    readonly TermIndex terms;

    public SearchedBlock(IRowBlock block, TextIndexDefinition definition, IReadOnlyList<TextQuery.Phrase> phrases, CancellationToken cancellation)
    {
        this.block = block;
        terms = block.Terms(definition, cancellation);
        ReadOnlySpan<byte> deleted = block.Deleted.Span;
        LiveRows = block.RowCount;
        LiveTokens = terms.Layout.Tokens;
        if (!deleted.IsEmpty)
        {
            CountLive(deleted);
        }

        Found = new PhraseRows[phrases.Count];
        for (int i = 0; i < Found.Length; i++)
        {
            Found[i] = PhraseRows.Find(terms, phrases[i], deleted);
        }
    }

    /// <summary>Rows that are not deleted, and their words.</summary>
    public long LiveRows { get; private set; }

    public long LiveTokens { get; private set; }

    /// <summary>The rows of each phrase.</summary>
    public PhraseRows[] Found { get; }

    /// <summary>Offers the block's rows that match and pass.</summary>
    /// <returns>How many there are.</returns>
    public int Rank(int number, TextQuery query, TextQuery.Phrase[] phrases, int[] scored, double[] weights, Bm25 measure, RowBitmap? passing, BestRows best)
    {
        if (!query.Excludes && System.Array.TrueForAll(Found, f => f.Count == 0))
        {
            return 0;
        }

        ulong[] matching = Matching(query, phrases);
        TensorPrimitives.BitwiseAnd(matching, RowWords.Whole(block.RowCount), matching);
        if (passing is not null)
        {
            RowWords.And(matching, passing, block.FirstRowId);
        }

        if (!block.Deleted.IsEmpty)
        {
            RowWords.AndNot(matching, block.Deleted.Span);
        }

        int count = RowWords.PopCount(matching);
        if (count > 0)
        {
            double[] scores = ArrayPool<double>.Shared.Rent(block.RowCount);
            AddScores(scores.AsSpan(0, block.RowCount), scored, weights, measure);
            Offer(number, matching, scores, best);
            ArrayPool<double>.Shared.Return(scores);
        }

        return count;
    }

    public void Dispose()
    {
        foreach (PhraseRows found in Found)
        {
            found.Dispose();
        }
    }

    void CountLive(ReadOnlySpan<byte> deleted)
    {
        ReadOnlySpan<int> lengths = terms.Lengths;
        for (int row = 0; row < lengths.Length; row++)
        {
            if (Validity.Get(deleted, row))
            {
                LiveRows--;
                LiveTokens -= lengths[row];
            }
        }
    }

    void AddScores(Span<double> scores, int[] scored, double[] weights, Bm25 measure)
    {
        scores.Clear();
        ReadOnlySpan<int> lengths = terms.Lengths;
        foreach (int phrase in scored)
        {
            ReadOnlySpan<int> rows = Found[phrase].Rows;
            ReadOnlySpan<int> counts = Found[phrase].Counts;
            double weight = weights[phrase];
            for (int i = 0; i < rows.Length; i++)
            {
                int row = rows[i];
                scores[row] += measure.Score(weight, counts[i], lengths[row]);
            }
        }
    }

    static void Offer(int number, ulong[] matching, double[] scores, BestRows best)
    {
        for (int w = 0; w < matching.Length; w++)
        {
            for (ulong word = matching[w]; word != 0; word &= word - 1)
            {
                int row = (w * 64) + BitOperations.TrailingZeroCount(word);
                if (scores[row] >= best.Threshold)
                {
                    best.Offer(new(scores[row], number, row));
                }
            }
        }
    }

    /// <summary>A bit for each row that meets the condition; rows that are not there may be among them.</summary>
    ulong[] Matching(TextQuery query, TextQuery.Phrase[] phrases)
    {
        ulong[] rows;
        switch (query)
        {
            case TextQuery.Phrase phrase:
                rows = new ulong[RowWords.Count(block.RowCount)];
                foreach (int row in Found[System.Array.IndexOf(phrases, phrase)].Rows)
                {
                    rows[row >> 6] |= 1UL << (row & 63);
                }

                return rows;
            case TextQuery.AnyOf any:
                rows = new ulong[RowWords.Count(block.RowCount)];
                foreach (TextQuery part in any.Parts)
                {
                    TensorPrimitives.BitwiseOr(rows, Matching(part, phrases), rows);
                }

                return rows;
            case TextQuery.AllOf all:
                rows = RowWords.Whole(block.RowCount);
                foreach (TextQuery part in all.Parts)
                {
                    TensorPrimitives.BitwiseAnd(rows, Matching(part, phrases), rows);
                }

                return rows;
            case TextQuery.Not not:
                rows = Matching(not.Part, phrases);
                TensorPrimitives.OnesComplement(rows, rows);
                return rows;
            default:
                throw new SqlException(SqlErrorCode.Internal, $"A text query has a part of kind {query.GetType().Name}.");
        }
    }
}
