using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Sql.TextIndexes;

/// <summary><c>text_search</c>: the k rows of a source that match a text query best.</summary>
internal sealed class TextSearchFunction : TableFunction
{
    public override string Name => "text_search";

    public override bool MayBeKept => true;

    public override FunctionDocumentation Documentation { get; } = new(
        "Text search",
        "text_search(source, query, k [, match => , index => , filter => ])",
        "The k rows of a table, view or (subquery) with a full-text index that match the query best by BM25: all columns of the source, then bm25 DOUBLE and rank BIGINT, best first, ties by primary key. The query has words (any of them, or all with match => 'all'), \"phrases\", begin*, -excluded, AND, OR, NOT and parentheses. Rows that a subquery or filter leaves out are not searched.",
        "SELECT figure_id, title FROM text_search('figures', 'red circle', 3, match => 'all')",
        Result: null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("source", Type: null, AcceptsRelation: true),
        new("query", SqlType.Text),
        new("k", SqlType.BigInt),
        new("match", SqlType.Text, Optional: true),
        new("index", SqlType.Text, Optional: true),
        new("filter", SqlType.Text, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        TextIndexSelection selection = TextIndexSelection.Select(Filtered(arguments[0]!, arguments[5], binder), NearestRowsPlan.ConstantText(arguments[4], "index"), binder);
        ScanPath path = selection.Path;
        var source = new MatchingRowsSource(selection, MatchesAll(arguments[3]));
        var schema = new PlanSchema([.. path.Scan.Schema.Columns, .. MatchingRowsSource.Columns]);
        LogicalPlan leaf = LogicalTableFunction.Create(Name, source, schema, [arguments[1]!.Expression!, arguments[2]!.Expression!], path.Filters ? [path.RowIds()] : []);
        LogicalPlan found = path.Carry(leaf, MatchingRowsSource.Columns.Count);
        return Sorted(found);
    }

    /// <summary>Best first: by the last column, the rank.</summary>
    public static LogicalSort Sorted(LogicalPlan found, int rankFromEnd = 1)
    {
        int rank = found.Schema.Count - rankFromEnd;
        OutputColumn column = found.Schema[rank];
        return new(found, [new SortKey(new ColumnExpression(rank, column.Name, column.Type, column.Nullable), Descending: false, NullsFirst: false)]);
    }

    /// <summary>The source as a relation with the condition of <c>filter =></c> on it, where there is one.</summary>
    public static TableFunctionArgument Filtered(TableFunctionArgument source, TableFunctionArgument? filter, ITableFunctionBinder binder)
    {
        if (NearestRowsPlan.ConstantText(filter, "filter") is not { } condition)
        {
            return source;
        }

        LogicalPlan relation = source.Relation ?? binder.BindRelation(TextIndexSelection.NameOf(source), source.Position);
        return new(null, binder.BindFilter(relation, condition, filter!.Position), source.Position);
    }

    public static bool MatchesAll(TableFunctionArgument? argument) => NearestRowsPlan.ConstantText(argument, "match")?.ToLowerInvariant() switch
    {
        null or "any" => false,
        "all" => true,
        var other => throw new SqlException(SqlErrorCode.InvalidParameter, $"match is 'any' or 'all', not '{other}'.", argument!.Position),
    };
}
