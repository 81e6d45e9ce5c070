using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// A search as a plan: the k nearest keys and similarities, joined to the source so that only the columns that a query uses are fetched, and only for those rows.
/// What the source leaves out (a filter, rows deleted since) is known to the search before it ranks: its row ids come from a semi-join of the vectors with
/// the source's keys.
/// </summary>
internal static class NearestRowsPlan
{
    static OutputColumn SimilarityColumn { get; } = new("similarity", SqlType.Real, Nullable: false);

    public static LogicalPlan Create(
        string function,
        EmbeddingTableSelection.Selection selection,
        Expression query,
        Expression k,
        Expression exact,
        string? filter,
        SourcePosition filterPosition,
        bool byExample,
        ITableFunctionBinder binder)
    {
        EmbeddingTable vectors = selection.Vectors;
        LogicalPlan source = filter is null ? selection.Source : binder.BindFilter(selection.Source, filter, filterPosition);
        OutputColumn key = source.Schema[selection.KeyIndex];
        ColumnExpression sourceKey = new(selection.KeyIndex, key.Name, key.Type, key.Nullable);
        LogicalPlan found = Aligned(function, vectors, source, sourceKey, [query, k, exact], byExample)
            ?? Joined(function, selection, filter is not null, source, sourceKey, [query, k, exact], byExample, binder);
        int last = found.Schema.Count - 1;
        var similarity = new ColumnExpression(last, "similarity", SqlType.Real, Nullable: false);
        return new LogicalSort(found, [new SortKey(similarity, Descending: true, NullsFirst: false), new SortKey(sourceKey, Descending: false, NullsFirst: false)]);
    }

    /// <summary>The usual case: the source's rows are rows of the table that was embedded. They are found and fetched by row id.</summary>
    static LogicalPlan? Aligned(string function, EmbeddingTable vectors, LogicalPlan source, ColumnExpression sourceKey, ValueList<Expression> arguments, bool byExample)
    {
        if (ScanPath.Follow(source, sourceKey) is not { Expression: ColumnExpression key } path
            || Catalog.DatabaseCatalog.Key(path.Scan.Table.Schema, path.Scan.Table.Name) != vectors.Source
            || path.Scan.Projection[key.Index] != path.Scan.Table.OrdinalOf(vectors.KeyColumn))
        {
            return null;
        }

        var schema = new PlanSchema([.. path.Scan.Schema.Columns, SimilarityColumn]);
        var nearest = new AlignedRowsSource(path.Scan.Table, path.Scan.Projection, path.Scan.Projection[key.Index], vectors, byExample);
        return path.Carry(LogicalTableFunction.Create(function, nearest, schema, arguments, path.Filters ? [path.RowIds()] : []));
    }

    /// <summary>Any source: the nearest keys are joined to its rows, having left out those vectors whose key it does not have.</summary>
    static LogicalProject Joined(
        string function,
        EmbeddingTableSelection.Selection selection,
        bool filtered,
        LogicalPlan source,
        ColumnExpression sourceKey,
        ValueList<Expression> arguments,
        bool byExample,
        ITableFunctionBinder binder)
    {
        EmbeddingTable vectors = selection.Vectors;

        // A whole table that has not changed since it was embedded has exactly the keys that the vectors have.
        bool unchanged = selection.IsWholeTable && !filtered
            && binder.Catalog.Tables.TryGetValue(vectors.Source, out Catalog.TableEntry? table) && table.Version == vectors.SourceVersion;
        ValueList<LogicalPlan> relations = unchanged ? [] : [PassingRows(vectors, source, sourceKey)];

        var schema = new PlanSchema([new OutputColumn("_key", sourceKey.Type, Nullable: false), SimilarityColumn]);
        LogicalPlan nearest = LogicalTableFunction.Create(function, new NearestRowsSource(vectors, byExample), schema, arguments, relations);

        int width = source.Schema.Count;
        LogicalPlan joined = new LogicalJoin(
            LogicalJoinKind.Inner,
            source,
            nearest,
            new ComparisonExpression(ComparisonOperator.Equal, sourceKey, new ColumnExpression(width, "_key", sourceKey.Type, Nullable: false)),
            source.Schema.Concat(nearest.Schema));
        var similarity = new ColumnExpression(width + 1, "similarity", SqlType.Real, Nullable: false);
        return new LogicalProject(
            joined,
            [.. source.Schema.Columns.Select((c, i) => (Expression)new ColumnExpression(i, c.Name, c.Type, c.Nullable)), similarity],
            new PlanSchema([.. source.Schema.Columns, nearest.Schema[1]]));
    }

    /// <summary>What <c>exact</c> is when it is not given.</summary>
    public static Expression NotExact { get; } = new ConstantExpression(ScalarValue.From(false));

    /// <summary>An optional argument that must be known when the statement is bound.</summary>
    public static string? ConstantText(TableFunctionArgument? argument, string name) => argument is null ? null
        : argument.Constant is { } value ? (string?)value.ToObject()
        : throw new SqlException(SqlErrorCode.InvalidParameter, $"{name} must be a constant text.", argument.Position);

    static LogicalProject PassingRows(EmbeddingTable vectors, LogicalPlan source, ColumnExpression sourceKey)
    {
        var scan = new LogicalScan(vectors.Table, [0], WithRowId: true, default);
        var keys = new LogicalProject(source, [sourceKey], new PlanSchema([source.Schema[sourceKey.Index]]));
        OutputColumn own = scan.Schema[0];
        var semi = new LogicalJoin(
            LogicalJoinKind.Semi,
            scan,
            keys,
            new ComparisonExpression(ComparisonOperator.Equal, new ColumnExpression(0, own.Name, own.Type, own.Nullable), new ColumnExpression(2, sourceKey.Name, sourceKey.Type, sourceKey.Nullable)),
            scan.Schema);
        return new LogicalProject(semi, [new ColumnExpression(1, LogicalScan.RowIdColumn.Name, SqlType.BigInt, Nullable: false)], new PlanSchema([LogicalScan.RowIdColumn]));
    }
}
