using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

internal enum StatementKind
{
    /// <summary>Gives rows and changes nothing.</summary>
    Query,

    /// <summary>Changes rows: needs a write transaction, counts the rows affected, gives rows when it has RETURNING.</summary>
    Write,

    /// <summary>Changes definitions: needs a write transaction, gives no rows.</summary>
    Define,

    /// <summary>Describes a plan; with ANALYZE it also runs it (see <see cref="BoundStatement.Writes"/>).</summary>
    Explain,

    /// <summary>BEGIN, COMMIT and the like: the session's own affair.</summary>
    Transaction,

    /// <summary>SET name = value: the session's own affair.</summary>
    Set,

    /// <summary>SHOW name of a setting: the session's own affair.</summary>
    Show,
}

/// <summary>A statement whose names and types are settled.</summary>
internal sealed record BoundStatement(LogicalPlan Plan, StatementKind Kind)
{
    /// <summary>Whether running it needs a write transaction.</summary>
    public bool Writes { get; init; } = Kind is StatementKind.Write or StatementKind.Define;

    /// <summary>Whether the plan may be kept for the same text: definitions, and plans that hold rows of the catalog, may not.</summary>
    public bool Cacheable { get; init; } = Kind is StatementKind.Query or StatementKind.Write;

    public TransactionAction? Transaction { get; init; }

    public string? Savepoint { get; init; }

    public string? SettingName { get; init; }

    /// <summary>The value of SET, without columns; null for RESET.</summary>
    public Expression? SettingValue { get; init; }

    public PlanSchema Schema => Plan.Schema;

    public bool ReturnsRows => Schema.Count > 0 || Kind is StatementKind.Query or StatementKind.Show;
}
