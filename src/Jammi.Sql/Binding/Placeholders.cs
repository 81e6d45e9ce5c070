using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// Expressions that exist only while a SELECT is bound: each stands for a value that a plan node yet to be built will give, and is replaced by that
/// node's column before the plan leaves the binder.
/// </summary>
internal sealed record AggregateReference(int Index, SqlType Type, bool Nullable) : LeafExpression(Type, Nullable);

internal sealed record WindowReference(int Index, SqlType Type, bool Nullable) : LeafExpression(Type, Nullable);

/// <summary>GROUPING(a, b): its arguments must be grouping keys.</summary>
internal sealed record GroupingReference(ValueList<Expression> Arguments, SourcePosition Position) : Expression(SqlType.Integer, Nullable: false)
{
    public override ValueList<Expression> Children => Arguments;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Arguments = children };
}

/// <summary>A subquery in an expression. Its plan was bound one level below the expression, whose row is Depth 1 to it.</summary>
internal abstract record BoundSubquery(LogicalPlan Plan, SqlType Type, bool Nullable, SourcePosition Position) : Expression(Type, Nullable)
{
    public override ValueList<Expression> Children => default;

    public override Expression WithChildren(ValueList<Expression> children) => this;
}

internal sealed record ScalarSubquery(LogicalPlan Plan, SourcePosition Position) : BoundSubquery(Plan, Plan.Schema[0].Type, true, Position);

internal sealed record ExistsSubquery(LogicalPlan Plan, SourcePosition Position) : BoundSubquery(Plan, SqlType.Boolean, false, Position);

/// <summary>Operands[i] Operator column i, for all i, for some row: IN and ANY.</summary>
internal sealed record AnySubquery(LogicalPlan Plan, ValueList<Expression> Operands, ComparisonOperator Operator, SourcePosition Position)
    : BoundSubquery(Plan, SqlType.Boolean, Operands.Any(o => o.Nullable) || Plan.Schema.Columns.Any(c => c.Nullable), Position)
{
    public override ValueList<Expression> Children => Operands;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Operands = children };
}
