using Jammi.Sql.Catalog;
using Jammi.Sql.Storage;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Sql.TextIndexes.Search;

/// <summary>
/// Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): a row's score is the sum of <c>weight / (constant + rank)</c> over the rankings that it is in. Only ranks count, so that the
/// scores of the rankings need not be comparable.
/// </summary>
internal sealed class RankFusion(double constant, double textWeight, double vectorWeight)
{
    readonly Dictionary<StoredRow, FusedRow> rows = [];

    /// <summary>A row with its score, and what the searches said where they found it.</summary>
    internal sealed record FusedRow(StoredRow Row, double Score, double? Bm25, float? Similarity);

    /// <summary>Adds the rows of the text search, best first.</summary>
    public void AddText(IEnumerable<MatchingRow> ranked)
    {
        int rank = 0;
        foreach (MatchingRow match in ranked)
        {
            var row = new StoredRow(match.Block, match.Row);
            FusedRow fused = rows.GetValueOrDefault(row) ?? new(row, 0, null, null);
            rows[row] = fused with { Score = fused.Score + (textWeight / (constant + ++rank)), Bm25 = match.Score };
        }
    }

    /// <summary>Adds the rows of the vector search, best first.</summary>
    public void AddVectors(IEnumerable<(StoredRow Row, float Similarity)> ranked)
    {
        int rank = 0;
        foreach ((StoredRow row, float similarity) in ranked)
        {
            FusedRow fused = rows.GetValueOrDefault(row) ?? new(row, 0, null, null);
            rows[row] = fused with { Score = fused.Score + (vectorWeight / (constant + ++rank)), Similarity = similarity };
        }
    }

    /// <summary>The k best, best first; ties as in a text search.</summary>
    public IReadOnlyList<FusedRow> Best(long k, TableEntry table, ITableData data)
    {
        var best = new BestRows((int)Math.Min(k, rows.Count), table, data);
        foreach (FusedRow row in rows.Values)
        {
            best.Offer(new(row.Score, row.Row.Block, row.Row.Row));
        }

        return [.. best.Sorted().Select(b => rows[new StoredRow(b.Block, b.Row)])];
    }
}
