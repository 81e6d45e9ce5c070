namespace Jammi.Sql.Syntax.Ast;

/// <summary>A query: an optional WITH, a body, then ORDER BY and limits that apply to the whole.</summary>
internal sealed record QueryExpression(
    WithClause? With,
    QueryBody Body,
    IReadOnlyList<OrderItem> OrderBy,
    SqlExpression? Limit,
    SqlExpression? Offset,
    bool WithTies,
    SourcePosition Position);

internal sealed record WithClause(bool Recursive, IReadOnlyList<CommonTableExpression> Tables);

/// <summary>A table that WITH defines; Materialized is null where neither MATERIALIZED nor NOT MATERIALIZED is written.</summary>
internal sealed record CommonTableExpression(string Name, IReadOnlyList<string> Columns, QueryExpression Query, bool? Materialized, SourcePosition Position);

internal abstract record QueryBody(SourcePosition Position);

/// <summary>A parenthesised query used as the operand of a set operation.</summary>
internal sealed record NestedQuery(QueryExpression Query, SourcePosition Position) : QueryBody(Position);

internal sealed record ValuesBody(IReadOnlyList<IReadOnlyList<SqlExpression>> Rows, SourcePosition Position) : QueryBody(Position);

internal enum SetOperation
{
    Union,
    Intersect,
    Except,
}

internal sealed record SetOperationBody(SetOperation Operation, bool All, QueryBody Left, QueryBody Right, SourcePosition Position) : QueryBody(Position);

internal sealed record SelectBody(
    bool Distinct,
    IReadOnlyList<SqlExpression> DistinctOn,
    IReadOnlyList<SelectItem> Items,
    TableReference? From,
    SqlExpression? Where,
    GroupByClause? GroupBy,
    SqlExpression? Having,
    IReadOnlyList<NamedWindow> Windows,
    SqlExpression? Qualify,
    SourcePosition Position) : QueryBody(Position);

/// <summary>A select item; a star is a <see cref="StarExpression"/> with no alias.</summary>
internal sealed record SelectItem(SqlExpression Expression, string? Alias);

internal sealed record NamedWindow(string Name, WindowSpecification Window);

/// <summary>GROUP BY ALL, or a list of grouping elements whose cross product of sets is meant.</summary>
internal sealed record GroupByClause(bool All, IReadOnlyList<GroupingElement> Elements);

internal enum GroupingKind
{
    Expression,
    Rollup,
    Cube,
    GroupingSets,
}

/// <summary>One expression (Sets holds one set of one), or ROLLUP/CUBE (each set one position of the list), or GROUPING SETS.</summary>
internal sealed record GroupingElement(GroupingKind Kind, IReadOnlyList<IReadOnlyList<SqlExpression>> Sets);

/// <summary>Something in FROM. Several comma-separated items are CROSS joins, left to right.</summary>
internal abstract record TableReference(SourcePosition Position);

/// <summary>A named table, view or CTE; <c>FROM 'file.parquet'</c> has IsFile and the path as its only name part.</summary>
internal sealed record NamedTable(IReadOnlyList<string> Name, bool IsFile, TableAlias? Alias, SourcePosition Position) : TableReference(Position);

internal sealed record DerivedTable(QueryExpression Query, bool Lateral, TableAlias? Alias, SourcePosition Position) : TableReference(Position);

internal sealed record TableFunctionReference(FunctionCallExpression Call, bool Lateral, bool WithOrdinality, TableAlias? Alias, SourcePosition Position) : TableReference(Position);

internal enum JoinKind
{
    Inner,
    Left,
    Right,
    Full,
    Cross,
    Semi,
    Anti,
}

/// <summary>A join. At most one of On, Using and Natural is given; Using lists column names.</summary>
internal sealed record JoinReference(JoinKind Kind, TableReference Left, TableReference Right, SqlExpression? On, IReadOnlyList<string>? Using, bool Natural, SourcePosition Position) : TableReference(Position);

internal sealed record TableAlias(string Name, IReadOnlyList<string> Columns);

internal enum SampleUnit
{
    /// <summary>A bare number: what it counts depends on the method.</summary>
    Unsaid,
    Percent,
    Rows,
}

/// <summary><c>TABLESAMPLE [method] (n PERCENT|ROWS) [REPEATABLE (seed)]</c>; the method is lower-case, null where none is named.</summary>
internal sealed record TableSample(string? Method, double Amount, SampleUnit Unit, int? Seed);

/// <summary>Something in FROM of which only some rows are taken.</summary>
internal sealed record SampledTable(TableReference Table, TableSample Sample, SourcePosition Position) : TableReference(Position);
