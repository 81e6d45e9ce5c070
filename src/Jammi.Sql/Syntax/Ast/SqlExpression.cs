namespace Jammi.Sql.Syntax.Ast;

/// <summary>An expression as written: names unresolved, types unknown. Equality ignores nothing; positions are kept for errors.</summary>
internal abstract record SqlExpression(SourcePosition Position);

internal enum LiteralKind
{
    Null,
    Boolean,
    Integer,
    Decimal,
    Float,
    Text,
    Blob,
    Vector,
}

/// <summary>
/// A literal. <paramref name="Value"/> is null, bool, long or ulong or BigInteger (Integer), string of digits with a point (Decimal),
/// double (Float, written with an exponent), string, byte[], or float[] (a one-token vector of numbers).
/// </summary>
internal sealed record LiteralExpression(LiteralKind Kind, object? Value, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>DATE '2020-01-01'</c>, <c>TIMESTAMP '...'</c>, <c>INTERVAL '3 days'</c>, or <c>INTERVAL 3 DAY</c> (text and unit joined by a space).</summary>
internal sealed record TypedLiteralExpression(TypeName Type, string Text, SourcePosition Position) : SqlExpression(Position);

/// <summary>A column or dotted name: one to four parts, quotes removed. <c>Quoted[i]</c> tells whether part i was quoted.</summary>
internal sealed record NameExpression(IReadOnlyList<string> Parts, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>*</c> or <c>t.*</c> in a select list or <c>count(*)</c>, with DuckDB's EXCLUDE and REPLACE.</summary>
internal sealed record StarExpression(IReadOnlyList<string> Qualifier, IReadOnlyList<string> Exclude, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>@name</c>, <c>:name</c>, <c>$name</c> (Name set, without prefix), <c>$1</c> (Index set, one-based), <c>?</c> (Index = its ordinal among the <c>?</c>, one-based).</summary>
internal sealed record ParameterExpressionSyntax(string? Name, int Index, SourcePosition Position) : SqlExpression(Position);

/// <summary>Prefix operator: <c>-</c>, <c>+</c>, <c>~</c> or <c>NOT</c>.</summary>
internal sealed record UnaryExpression(string Operator, SqlExpression Operand, SourcePosition Position) : SqlExpression(Position);

/// <summary>
/// Infix operator, upper-case where a word: arithmetic <c>+ - * / % ^ ||</c>, bits <c>&amp; | # &lt;&lt; &gt;&gt;</c>,
/// comparison <c>= &lt;&gt; &lt; &lt;= &gt; &gt;=</c>, regex <c>~ ~* !~ !~*</c>, distance <c>&lt;=&gt; &lt;#&gt; &lt;-&gt;</c>, JSON <c>-&gt; -&gt;&gt;</c>.
/// </summary>
internal sealed record BinaryExpression(string Operator, SqlExpression Left, SqlExpression Right, SourcePosition Position) : SqlExpression(Position);

/// <summary>A flattened chain of AND (IsAnd) or OR of two or more operands, so that ten thousand conditions do not nest.</summary>
internal sealed record LogicalChainExpression(bool IsAnd, IReadOnlyList<SqlExpression> Operands, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>a IS [NOT] NULL</c>, TRUE, FALSE or UNKNOWN. <paramref name="Test"/> is the word.</summary>
internal sealed record IsExpression(SqlExpression Operand, string Test, bool Negated, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>a IS [NOT] DISTINCT FROM b</c>.</summary>
internal sealed record IsDistinctExpression(SqlExpression Left, SqlExpression Right, bool Negated, SourcePosition Position) : SqlExpression(Position);

internal sealed record BetweenExpression(SqlExpression Operand, SqlExpression Low, SqlExpression High, bool Negated, bool Symmetric, SourcePosition Position) : SqlExpression(Position);

internal enum LikeKind
{
    Like,
    ILike,
    SimilarTo,
    Glob,
}

internal sealed record LikeExpression(LikeKind Kind, SqlExpression Operand, SqlExpression Pattern, SqlExpression? Escape, bool Negated, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>a LIKE ANY ('x%', 'y%')</c> or <c>ALL</c>; a single pattern may be an array of them. With a query instead of patterns its rows are.</summary>
internal sealed record QuantifiedLikeExpression(LikeKind Kind, SqlExpression Operand, IReadOnlyList<SqlExpression> Patterns, QueryExpression? Query, bool IsAll, bool Negated, SourcePosition Position)
    : SqlExpression(Position);

/// <summary><c>ALL</c> as the only item of ORDER BY: every column of the result, from left to right.</summary>
internal sealed record EveryColumnExpression(SourcePosition Position) : SqlExpression(Position);

/// <summary><c>a IN (1, 2)</c>; the list may be empty. A single parameter or array in the list is the binder's affair.</summary>
internal sealed record InListExpression(SqlExpression Operand, IReadOnlyList<SqlExpression> Items, bool Negated, SourcePosition Position) : SqlExpression(Position);

internal sealed record InSubqueryExpression(SqlExpression Operand, QueryExpression Query, bool Negated, SourcePosition Position) : SqlExpression(Position);

internal sealed record ExistsExpression(QueryExpression Query, SourcePosition Position) : SqlExpression(Position);

internal sealed record SubqueryExpression(QueryExpression Query, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>a = ANY (SELECT ...)</c> or <c>ALL</c>; the right side is a query or an array expression.</summary>
internal sealed record QuantifiedExpression(SqlExpression Operand, string Operator, bool IsAll, QueryExpression? Query, SqlExpression? Array, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>CASE [operand] WHEN ... THEN ... [ELSE ...] END</c>.</summary>
internal sealed record CaseExpressionSyntax(SqlExpression? Operand, IReadOnlyList<WhenClause> Whens, SqlExpression? Else, SourcePosition Position) : SqlExpression(Position);

internal sealed record WhenClause(SqlExpression When, SqlExpression Then);

/// <summary><c>CAST(a AS t)</c>, <c>a::t</c> and <c>TRY_CAST</c>.</summary>
internal sealed record CastExpressionSyntax(SqlExpression Operand, TypeName Type, bool Try, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>[a, b]</c> or <c>ARRAY[a, b]</c> that is not all plain numbers.</summary>
internal sealed record ArrayExpression(IReadOnlyList<SqlExpression> Items, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>(a, b, c)</c> with two or more members.</summary>
internal sealed record RowExpression(IReadOnlyList<SqlExpression> Items, SourcePosition Position) : SqlExpression(Position);

/// <summary><c>a[i]</c> (High null, IsSlice false) or <c>a[i:j]</c>.</summary>
internal sealed record SubscriptExpression(SqlExpression Operand, SqlExpression? Low, SqlExpression? High, bool IsSlice, SourcePosition Position) : SqlExpression(Position);

/// <summary>
/// A call in an expression or in FROM. Special forms are calls too: <c>EXTRACT(year FROM d)</c> → extract('year', d),
/// <c>SUBSTRING(s FROM a FOR b)</c> → substring(s, a, b), <c>TRIM(BOTH x FROM s)</c> → trim(s, x) / ltrim / rtrim,
/// <c>POSITION(a IN b)</c> → position(a, b), <c>OVERLAY</c>, <c>CURRENT_DATE</c> → current_date(), <c>CURRENT_TIMESTAMP</c>.
/// <c>count(*)</c> has one <see cref="StarExpression"/> argument.
/// </summary>
internal sealed record FunctionCallExpression(
    IReadOnlyList<string> Name,
    IReadOnlyList<FunctionArgument> Arguments,
    bool Distinct,
    IReadOnlyList<OrderItem> OrderBy,
    SqlExpression? Filter,
    bool IgnoreNulls,
    WindowSpecification? Over,
    SourcePosition Position) : SqlExpression(Position);

/// <summary>A positional (Name null) or named (<c>name =&gt; value</c>) argument. A query argument, <c>f((SELECT ...))</c>, arrives as a <see cref="SubqueryExpression"/>.</summary>
internal sealed record FunctionArgument(string? Name, SqlExpression Value);

internal enum FrameUnit
{
    Rows,
    Range,
    Groups,
}

internal enum FrameBoundKind
{
    UnboundedPreceding,
    Preceding,
    CurrentRow,
    Following,
    UnboundedFollowing,
}

internal sealed record FrameBound(FrameBoundKind Kind, SqlExpression? Offset);

/// <summary>A frame; <paramref name="Exclude"/> is NO OTHERS, CURRENT ROW, GROUP or TIES.</summary>
internal sealed record WindowFrame(FrameUnit Unit, FrameBound Start, FrameBound End, string Exclude);

/// <summary><c>OVER name</c> (only BaseName) or <c>OVER ([name] PARTITION BY ... ORDER BY ... frame)</c>.</summary>
internal sealed record WindowSpecification(string? BaseName, IReadOnlyList<SqlExpression> PartitionBy, IReadOnlyList<OrderItem> OrderBy, WindowFrame? Frame, SourcePosition Position);

/// <summary>NullsFirst is null where not written.</summary>
internal sealed record OrderItem(SqlExpression Expression, bool Descending, bool? NullsFirst);

/// <summary>
/// A type as written: <c>DECIMAL(10,2)</c>, <c>FLOAT[512]</c>, <c>TIMESTAMP WITH TIME ZONE</c> (name upper-case, words joined by one space),
/// with its numeric arguments. ArrayDimensions lists <c>[]</c> (null) and <c>[n]</c> suffixes in order.
/// </summary>
internal sealed record TypeName(string Name, IReadOnlyList<int> Arguments, IReadOnlyList<int?> ArrayDimensions, SourcePosition Position);
