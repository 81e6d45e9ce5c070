using Jammi.Sql.Expressions;

namespace Jammi.Sql.Plans;

/// <summary>
/// References to enclosing rows. The depth of an <see cref="OuterColumnExpression"/> counts the Apply nodes on whose right side it stands, from the
/// inside out; so within a plan, "nesting" is the number of Apply nodes between the plan's root and the expression, and Depth - nesting says which row
/// outside the plan is meant (1 for the nearest).
/// </summary>
internal static class OuterReferences
{
    /// <summary>Rewrites every outer column of the plan; <paramref name="map"/> gets the column and its nesting.</summary>
    public static LogicalPlan Map(LogicalPlan plan, Func<OuterColumnExpression, int, Expression> map, int nesting = 0)
    {
        LogicalPlan mapped = plan is LogicalApply apply
            ? apply.WithInputs([Map(apply.Left, map, nesting), Map(apply.Right, map, nesting + 1)])
            : plan.MapInputs(input => Map(input, map, nesting));
        return mapped.MapExpressions(e => Map(e, map, nesting));
    }

    /// <summary>Whether the plan uses the row that is <paramref name="level"/> rows outside it.</summary>
    public static bool Uses(LogicalPlan plan, int level) => !IsPlainScan(plan) && new Search(level, level).Finds(plan);

    /// <summary>Whether the plan uses a row outside the one nearest to it.</summary>
    public static bool UsesBeyond(LogicalPlan plan) => new Search(2, int.MaxValue).Finds(plan);

    /// <summary>Whether the plan uses any row outside it.</summary>
    public static bool Any(LogicalPlan plan) => !IsPlainScan(plan) && new Search(1, int.MaxValue).Finds(plan);

    static bool IsPlainScan(LogicalPlan plan) => plan is LogicalScan { Filters.Count: 0 };

    /// <summary>The plan after the nearest enclosing Apply was taken away (<paramref name="levels"/> = -1) or some were put around it.</summary>
    public static LogicalPlan Shift(LogicalPlan plan, int levels) => levels == 0 || !Any(plan)
        ? plan
        : Map(plan, (column, nesting) => column.Depth > nesting ? column with { Depth = column.Depth + levels } : column);

    /// <summary>The indexes of the columns of the nearest outside row that the plan uses.</summary>
    public static IReadOnlySet<int> Columns(LogicalPlan plan)
    {
        var used = new SortedSet<int>();
        Map(plan, (column, nesting) =>
        {
            if (column.Depth - nesting == 1)
            {
                used.Add(column.Index);
            }

            return column;
        });
        return used;
    }

    /// <summary>Whether an expression of the plan's root uses the nearest outside row.</summary>
    public static bool In(Expression expression) => expression.Any(e => e is OuterColumnExpression { Depth: 1 });

    public static bool In(AggregateCall call)
    {
        bool found = false;
        PlanExpressions.MapCall(call, e =>
        {
            found |= In(e);
            return e;
        });
        return found;
    }

    static Expression Map(Expression expression, Func<OuterColumnExpression, int, Expression> map, int nesting) =>
        expression.Transform(e => e is OuterColumnExpression column ? map(column, nesting) : e);

    /// <summary>Looks for a reference to a row that is between so many rows outside the plan.</summary>
    sealed class Search
    {
        readonly int nearest;
        readonly int farthest;
        readonly Func<Expression, bool> isWanted;
        readonly Func<Expression, Expression> visit;
        int nesting;
        bool found;

        public Search(int nearest, int farthest)
        {
            this.nearest = nearest;
            this.farthest = farthest;
            isWanted = e => e is OuterColumnExpression column && column.Depth - nesting >= this.nearest && column.Depth - nesting <= this.farthest;
            visit = e =>
            {
                found = found || e.Any(isWanted);
                return e;
            };
        }

        public bool Finds(LogicalPlan plan)
        {
            plan.MapExpressions(visit);
            if (!found && plan is LogicalApply apply)
            {
                Finds(apply.Left);
                nesting++;
                Finds(apply.Right);
                nesting--;
            }
            else if (!found)
            {
                foreach (LogicalPlan input in plan.Inputs)
                {
                    Finds(input);
                }
            }

            return found;
        }
    }
}
