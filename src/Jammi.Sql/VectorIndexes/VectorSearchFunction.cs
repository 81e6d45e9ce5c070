using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.VectorIndexes;

/// <summary><c>vector_search</c>: the k rows of a source whose stored vectors are nearest to a vector.</summary>
internal sealed class VectorSearchFunction : TableFunction
{
    public override string Name => "vector_search";

    public override bool MayBeKept => true;

    public override FunctionDocumentation Documentation { get; } = new(
        "Vector search",
        "vector_search(source, query_vector, k [, embedding_table => , model => , exact => , filter => ])",
        "The k rows of a table, view or (subquery) whose embeddings are nearest to the query by cosine similarity: all columns of the source, then similarity REAL, best first, ties by key. With an array of query vectors the rows for each, in the order of the queries, then query BIGINT, the number of the query from 1. Rows that a subquery or filter leaves out are not searched.",
        "SELECT figure_id, title FROM vector_search('figures', encode_text_query('figures-clip', 'a red circle on a white background'), 3)",
        Result: null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("source", Type: null, AcceptsRelation: true),
        new("query_vector", Type: null),
        new("k", SqlType.BigInt),
        new("embedding_table", SqlType.Text, Optional: true),
        new("model", SqlType.Text, Optional: true),
        new("exact", SqlType.Boolean, Optional: true),
        new("filter", SqlType.Text, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        TableFunctionArgument query = arguments[1]!;
        Expression vector = QueryVectorOf(query, out string? space);
        EmbeddingTableSelection.Selection selection = EmbeddingTableSelection.Select(
            arguments[0]!,
            NearestRowsPlan.ConstantText(arguments[3], "embedding_table"),
            NearestRowsPlan.ConstantText(arguments[4], "model"),
            space,
            binder);
        string? filter = NearestRowsPlan.ConstantText(arguments[6], "filter");
        return QueryListSource.IsListOfVectors(vector.Type) ? ForEach(vector, query.Position) : Search(Coerce(vector, selection.Vectors, query.Position));

        LogicalPlan Search(Expression one) =>
            NearestRowsPlan.Create(Name, selection, one, arguments[2]!.Expression!, arguments[5]?.Expression ?? NearestRowsPlan.NotExact, filter, arguments[6]?.Position ?? SourcePosition.None, byExample: false, binder);

        LogicalPlan ForEach(Expression queries, SourcePosition position)
        {
            SqlType wanted = SqlType.Vector(selection.Vectors.Dimensions);
            if (queries.Type.Element is { IsVector: true } given && given.Dimension != wanted.Dimension)
            {
                throw WrongDimension(given, selection.Vectors, position);
            }

            if (OuterReferences.Any(selection.Source) || arguments.Any(a => a?.Expression is { } e && e.Any(x => x is OuterColumnExpression)))
            {
                throw new SqlException(SqlErrorCode.NotSupported, "vector_search with an array of queries cannot use columns of an enclosing query; put the queries into a table and use LATERAL with one query each.", position);
            }

            SqlType list = SqlType.List(wanted);
            return QueryListSource.Plan(queries.Type == list ? queries : new CastExpression(queries, list, Try: false), wanted, Search);
        }
    }

    static SqlException WrongDimension(SqlType query, EmbeddingTable vectors, SourcePosition position) =>
        new(SqlErrorCode.DatatypeMismatch, $"The query vector has {query.Dimension} dimensions, but {vectors.QualifiedName} (model {vectors.Model}) has {vectors.Dimensions}.", position);

    /// <param name="space">The space that it lives in, where that is known.</param>
    public static Expression QueryVectorOf(TableFunctionArgument query, out string? space)
    {
        Expression vector = query.Expression ?? throw new SqlException(SqlErrorCode.DatatypeMismatch, "The query must be a vector, not a subquery of several rows; put a scalar subquery in double parentheses or use LATERAL.", query.Position);
        space = vector is CallExpression call ? call.Function.VectorSpace(call.Arguments) : null;
        return vector;
    }

    /// <summary>The query as a vector of the dimensions that the stored ones have.</summary>
    public static Expression Coerce(Expression query, EmbeddingTable vectors, SourcePosition position)
    {
        SqlType wanted = SqlType.Vector(vectors.Dimensions);
        switch (query.Type.Kind)
        {
            case SqlTypeKind.Vector or SqlTypeKind.HalfVector when query.Type.Dimension != vectors.Dimensions:
                throw WrongDimension(query.Type, vectors, position);
            case SqlTypeKind.Vector:
                return query;
            case SqlTypeKind.Blob or SqlTypeKind.Text or SqlTypeKind.List or SqlTypeKind.HalfVector or SqlTypeKind.Null:
                return new CastExpression(query, wanted, Try: false);
            default:
                throw new SqlException(SqlErrorCode.DatatypeMismatch, $"The query must be a vector of {vectors.Dimensions} numbers, but is {query.Type}.", position);
        }
    }
}

/// <summary><c>search_by_example</c>: like <c>vector_search</c> with the stored vector of one of the source's rows.</summary>
internal sealed class SearchByExampleFunction : TableFunction
{
    public override string Name => "search_by_example";

    public override bool MayBeKept => true;

    public override FunctionDocumentation Documentation { get; } = new(
        "Vector search",
        "search_by_example(source, key, k [, embedding_table => , model => , filter => ])",
        "The k rows of a source whose embeddings are nearest to the stored embedding of the row with that key (which is itself the first, unless a filter leaves it out).",
        "SELECT figure_id, title FROM search_by_example('figures', 1, 3)",
        Result: null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("source", Type: null, AcceptsRelation: true),
        new("key", Type: null),
        new("k", SqlType.BigInt),
        new("embedding_table", SqlType.Text, Optional: true),
        new("model", SqlType.Text, Optional: true),
        new("filter", SqlType.Text, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        TableFunctionArgument key = arguments[1]!;
        EmbeddingTableSelection.Selection selection = EmbeddingTableSelection.Select(
            arguments[0]!,
            NearestRowsPlan.ConstantText(arguments[3], "embedding_table"),
            NearestRowsPlan.ConstantText(arguments[4], "model"),
            space: null,
            binder);
        SqlType keyType = selection.Vectors.Table.Definition.Columns[0].Type;
        Expression value = key.Expression ?? throw new SqlException(SqlErrorCode.DatatypeMismatch, "The key must be a value, not a subquery.", key.Position);
        Expression example = value.Type == keyType ? value : new CastExpression(value, keyType, Try: false);
        string? filter = NearestRowsPlan.ConstantText(arguments[5], "filter");
        return NearestRowsPlan.Create(Name, selection, example, arguments[2]!.Expression!, NearestRowsPlan.NotExact, filter, arguments[5]?.Position ?? SourcePosition.None, byExample: true, binder);
    }
}
