using System.Collections.Immutable;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Expressions;

/// <summary>A bound expression: names resolved, types and coercions fixed, immutable, equal by content.</summary>
internal abstract record Expression(SqlType Type, bool Nullable)
{
    /// <summary>The direct operands.</summary>
    public abstract ValueList<Expression> Children { get; }

    /// <summary>How many direct operands there are.</summary>
    public virtual int ChildCount => Children.Count;

    /// <summary>A direct operand; does not make a list, as <see cref="Children"/> may.</summary>
    public virtual Expression Child(int index) => Children[index];

    /// <summary>The same expression over other operands (same number, same types).</summary>
    public abstract Expression WithChildren(ValueList<Expression> children);

    /// <summary>Rewrites bottom-up: children first, then <paramref name="rewrite"/> on the result.</summary>
    public Expression Transform(Func<Expression, Expression> rewrite)
    {
        int count = ChildCount;
        for (int i = 0; i < count; i++)
        {
            Expression child = Child(i);
            Expression changed = child.Transform(rewrite);
            if (!ReferenceEquals(changed, child))
            {
                return rewrite(TransformFrom(i, changed, rewrite));
            }
        }

        return rewrite(this);
    }

    /// <summary>Whether this expression or one below it satisfies <paramref name="predicate"/>.</summary>
    public bool Any(Func<Expression, bool> predicate)
    {
        if (predicate(this))
        {
            return true;
        }

        int count = ChildCount;
        for (int i = 0; i < count; i++)
        {
            if (Child(i).Any(predicate))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>This expression over transformed operands, of which those before the first changed one stay.</summary>
    Expression TransformFrom(int first, Expression changed, Func<Expression, Expression> rewrite)
    {
        ImmutableArray<Expression>.Builder children = ImmutableArray.CreateBuilder<Expression>(ChildCount);
        for (int i = 0; i < ChildCount; i++)
        {
            children.Add(i < first ? Child(i) : i == first ? changed : Child(i).Transform(rewrite));
        }

        return WithChildren(new ValueList<Expression>(children.MoveToImmutable()));
    }
}

/// <summary>An expression without operands.</summary>
internal abstract record LeafExpression(SqlType Type, bool Nullable) : Expression(Type, Nullable)
{
    public sealed override ValueList<Expression> Children => default;

    public sealed override int ChildCount => 0;

    public sealed override Expression WithChildren(ValueList<Expression> children) => this;
}

/// <summary>Column <paramref name="Index"/> of the operator's input (of the concatenated inputs in a join condition).</summary>
internal sealed record ColumnExpression(int Index, string Name, SqlType Type, bool Nullable) : LeafExpression(Type, Nullable);

/// <summary>A column of the current row of an enclosing Apply: Depth 1 is the nearest.</summary>
internal sealed record OuterColumnExpression(int Depth, int Index, string Name, SqlType Type, bool Nullable) : LeafExpression(Type, Nullable);

internal sealed record ConstantExpression(ScalarValue Value) : LeafExpression(Value.Type, Value.IsNull);

/// <summary>A statement parameter: its slot in <see cref="Execution.ExecutionContext.Parameters"/>.</summary>
internal sealed record ParameterExpression(int Slot, string Name, SqlType Type) : LeafExpression(Type, Nullable: true);

/// <summary>A scalar function call; the arguments have exactly the binding's parameter types.</summary>
internal sealed record CallExpression(ScalarFunction Function, ScalarBinding Binding, ValueList<Expression> Arguments)
    : Expression(Binding.ReturnType, Binding.NullableWhen(Arguments))
{
    public override ValueList<Expression> Children => Arguments;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Arguments = children };
}

/// <summary>A conversion; Try gives NULL where the value cannot be converted.</summary>
internal sealed record CastExpression(Expression Operand, SqlType Target, bool Try) : Expression(Target, Operand.Nullable || Try)
{
    public override ValueList<Expression> Children => [Operand];

    public override int ChildCount => 1;

    public override Expression Child(int index) => Operand;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Operand = children[0] };
}

internal enum ComparisonOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>IS NOT DISTINCT FROM: NULL equals NULL, never gives NULL.</summary>
    NotDistinct,

    /// <summary>IS DISTINCT FROM.</summary>
    Distinct,
}

/// <summary>A comparison of two operands of one type.</summary>
internal sealed record ComparisonExpression(ComparisonOperator Operator, Expression Left, Expression Right)
    : Expression(SqlType.Boolean, Operator < ComparisonOperator.NotDistinct && (Left.Nullable || Right.Nullable))
{
    public override ValueList<Expression> Children => [Left, Right];

    public override int ChildCount => 2;

    public override Expression Child(int index) => index == 0 ? Left : Right;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Left = children[0], Right = children[1] };
}

/// <summary>AND or OR over two or more operands, three-valued; later operands are evaluated only for rows still undecided.</summary>
internal sealed record LogicalExpression(bool IsAnd, ValueList<Expression> Operands) : Expression(SqlType.Boolean, Operands.Any(o => o.Nullable))
{
    public override ValueList<Expression> Children => Operands;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Operands = children };
}

internal sealed record NotExpression(Expression Operand) : Expression(SqlType.Boolean, Operand.Nullable)
{
    public override ValueList<Expression> Children => [Operand];

    public override int ChildCount => 1;

    public override Expression Child(int index) => Operand;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Operand = children[0] };
}

internal sealed record IsNullExpression(Expression Operand, bool Negated) : Expression(SqlType.Boolean, Nullable: false)
{
    public override ValueList<Expression> Children => [Operand];

    public override int ChildCount => 1;

    public override Expression Child(int index) => Operand;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Operand = children[0] };
}

/// <summary>Membership in a list of operands of the same type as <paramref name="Operand"/>, three-valued; the list may be empty.</summary>
internal sealed record InListExpression(Expression Operand, ValueList<Expression> Items, bool Negated)
    : Expression(SqlType.Boolean, Operand.Nullable || Items.Any(i => i.Nullable))
{
    public override ValueList<Expression> Children => [Operand, .. Items];

    public override int ChildCount => Items.Count + 1;

    public override Expression Child(int index) => index == 0 ? Operand : Items[index - 1];

    public override Expression WithChildren(ValueList<Expression> children) =>
        this with { Operand = children[0], Items = children.Skip(1).ToValueList() };
}

/// <summary>Searched CASE: conditions and results in turn, then the ELSE (a typed NULL constant when absent). A branch is evaluated only for its rows.</summary>
internal sealed record CaseExpression(ValueList<Expression> Conditions, ValueList<Expression> Results, Expression Otherwise)
    : Expression(Otherwise.Type, Otherwise.Nullable || Results.Any(r => r.Nullable))
{
    public override ValueList<Expression> Children => [.. Conditions, .. Results, Otherwise];

    public override int ChildCount => Conditions.Count + Results.Count + 1;

    public override Expression Child(int index) =>
        index < Conditions.Count ? Conditions[index] : index < Conditions.Count + Results.Count ? Results[index - Conditions.Count] : Otherwise;

    public override Expression WithChildren(ValueList<Expression> children) => new CaseExpression(
        children.Take(Conditions.Count).ToValueList(),
        children.Skip(Conditions.Count).Take(Results.Count).ToValueList(),
        children[^1]);
}

/// <summary>COALESCE: the first operand that is not NULL; later ones are evaluated only for rows still NULL.</summary>
internal sealed record CoalesceExpression(ValueList<Expression> Operands) : Expression(Operands[0].Type, Operands.All(o => o.Nullable))
{
    public override ValueList<Expression> Children => Operands;

    public override Expression WithChildren(ValueList<Expression> children) => this with { Operands = children };
}
