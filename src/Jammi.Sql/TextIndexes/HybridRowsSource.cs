using System.Globalization;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.TextIndexes.Search;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.TextIndexes;

/// <summary>
/// Gives the rows of a stored table that rank best by text and vector together, with rank, similarity and score as last columns, best first. Arguments: the text, the vector, k,
/// the constant of the fusion, the weights, the number of candidates (NULL: as many as is sensible), and whether the nearest vectors must be proven. A relation, where there is
/// one, gives the ids of the rows that may be found; it is read once for both searches.
/// </summary>
internal sealed class HybridRowsSource(TextIndexSelection text, EmbeddingTable vectors, bool matchAll) : TableSource
{
    const long FewestCandidates = 100;
    const int CandidatesPerResult = 2;

    /// <summary>The columns after those of the table.</summary>
    public static IReadOnlyList<OutputColumn> Columns { get; } =
        [new("rank", SqlType.BigInt, Nullable: false), new("similarity", SqlType.Real, Nullable: true), new("bm25", SqlType.Double, Nullable: true)];

    readonly TableEntry table = text.Table;
    readonly ValueList<int> ordinals = text.Path.Scan.Projection;
    readonly IndexEntry index = text.Index;
    readonly TextRanking ranking = new(text.Table, text.Definition, matchAll);
    readonly AlignedRowsSource nearest = new(text.Table, text.Path.Scan.Projection, text.Table.OrdinalOf(vectors.KeyColumn), vectors, byExample: false);

    public override bool TakesRowIds => true;

    public override string Describe() => $"{index.Name} on {table.Name} ({string.Join(", ", index.Columns)}){(matchAll ? ", all words" : string.Empty)}; {vectors.QualifiedName}, {vectors.Dimensions} dimensions; {table.RowCount} rows; reciprocal ranks";

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ITableData data = context.Snapshot.OpenTable(table);
        long k = RowCount.Of(input.Arguments[2], "k, the number of rows to find,");
        long candidates = input.Arguments[5].IsNull ? Math.Max(FewestCandidates, Math.Min(k, int.MaxValue) * CandidatesPerResult) : RowCount.Of(input.Arguments[5], "candidates");
        RankFusion fusion = FusionOf(input.Arguments[3], input.Arguments[4]);
        fusion.AddText(ranking.Best(data, input.Arguments[0], candidates, input.PassingRows, input.Metrics, context));
        ITableData vectorTable = context.Snapshot.OpenTable(vectors.Table);
        TableSourceInput vectorInput = input with { Arguments = [input.Arguments[1], ScalarValue.From(candidates), input.Arguments[6]] };
        if (NearestRowsArguments.Read(vectorInput, vectorTable, vectors, byExample: false) is { } arguments)
        {
            fusion.AddVectors(nearest.Nearest(arguments, data, vectorTable, input.PassingRows, input.Metrics, context));
        }

        IReadOnlyList<RankFusion.FusedRow> fused = fusion.Best(k, table, data);
        return new BufferedReader([.. fused.Chunk(ColumnBatch.DefaultRows).Select((part, i) => ToBatch(data, part, i * ColumnBatch.DefaultRows, projection))]);
    }

    static RankFusion FusionOf(ScalarValue constant, ScalarValue weights)
    {
        double rankConstant = constant.IsNull ? double.NaN : (double)constant.ToObject()!;
        float[] both = weights.IsNull ? [] : (float[])weights.ToObject()!;
        return !(rankConstant >= 0) || !double.IsFinite(rankConstant)
            ? throw new SqlException(SqlErrorCode.InvalidParameter, $"rrf_k must be a number of 0 or more, not {(constant.IsNull ? "NULL" : rankConstant.ToString(CultureInfo.InvariantCulture))}.")
            : both is not [>= 0, >= 0]
                ? throw new SqlException(SqlErrorCode.InvalidParameter, "weights must be two numbers of 0 or more, for text and vector.")
                : new RankFusion(rankConstant, both[0], both[1]);
    }

    ColumnBatch ToBatch(ITableData data, RankFusion.FusedRow[] rows, int first, IReadOnlyList<int> projection)
    {
        StoredRow[] stored = [.. rows.Select(r => r.Row)];
        IArrowArray[] columns = [.. projection.Select(p => (p - ordinals.Count) switch
        {
            < 0 => StoredRows.Fetch(data, stored, ordinals[p]),
            0 => ColumnFactory.FromValues(SqlType.BigInt, rows.Length, MemoryMarshal.AsBytes<long>([.. rows.Select((_, i) => first + i + 1L)]).ToArray()),
            1 => ColumnFactory.FromObjects(SqlType.Real, [.. rows.Select(r => (object?)r.Similarity)]),
            _ => ColumnFactory.FromObjects(SqlType.Double, [.. rows.Select(r => (object?)r.Bm25)]),
        })];
        return new(columns, rows.Length);
    }
}
