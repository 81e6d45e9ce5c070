using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// Subqueries in ON of joins that keep rows without a match: each becomes a column of the side that it looks at, the condition reads that column, and a projection
/// takes it away again.
/// </summary>
internal sealed partial class Binder
{
    /// <summary>The join of both sides under its plain condition and the parts with subqueries, all over left columns, then right columns.</summary>
    static LogicalProject JoinBySubqueryColumns(LogicalJoinKind kind, LogicalPlan left, LogicalPlan right, Expression? condition, List<Expression> parts, JoinReference join)
    {
        int leftCount = left.Schema.Count;
        int rightCount = right.Schema.Count;
        int added = parts.Sum(p => ColumnsAdded(p, leftCount));
        List<Expression> conditions = [.. Conjuncts.Split(condition).Concat(parts).Select(Place)];
        LogicalPlan joined = Joins.Correlate(kind, left, right, Conjuncts.Combine(conditions));
        IEnumerable<int> kept = Enumerable.Range(0, leftCount);
        return Projections.Columns(joined, [.. kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti ? kept : kept.Concat(Enumerable.Range(leftCount + added, rightCount))]);

        Expression Place(Expression expression)
        {
            switch (expression)
            {
                case BoundSubquery subquery when OneSidedCondition.TryMove(subquery, 0, leftCount) is { } moved:
                    return AttachSubqueries(ref left, moved);
                case BoundSubquery subquery:
                    Expression column = AttachSubqueries(ref right, OneSidedCondition.TryMove(subquery, leftCount, rightCount) ?? throw SubqueryInOn(join));
                    return ExpressionColumns.Shift(column, leftCount + added);
                case ColumnExpression own:
                    return own.Index < leftCount ? own : own with { Index = own.Index + added };
                default:
                    ValueList<Expression> children = expression.Children;
                    return children.Count == 0 ? expression : expression.WithChildren(children.Select(Place));
            }
        }
    }

    /// <summary>How many columns the left side gets for the subqueries of this part.</summary>
    static int ColumnsAdded(Expression expression, int leftCount) => expression is BoundSubquery && OneSidedCondition.TryMove(expression, 0, leftCount) is not null
        ? Subqueries(expression)
        : expression.Children.Sum(c => ColumnsAdded(c, leftCount));

    static int Subqueries(Expression expression) => (expression is BoundSubquery ? 1 : 0) + expression.Children.Sum(Subqueries);
}
