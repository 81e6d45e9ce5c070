using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Binding;

/// <summary>
/// Aggregates in subqueries that are aggregates of an enclosing query: as in PostgreSQL, a call whose arguments hold no column of its own query belongs to the nearest query of which
/// they do hold one. In the subquery it is an outer column, whose index counts down from -1 until grouping gives it its place.
/// </summary>
internal static class OuterAggregates
{
    /// <summary>How many queries outside its own the call belongs to; 0 for its own.</summary>
    public static int LevelOf(AggregateCall call)
    {
        int nearest = int.MaxValue;
        PlanExpressions.MapCall(call, e =>
        {
            nearest = Math.Min(nearest, NearestLevel(e));
            return e;
        });
        return nearest == int.MaxValue ? 0 : nearest;
    }

    /// <summary>The call as the query <paramref name="levels"/> outside it sees it.</summary>
    public static AggregateCall MoveOut(AggregateCall call, int levels) => PlanExpressions.MapCall(call, e => MoveOut(e, levels));

    public static OuterColumnExpression Reference(AggregateCall call, AggregateReference reference, int level) =>
        new(level, ~reference.Index, call.Function.Name, reference.Type, reference.Nullable);

    /// <summary>The number of the aggregate that an outer column stands for; null for a column.</summary>
    public static int? NumberOf(OuterColumnExpression column) => column.Index < 0 ? ~column.Index : null;

    /// <summary>Whether a subquery uses an aggregate of the query in which it stands.</summary>
    public static bool UsedBy(BoundSubquery subquery) => OuterReferences.Columns(subquery.Plan).Any(index => index < 0);

    static int NearestLevel(Expression expression)
    {
        int nearest = int.MaxValue;
        expression.Any(e =>
        {
            nearest = Math.Min(nearest, e switch
            {
                ColumnExpression => 0,
                OuterColumnExpression column => column.Depth,
                BoundSubquery subquery => NearestLevel(subquery.Plan),
                _ => int.MaxValue,
            });
            return false;
        });
        return nearest;
    }

    static int NearestLevel(LogicalPlan plan)
    {
        int nearest = int.MaxValue;
        OuterReferences.Map(plan, (column, nesting) =>
        {
            nearest = column.Depth > nesting ? Math.Min(nearest, column.Depth - nesting - 1) : nearest;
            return column;
        });
        return nearest;
    }

    static Expression MoveOut(Expression expression, int levels) => expression.Transform(e => e switch
    {
        OuterColumnExpression column when column.Depth == levels => new ColumnExpression(column.Index, column.Name, column.Type, column.Nullable),
        OuterColumnExpression column => column with { Depth = column.Depth - levels },
        BoundSubquery subquery => subquery with { Plan = OuterReferences.Shift(subquery.Plan, -levels) },
        _ => e,
    });
}
