using Jammi.Sql.Types;

namespace Jammi.Sql.Expressions;

/// <summary>
/// Equality of meaning: what two expressions compute over the same row. Unlike record equality it does not look at display names,
/// nor at the delegates inside function bindings, which differ between two bindings of one function.
/// </summary>
internal static class ExpressionEquality
{
    public static bool AreSame(Expression left, Expression right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left.Type != right.Type || !HaveSameHead(left, right))
        {
            return false;
        }

        if (left.ChildCount != right.ChildCount)
        {
            return false;
        }

        for (int i = 0; i < left.ChildCount; i++)
        {
            if (!AreSame(left.Child(i), right.Child(i)))
            {
                return false;
            }
        }

        return true;
    }

    public static bool AreSame(ValueList<Expression> left, ValueList<Expression> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (int i = 0; i < left.Count; i++)
        {
            if (!AreSame(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Equality of optional expressions: two absent ones are the same.</summary>
    public static bool AreSameOptional(Expression? left, Expression? right) =>
        left is null || right is null ? left is null && right is null : AreSame(left, right);

    static bool HaveSameHead(Expression left, Expression right) => (left, right) switch
    {
        (ColumnExpression a, ColumnExpression b) => a.Index == b.Index,
        (OuterColumnExpression a, OuterColumnExpression b) => a.Index == b.Index && a.Depth == b.Depth,
        (CallExpression a, CallExpression b) => ReferenceEquals(a.Function, b.Function) && a.Function.Traits.Volatility != Functions.Volatility.Volatile,
        (CastExpression a, CastExpression b) => a.Try == b.Try,
        (ComparisonExpression a, ComparisonExpression b) => a.Operator == b.Operator,
        (LogicalExpression a, LogicalExpression b) => a.IsAnd == b.IsAnd,
        (IsNullExpression a, IsNullExpression b) => a.Negated == b.Negated,
        (InListExpression a, InListExpression b) => a.Negated == b.Negated,
        (NotExpression, NotExpression) or (CoalesceExpression, CoalesceExpression) => true,
        (CaseExpression a, CaseExpression b) => a.Conditions.Count == b.Conditions.Count,
        (LeafExpression a, LeafExpression b) => a.Equals(b),
        _ => false,
    };
}
