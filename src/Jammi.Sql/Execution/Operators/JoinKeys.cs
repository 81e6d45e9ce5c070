using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>A pair of equal expressions, the right one over the right input's own columns. NullsMatch: IS NOT DISTINCT FROM.</summary>
internal sealed record JoinKey(Expression Left, Expression Right, bool NullsMatch);

/// <summary>A join condition taken apart: keys to hash by, and what remains to be tested on the joined rows.</summary>
internal sealed record JoinKeys(ValueList<JoinKey> Keys, Expression? Residual)
{
    public static JoinKeys Split(Expression? condition, int leftColumns)
    {
        var keys = new List<JoinKey>();
        var rest = new List<Expression>();
        foreach (Expression conjunct in Conjuncts.Split(condition))
        {
            if (AsKey(conjunct, leftColumns) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                rest.Add(conjunct);
            }
        }

        return new(keys.ToValueList(), Conjuncts.Combine(rest));
    }

    static JoinKey? AsKey(Expression conjunct, int leftColumns)
    {
        if (conjunct is not ComparisonExpression { Operator: ComparisonOperator.Equal or ComparisonOperator.NotDistinct } comparison
            || conjunct.Any(e => e is CallExpression { Function.Traits.Volatility: Volatility.Volatile }))
        {
            return null;
        }

        bool nullsMatch = comparison.Operator == ComparisonOperator.NotDistinct;
        return (SideOf(comparison.Left, leftColumns), SideOf(comparison.Right, leftColumns)) switch
        {
            (Side.Left, Side.Right) => new(comparison.Left, ToRight(comparison.Right, leftColumns), nullsMatch),
            (Side.Right, Side.Left) => new(comparison.Right, ToRight(comparison.Left, leftColumns), nullsMatch),
            _ => null,
        };
    }

    [Flags]
    enum Side
    {
        None = 0,
        Left = 1,
        Right = 2,
    }

    static Side SideOf(Expression expression, int leftColumns)
    {
        if (expression is ColumnExpression column)
        {
            return column.Index < leftColumns ? Side.Left : Side.Right;
        }

        Side side = Side.None;
        foreach (Expression child in expression.Children)
        {
            side |= SideOf(child, leftColumns);
        }

        return side;
    }

    static Expression ToRight(Expression expression, int leftColumns) =>
        expression.Transform(e => e is ColumnExpression column ? column with { Index = column.Index - leftColumns } : e);
}
