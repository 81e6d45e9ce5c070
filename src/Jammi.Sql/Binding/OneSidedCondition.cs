using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Binding;

/// <summary>
/// A part of ON that looks at one side of a join only. Where the join keeps the other side's rows whatever the condition says, the part is a filter of its side below
/// the join: that is how a subquery in ON becomes a subquery of a filter.
/// </summary>
internal static class OneSidedCondition
{
    /// <summary>The part over the columns [first, first + count) of the joined row, moved to that side's own row; null when it looks elsewhere too.</summary>
    public static Expression? TryMove(Expression part, int first, int count)
    {
        bool IsInside(int column) => column >= first && column < first + count;
        bool elsewhere = part.Any(e => e switch
        {
            ColumnExpression column => !IsInside(column.Index),
            OuterColumnExpression => true,
            BoundSubquery subquery => OuterReferences.UsesBeyond(subquery.Plan) || !OuterReferences.Columns(subquery.Plan).All(IsInside),
            _ => false,
        });
        return elsewhere ? null : ExpressionColumns.Shift(part, -first).Transform(e => e is BoundSubquery subquery ? subquery with { Plan = MoveOuter(subquery.Plan, -first) } : e);
    }

    static LogicalPlan MoveOuter(LogicalPlan plan, int by) =>
        OuterReferences.Map(plan, (column, nesting) => column.Depth - nesting == 1 ? column with { Index = column.Index + by } : column);
}
