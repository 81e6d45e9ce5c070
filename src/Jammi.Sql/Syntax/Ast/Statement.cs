namespace Jammi.Sql.Syntax.Ast;

/// <summary>A statement as written. <see cref="Position"/> spans its text within the command.</summary>
internal abstract record Statement(SourcePosition Position);

internal sealed record QueryStatement(QueryExpression Query, SourcePosition Position) : Statement(Position);

/// <summary><c>EXPLAIN [ANALYZE] [(FORMAT text|json)] statement</c>.</summary>
internal sealed record ExplainStatement(Statement Inner, bool Analyze, string Format, SourcePosition Position) : Statement(Position);

/// <summary>A table, view or index name of one to three parts.</summary>
internal sealed record ObjectName(IReadOnlyList<string> Parts, SourcePosition Position)
{
    public override string ToString() => string.Join('.', Parts);
}

internal sealed record ColumnDefinition(
    string Name,
    TypeName? Type,
    bool NotNull,
    bool PrimaryKey,
    bool Unique,
    SqlExpression? Default,
    SqlExpression? Check,
    SourcePosition Position)
{
    public IdentityClause? Identity { get; init; }
}

/// <summary><c>GENERATED { ALWAYS | BY DEFAULT } AS IDENTITY [(START WITH n INCREMENT BY n)]</c>; numbers that are not written are null.</summary>
internal sealed record IdentityClause(bool Always, long? Start, long? Increment, SourcePosition Position);

internal enum TableConstraintKind
{
    PrimaryKey,
    Unique,
    Check,
    ForeignKey,
}

internal sealed record TableConstraint(TableConstraintKind Kind, string? Name, IReadOnlyList<string> Columns, SqlExpression? Check, ObjectName? ReferencedTable, IReadOnlyList<string> ReferencedColumns, SourcePosition Position);

internal sealed record CreateTableStatement(
    ObjectName Name,
    bool Temporary,
    bool OrReplace,
    bool IfNotExists,
    IReadOnlyList<ColumnDefinition> Columns,
    IReadOnlyList<TableConstraint> Constraints,
    SourcePosition Position) : Statement(Position);

internal sealed record CreateTableAsStatement(
    ObjectName Name,
    bool Temporary,
    bool OrReplace,
    bool IfNotExists,
    IReadOnlyList<string> Columns,
    QueryExpression Query,
    bool WithData,
    SourcePosition Position) : Statement(Position);

/// <summary><paramref name="QueryText"/> is the exact text of the query, kept so that the view can be stored and shown.</summary>
internal sealed record CreateViewStatement(
    ObjectName Name,
    bool Temporary,
    bool OrReplace,
    bool IfNotExists,
    IReadOnlyList<string> Columns,
    QueryExpression Query,
    string QueryText,
    SourcePosition Position) : Statement(Position);

internal sealed record IndexedColumn(SqlExpression Expression, bool Descending);

internal sealed record CreateIndexStatement(ObjectName Name, ObjectName Table, bool Unique, bool IfNotExists, IReadOnlyList<IndexedColumn> Columns, SourcePosition Position) : Statement(Position);

/// <summary>A column or option by name, with its value where it is an option.</summary>
internal sealed record NamedOption(string Name, SqlExpression? Value, SourcePosition Position);

internal sealed record CreateFullTextIndexStatement(
    ObjectName? Name,
    ObjectName Table,
    bool IfNotExists,
    IReadOnlyList<NamedOption> Columns,
    IReadOnlyList<NamedOption> Options,
    SourcePosition Position) : Statement(Position);

internal sealed record CreateSchemaStatement(string Name, bool IfNotExists, SourcePosition Position) : Statement(Position);

internal enum ObjectKind
{
    Table,
    View,
    Index,
    Schema,
}

internal sealed record DropStatement(ObjectKind Kind, IReadOnlyList<ObjectName> Names, bool IfExists, bool Cascade, SourcePosition Position) : Statement(Position);

internal abstract record AlterAction;

/// <summary>Constraints: those that the column's own members do not say (named checks, further checks, references).</summary>
internal sealed record AddColumnAction(ColumnDefinition Column, IReadOnlyList<TableConstraint> Constraints, bool IfNotExists) : AlterAction;

internal sealed record DropColumnAction(string Column, bool IfExists) : AlterAction;

internal sealed record AddConstraintAction(TableConstraint Constraint) : AlterAction;

internal sealed record DropConstraintAction(string Name, bool IfExists) : AlterAction;

internal sealed record RenameConstraintAction(string From, string To) : AlterAction;

internal sealed record RenameColumnAction(string From, string To) : AlterAction;

internal sealed record RenameTableAction(string To) : AlterAction;

internal sealed record AlterColumnTypeAction(string Column, TypeName Type, SqlExpression? Using) : AlterAction;

/// <summary>Default null drops the default.</summary>
internal sealed record AlterColumnDefaultAction(string Column, SqlExpression? Default) : AlterAction;

internal sealed record AlterColumnNullAction(string Column, bool NotNull) : AlterAction;

internal sealed record AlterTableStatement(ObjectName Name, bool IfExists, AlterAction Action, SourcePosition Position) : Statement(Position);

internal sealed record Assignment(string Column, SqlExpression Value, SourcePosition Position);

/// <summary>ON CONFLICT (columns) DO NOTHING (Assignments empty, DoNothing) or DO UPDATE SET ... [WHERE ...].</summary>
internal sealed record OnConflictClause(IReadOnlyList<string> Columns, bool DoNothing, IReadOnlyList<Assignment> Assignments, SqlExpression? Where, SourcePosition Position);

/// <summary>INSERT. DEFAULT in a VALUES row is a <see cref="DefaultExpression"/>; Query null means DEFAULT VALUES.</summary>
internal sealed record InsertStatement(
    ObjectName Table,
    TableAlias? Alias,
    IReadOnlyList<string> Columns,
    QueryExpression? Query,
    OnConflictClause? OnConflict,
    IReadOnlyList<SelectItem> Returning,
    WithClause? With,
    SourcePosition Position) : Statement(Position)
{
    public InsertOverriding Overriding { get; init; }
}

/// <summary>What INSERT does with values that are given for an identity column.</summary>
internal enum InsertOverriding
{
    /// <summary>Takes them, unless the column is GENERATED ALWAYS.</summary>
    None,

    /// <summary>Takes them.</summary>
    SystemValue,

    /// <summary>Leaves them aside; the column gives its own.</summary>
    UserValue,
}

/// <summary>The word DEFAULT where a value is expected.</summary>
internal sealed record DefaultExpression(SourcePosition Position) : SqlExpression(Position);

internal sealed record UpdateStatement(
    ObjectName Table,
    TableAlias? Alias,
    IReadOnlyList<Assignment> Assignments,
    TableReference? From,
    SqlExpression? Where,
    IReadOnlyList<SelectItem> Returning,
    WithClause? With,
    SourcePosition Position) : Statement(Position);

internal sealed record DeleteStatement(
    ObjectName Table,
    TableAlias? Alias,
    TableReference? Using,
    SqlExpression? Where,
    IReadOnlyList<SelectItem> Returning,
    WithClause? With,
    SourcePosition Position) : Statement(Position);

internal sealed record TruncateStatement(ObjectName Table, SourcePosition Position) : Statement(Position);

internal enum TransactionAction
{
    Begin,
    Commit,
    Rollback,
    Savepoint,
    RollbackTo,
    Release,
}

internal sealed record TransactionStatement(TransactionAction Action, string? Savepoint, SourcePosition Position) : Statement(Position);

/// <summary>SHOW TABLES (Name null), SHOW name.</summary>
internal sealed record ShowStatement(string What, SourcePosition Position) : Statement(Position);

internal sealed record DescribeStatement(ObjectName? Table, QueryExpression? Query, SourcePosition Position) : Statement(Position);

/// <summary>COPY t FROM 'file' (Query null, FromFile) or COPY t TO / COPY (query) TO; options as written, names lower-case.</summary>
internal sealed record CopyStatement(
    ObjectName? Table,
    IReadOnlyList<string> Columns,
    QueryExpression? Query,
    bool FromFile,
    string Path,
    IReadOnlyList<FunctionArgument> Options,
    SourcePosition Position) : Statement(Position);

/// <summary>SET name = value, RESET name (Value null).</summary>
internal sealed record SetStatement(string Name, SqlExpression? Value, SourcePosition Position) : Statement(Position);
