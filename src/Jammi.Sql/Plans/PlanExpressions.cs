using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>The expressions that plan nodes hold, in one place, so that rules need not know every node.</summary>
internal static class PlanExpressions
{
    /// <summary>The expressions of this node alone, not of its inputs.</summary>
    public static List<Expression> Expressions(this LogicalPlan plan)
    {
        var found = new List<Expression>();
        plan.MapExpressions(e =>
        {
            found.Add(e);
            return e;
        });
        return found;
    }

    /// <summary>This node with every expression of its own replaced; inputs and schema stay. The node itself where each is replaced by itself.</summary>
    public static LogicalPlan MapExpressions(this LogicalPlan plan, Func<Expression, Expression> map) => plan switch
    {
        LogicalScan scan => scan.Filters.Select(map) is var filters && filters.IsSame(scan.Filters) ? scan : scan with { Filters = filters },
        LogicalValues values => values.Rows.Select(row => row.Select(map)) is var rows && rows.IsSame(values.Rows) ? values : values with { Rows = rows },
        LogicalTableFunction function => function with { Arguments = function.Arguments.Select(map), Filters = function.Filters.Select(map) },
        LogicalFilter filter => map(filter.Condition) is var condition && ReferenceEquals(condition, filter.Condition) ? filter : filter with { Condition = condition },
        LogicalProject project => project.Expressions.Select(map) is var expressions && expressions.IsSame(project.Expressions) ? project : project with { Expressions = expressions },
        LogicalSort sort => MapKeys(sort.Keys, map) is var keys && keys.IsSame(sort.Keys) ? sort : sort with { Keys = keys },
        LogicalLimit limit => limit with { Limit = MapOptional(limit.Limit, map), Offset = MapOptional(limit.Offset, map), TiesKeys = MapKeys(limit.TiesKeys, map) },
        LogicalTopN top => top with { Keys = MapKeys(top.Keys, map), Limit = map(top.Limit), Offset = MapOptional(top.Offset, map) },
        LogicalAggregate aggregate => MapAggregate(aggregate, map),
        LogicalDistinct distinct => distinct.On.Select(map) is var on && on.IsSame(distinct.On) ? distinct : distinct with { On = on },
        LogicalWindow window => window with
        {
            PartitionBy = window.PartitionBy.Select(map),
            OrderBy = MapKeys(window.OrderBy, map),
            Calls = window.Calls.Select(call => MapCall(call, map)),
        },
        LogicalJoin join => MapOptional(join.Condition, map) is var condition && ReferenceEquals(condition, join.Condition) ? join : join with { Condition = condition },
        LogicalApply apply => MapOptional(apply.Condition, map) is var condition && ReferenceEquals(condition, apply.Condition) ? apply : apply with { Condition = condition },
        LogicalInsert insert => insert with { OnConflict = MapConflict(insert.OnConflict, map), Returning = insert.Returning.Select(map) },
        LogicalUpdate update => update with { Returning = update.Returning.Select(map) },
        LogicalDelete delete => delete with { Returning = delete.Returning.Select(map) },
        _ => plan,
    };

    /// <summary>Rewrites bottom-up: inputs first, then <paramref name="rewrite"/> on the node over them.</summary>
    public static LogicalPlan Transform(this LogicalPlan plan, Func<LogicalPlan, LogicalPlan> rewrite)
    {
        switch (plan)
        {
            case LeafPlan:
                return rewrite(plan);
            case UnaryPlan unary:
                LogicalPlan input = unary.Input.Transform(rewrite);
                return rewrite(ReferenceEquals(input, unary.Input) ? plan : plan.WithInputs([input]));
            case LogicalJoin join:
                return rewrite(Over(join, join.Left.Transform(rewrite), join.Right.Transform(rewrite)));
            default:
                return rewrite(plan.MapInputs(input => input.Transform(rewrite)));
        }
    }

    /// <summary>This node over other inputs; the node itself when none of them changed.</summary>
    public static LogicalPlan MapInputs(this LogicalPlan plan, Func<LogicalPlan, LogicalPlan> map)
    {
        switch (plan)
        {
            case LeafPlan:
                return plan;
            case UnaryPlan unary:
                LogicalPlan input = map(unary.Input);
                return ReferenceEquals(input, unary.Input) ? plan : plan.WithInputs([input]);
            case LogicalJoin join:
                return Over(join, map(join.Left), map(join.Right));
            default:
                ValueList<LogicalPlan> inputs = plan.Inputs;
                ValueList<LogicalPlan> mapped = inputs.Select(map);
                return mapped.IsSame(inputs) ? plan : plan.WithInputs(mapped);
        }
    }

    static LogicalJoin Over(LogicalJoin join, LogicalPlan left, LogicalPlan right) =>
        ReferenceEquals(left, join.Left) && ReferenceEquals(right, join.Right) ? join : join with { Left = left, Right = right };

    public static AggregateCall MapCall(AggregateCall call, Func<Expression, Expression> map)
    {
        ValueList<Expression> arguments = call.Arguments.Select(map);
        Expression? filter = MapOptional(call.Filter, map);
        ValueList<SortKey> order = MapKeys(call.OrderBy, map);
        return arguments.IsSame(call.Arguments) && ReferenceEquals(filter, call.Filter) && order.IsSame(call.OrderBy)
            ? call
            : call with { Arguments = arguments, Filter = filter, OrderBy = order };
    }

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
        keys.Select(key => map(key.Expression) is var mapped && ReferenceEquals(mapped, key.Expression) ? key : key with { Expression = mapped });

    static LogicalAggregate MapAggregate(LogicalAggregate aggregate, Func<Expression, Expression> map)
    {
        ValueList<Expression> keys = aggregate.Keys.Select(map);
        ValueList<AggregateCall> calls = aggregate.Aggregates.Select(call => MapCall(call, map));
        return keys.IsSame(aggregate.Keys) && calls.IsSame(aggregate.Aggregates) ? aggregate : aggregate with { Keys = keys, Aggregates = calls };
    }

    static Expression? MapOptional(Expression? expression, Func<Expression, Expression> map) => expression is null ? null : map(expression);

    static ConflictAction? MapConflict(ConflictAction? action, Func<Expression, Expression> map) => action is null ? null : action with
    {
        Assignments = action.Assignments.Select(a => MapOptional(a, map)),
        Where = MapOptional(action.Where, map),
        Checks = action.Checks.Select(map),
    };
}
