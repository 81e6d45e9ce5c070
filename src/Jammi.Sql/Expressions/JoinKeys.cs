namespace Jammi.Sql.Expressions;

/// <summary>Reads equalities between the two sides of a join.</summary>
internal static class JoinKeys
{
    /// <summary>
    /// The two sides of an equality whose one operand reads only left and whose other only right columns, each over its own input's columns; null for
    /// any other condition.
    /// </summary>
    public static (Expression Left, Expression Right)? TryRead(Expression condition, int leftCount)
    {
        if (condition is not ComparisonExpression { Operator: ComparisonOperator.Equal or ComparisonOperator.NotDistinct } equality)
        {
            return null;
        }

        ColumnSet first = ExpressionColumns.Of(equality.Left);
        ColumnSet second = ExpressionColumns.Of(equality.Right);
        if (first.Count == 0 || second.Count == 0)
        {
            return null;
        }

        if (first.Max() < leftCount && second.Min() >= leftCount)
        {
            return (equality.Left, ExpressionColumns.Shift(equality.Right, -leftCount));
        }

        return second.Max() < leftCount && first.Min() >= leftCount
            ? (equality.Right, ExpressionColumns.Shift(equality.Left, -leftCount))
            : null;
    }
}
