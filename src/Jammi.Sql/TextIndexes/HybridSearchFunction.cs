using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Sql.TextIndexes;

/// <summary><c>hybrid_search</c>: a text search and a vector search over the same rows, fused by the ranks that rows have in each.</summary>
internal sealed class HybridSearchFunction : TableFunction
{
    const double DefaultRankConstant = 60;

    static readonly SqlType WeightsType = SqlType.Vector(2);

    public override string Name => "hybrid_search";

    public override bool MayBeKept => true;

    public override FunctionDocumentation Documentation { get; } = new(
        "Text search",
        "hybrid_search(source, text, query_vector, k [, rrf_k => 60, weights => [1, 1], candidates => , match => , index => , embedding_table => , model => , exact => , filter => ])",
        "The k rows that rank best in a text search and a vector search together, by reciprocal rank fusion: each search adds weight / (rrf_k + rank) to its best rows (the candidates: 100, or 2k when that is more). All columns of the source, then rank BIGINT, similarity REAL and bm25 DOUBLE, which are NULL where a row is not among that search's candidates. The weights are for text and vector.",
        "SELECT figure_id, title FROM hybrid_search('figures', 'red circle', encode_text_query('figures-clip', 'a red circle'), 3)",
        Result: null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("source", Type: null, AcceptsRelation: true),
        new("text", SqlType.Text),
        new("query_vector", Type: null),
        new("k", SqlType.BigInt),
        new("rrf_k", SqlType.Double, Optional: true),
        new("weights", Type: null, Optional: true),
        new("candidates", SqlType.BigInt, Optional: true),
        new("match", SqlType.Text, Optional: true),
        new("index", SqlType.Text, Optional: true),
        new("embedding_table", SqlType.Text, Optional: true),
        new("model", SqlType.Text, Optional: true),
        new("exact", SqlType.Boolean, Optional: true),
        new("filter", SqlType.Text, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        TableFunctionArgument source = TextSearchFunction.Filtered(arguments[0]!, arguments[12], binder);
        TextIndexSelection text = TextIndexSelection.Select(source, NearestRowsPlan.ConstantText(arguments[8], "index"), binder);
        Expression vector = VectorSearchFunction.QueryVectorOf(arguments[2]!, out string? space);
        EmbeddingTable vectors = EmbeddingTableSelection.Select(
            IsTable(source, binder.Catalog) ? source : source with { Relation = text.Source },
            NearestRowsPlan.ConstantText(arguments[9], "embedding_table"),
            NearestRowsPlan.ConstantText(arguments[10], "model"),
            space,
            binder).Vectors;
        if (vectors.Source != DatabaseCatalog.Key(text.Table.Schema, text.Table.Name))
        {
            throw new SqlException(SqlErrorCode.NotSupported, $"hybrid_search takes a text index and embeddings of one table, but {text.Index.Name} is on {text.Table.Name} and {vectors.QualifiedName} is of {vectors.Source}.", source.Position);
        }

        ScanPath path = text.Path;
        var schema = new PlanSchema([.. path.Scan.Schema.Columns, .. HybridRowsSource.Columns]);
        LogicalPlan leaf = LogicalTableFunction.Create(
            Name,
            new HybridRowsSource(text, vectors, TextSearchFunction.MatchesAll(arguments[7])),
            schema,
            [
                arguments[1]!.Expression!,
                VectorSearchFunction.Coerce(vector, vectors, arguments[2]!.Position),
                arguments[3]!.Expression!,
                arguments[4]?.Expression ?? new ConstantExpression(ScalarValue.From(SqlType.Double, DefaultRankConstant)),
                Weights(arguments[5]),
                arguments[6]?.Expression ?? new ConstantExpression(ScalarValue.NullOf(SqlType.BigInt)),
                arguments[11]?.Expression ?? NearestRowsPlan.NotExact,
            ],
            path.Filters ? [path.RowIds()] : []);
        return TextSearchFunction.Sorted(path.Carry(leaf, HybridRowsSource.Columns.Count), HybridRowsSource.Columns.Count);
    }

    static bool IsTable(TableFunctionArgument source, DatabaseCatalog catalog) =>
        source.Relation is null && catalog.Tables.ContainsKey(EmbeddingTableSelection.KeyOf(TextIndexSelection.NameOf(source), catalog));

    static Expression Weights(TableFunctionArgument? argument) => argument?.Expression switch
    {
        null => new ConstantExpression(ScalarValue.From(WeightsType, new float[] { 1, 1 })),
        var given when given.Type == WeightsType => given,
        { Type.Kind: SqlTypeKind.List or SqlTypeKind.Text or SqlTypeKind.Blob } list => new CastExpression(list, WeightsType, Try: false),
        var other => throw new SqlException(SqlErrorCode.DatatypeMismatch, $"weights are two numbers, for text and vector, as in [1, 2]; this is {other.Type}.", argument!.Position),
    };
}
