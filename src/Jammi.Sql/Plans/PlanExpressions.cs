using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>The expressions that plan nodes hold, in one place, so that rules need not know every node.</summary>
internal static class PlanExpressions
{
    /// <summary>The expressions of this node alone, not of its inputs.</summary>
    public static IEnumerable<Expression> Expressions(this LogicalPlan plan)
    {
        var found = new List<Expression>();
        plan.MapExpressions(e =>
        {
            found.Add(e);
            return e;
        });
        return found;
    }

    /// <summary>This node with every expression of its own replaced; inputs and schema stay.</summary>
    public static LogicalPlan MapExpressions(this LogicalPlan plan, Func<Expression, Expression> map) => plan switch
    {
        LogicalScan scan when scan.Filters.Count > 0 => scan with { Filters = scan.Filters.Select(map) },
        LogicalValues values => values with { Rows = values.Rows.Select(row => row.Select(map)) },
        LogicalTableFunction function => function with { Arguments = function.Arguments.Select(map), Filters = function.Filters.Select(map) },
        LogicalFilter filter => filter with { Condition = map(filter.Condition) },
        LogicalProject project => project with { Expressions = project.Expressions.Select(map) },
        LogicalSort sort => sort with { Keys = MapKeys(sort.Keys, map) },
        LogicalLimit limit => limit with { Limit = MapOptional(limit.Limit, map), Offset = MapOptional(limit.Offset, map), TiesKeys = MapKeys(limit.TiesKeys, map) },
        LogicalTopN top => top with { Keys = MapKeys(top.Keys, map), Limit = map(top.Limit), Offset = MapOptional(top.Offset, map) },
        LogicalAggregate aggregate => aggregate with { Keys = aggregate.Keys.Select(map), Aggregates = aggregate.Aggregates.Select(call => MapCall(call, map)) },
        LogicalDistinct distinct => distinct with { On = distinct.On.Select(map) },
        LogicalWindow window => window with
        {
            PartitionBy = window.PartitionBy.Select(map),
            OrderBy = MapKeys(window.OrderBy, map),
            Calls = window.Calls.Select(call => MapCall(call, map)),
        },
        LogicalJoin join => join with { Condition = MapOptional(join.Condition, map) },
        LogicalApply apply => apply with { Condition = MapOptional(apply.Condition, map) },
        LogicalInsert insert => insert with { OnConflict = MapConflict(insert.OnConflict, map), Returning = insert.Returning.Select(map) },
        LogicalUpdate update => update with { Returning = update.Returning.Select(map) },
        LogicalDelete delete => delete with { Returning = delete.Returning.Select(map) },
        _ => plan,
    };

    /// <summary>Rewrites bottom-up: inputs first, then <paramref name="rewrite"/> on the node over them.</summary>
    public static LogicalPlan Transform(this LogicalPlan plan, Func<LogicalPlan, LogicalPlan> rewrite) =>
        rewrite(plan.MapInputs(input => input.Transform(rewrite)));

    /// <summary>This node over other inputs; the node itself when none of them changed.</summary>
    public static LogicalPlan MapInputs(this LogicalPlan plan, Func<LogicalPlan, LogicalPlan> map)
    {
        ValueList<LogicalPlan> inputs = plan.Inputs;
        if (inputs.Count == 0)
        {
            return plan;
        }

        bool changed = false;
        ValueList<LogicalPlan> mapped = inputs.Select(input =>
        {
            LogicalPlan result = map(input);
            changed |= !ReferenceEquals(result, input);
            return result;
        });
        return changed ? plan.WithInputs(mapped) : plan;
    }

    public static AggregateCall MapCall(AggregateCall call, Func<Expression, Expression> map) => call with
    {
        Arguments = call.Arguments.Select(map),
        Filter = MapOptional(call.Filter, map),
        OrderBy = MapKeys(call.OrderBy, map),
    };

    public static WindowCall MapCall(WindowCall call, Func<Expression, Expression> map) => call with
    {
        Arguments = call.Arguments.Select(map),
        Filter = MapOptional(call.Filter, map),
        Frame = call.Frame with
        {
            Start = call.Frame.Start with { Offset = MapOptional(call.Frame.Start.Offset, map) },
            End = call.Frame.End with { Offset = MapOptional(call.Frame.End.Offset, map) },
        },
    };

    public static ValueList<SortKey> MapKeys(ValueList<SortKey> keys, Func<Expression, Expression> map) =>
        keys.Select(key => key with { Expression = map(key.Expression) });

    static Expression? MapOptional(Expression? expression, Func<Expression, Expression> map) => expression is null ? null : map(expression);

    static ConflictAction? MapConflict(ConflictAction? action, Func<Expression, Expression> map) => action is null ? null : action with
    {
        Assignments = action.Assignments.Select(a => MapOptional(a, map)),
        Where = MapOptional(action.Where, map),
        Checks = action.Checks.Select(map),
    };
}
