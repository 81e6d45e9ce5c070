using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>A plan without references to the nearest outer row, and the conditions (over its columns and that row) that were taken out of it.</summary>
internal sealed record PulledPlan(LogicalPlan Plan, List<Expression> Conditions);

/// <summary>An equality between a value of the plan and one of the outer row.</summary>
internal sealed record CorrelatedKey(Expression Inner, Expression Outer, ComparisonOperator Operator)
{
    /// <summary>The equality where the inner value has become column <paramref name="index"/>.</summary>
    public Expression ConditionOver(int index) => new ComparisonExpression(Operator, new ColumnExpression(index, NameOf(Inner), Inner.Type, Inner.Nullable), Outer);

    public static string NameOf(Expression expression) => expression is ColumnExpression column ? column.Name : "_key";
}

/// <summary>
/// Pulls correlated conditions up to the root of a subquery. Each plan that comes back has the original columns first, then those that the pulled
/// conditions need.
/// </summary>
internal static class CorrelationPulling
{
    /// <summary>Null where some dependence on the outer row cannot be pulled.</summary>
    public static PulledPlan? Pull(LogicalPlan plan) => !OuterReferences.Uses(plan, 1)
        ? new(plan, [])
        : plan switch
        {
            LogicalFilter filter => PullFilter(filter),
            LogicalProject project => PullProject(project),
            LogicalJoin { Kind: LogicalJoinKind.Inner } join => PullInnerJoin(join),
            LogicalJoin { Kind: not (LogicalJoinKind.Right or LogicalJoinKind.Full) } join => PullLeft(join, join.Left, join.Right, join.Condition, (l, c) => Joins.Join(join.Kind, l, join.Right, c)),
            LogicalApply apply => PullLeft(apply, apply.Left, apply.Right, apply.Condition, (l, c) => Joins.Apply(apply.Kind, l, apply.Right, c)),
            LogicalAggregate { Keys.Count: > 0, GroupingSets.Count: 0 } aggregate => PullAggregate(aggregate),
            LogicalDistinct { On.Count: 0 } distinct => Pull(distinct.Input) is { } pulled && AsKeys(pulled.Conditions) is not null
                ? pulled with { Plan = new LogicalDistinct(pulled.Plan, default) }
                : null,
            LogicalSort sort => Pull(sort.Input),
            _ => null,
        };

    /// <summary>The conditions as equalities of an inner with an outer value; null where one is something else.</summary>
    public static List<CorrelatedKey>? AsKeys(List<Expression> conditions)
    {
        var keys = new List<CorrelatedKey>();
        foreach (Expression condition in conditions)
        {
            if (condition is not ComparisonExpression { Operator: ComparisonOperator.Equal or ComparisonOperator.NotDistinct } equality)
            {
                return null;
            }

            if (IsInner(equality.Left) && IsOuter(equality.Right))
            {
                keys.Add(new(equality.Left, equality.Right, equality.Operator));
            }
            else if (IsInner(equality.Right) && IsOuter(equality.Left))
            {
                keys.Add(new(equality.Right, equality.Left, equality.Operator));
            }
            else
            {
                return null;
            }
        }

        return keys;
    }

    /// <summary>The aggregate over another input, grouped by the correlated keys first.</summary>
    public static LogicalAggregate GroupBy(LogicalAggregate aggregate, LogicalPlan input, List<CorrelatedKey> keys)
    {
        IEnumerable<OutputColumn> keyColumns = keys.Select(k => new OutputColumn(CorrelatedKey.NameOf(k.Inner), k.Inner.Type, k.Inner.Nullable));
        return new(
            input,
            [.. keys.Select(k => k.Inner), .. aggregate.Keys],
            aggregate.Aggregates,
            default,
            new PlanSchema([.. keyColumns, .. aggregate.Schema.Columns]));
    }

    static bool IsInner(Expression expression) => !OuterReferences.In(expression);

    static bool IsOuter(Expression expression) => !expression.Any(e => e is ColumnExpression);

    static PulledPlan? PullFilter(LogicalFilter filter)
    {
        if (Pull(filter.Input) is not { } pulled)
        {
            return null;
        }

        List<Expression> parts = Conjuncts.Split(filter.Condition);
        List<Expression> correlated = parts.FindAll(OuterReferences.In);
        if (correlated.Exists(ExpressionColumns.IsVolatile))
        {
            return null;
        }

        List<Expression> own = parts.FindAll(p => !OuterReferences.In(p));
        LogicalPlan plan = own.Count == 0 ? pulled.Plan : new LogicalFilter(pulled.Plan, Conjuncts.Combine(own)!);
        return new(plan, [.. pulled.Conditions, .. correlated]);
    }

    static PulledPlan? PullProject(LogicalProject project)
    {
        if (project.Expressions.Any(OuterReferences.In) || Pull(project.Input) is not { } pulled)
        {
            return null;
        }

        var expressions = new List<Expression>(project.Expressions);
        var columns = new List<OutputColumn>(project.Schema.Columns);
        var moved = new Dictionary<int, int>();
        foreach (int index in pulled.Conditions.SelectMany(c => ExpressionColumns.Of(c)).Distinct().Order())
        {
            int place = expressions.FindIndex(e => e is ColumnExpression column && column.Index == index);
            if (place < 0)
            {
                place = expressions.Count;
                OutputColumn column = pulled.Plan.Schema[index];
                expressions.Add(new ColumnExpression(index, column.Name, column.Type, column.Nullable));
                columns.Add(column);
            }

            moved[index] = place;
        }

        var plan = new LogicalProject(pulled.Plan, expressions.ToValueList(), new PlanSchema(columns.ToValueList()));
        return new(plan, pulled.Conditions.ConvertAll(c => ExpressionColumns.Map(c, i => moved[i])));
    }

    static PulledPlan? PullInnerJoin(LogicalJoin join)
    {
        if (Pull(join.Left) is not { } left || Pull(join.Right) is not { } right)
        {
            return null;
        }

        int leftCount = join.Left.Schema.Count;
        int leftWide = left.Plan.Schema.Count;
        int ToWide(int index) => index < leftCount ? index : index - leftCount + leftWide;
        List<Expression> parts = Conjuncts.Split(join.Condition).ConvertAll(p => ExpressionColumns.Map(p, ToWide));
        List<Expression> pulled =
        [
            .. left.Conditions,
            .. right.Conditions.Select(c => ExpressionColumns.Shift(c, leftWide)),
            .. parts.FindAll(OuterReferences.In),
        ];
        LogicalJoin wide = Joins.Join(LogicalJoinKind.Inner, left.Plan, right.Plan, Conjuncts.Combine(parts.FindAll(p => !OuterReferences.In(p))));
        int[] original = [.. Enumerable.Range(0, join.Schema.Count).Select(ToWide)];
        return Reorder(wide, original, pulled);
    }

    /// <summary>A join of which only the left side may depend on the outer row.</summary>
    static PulledPlan? PullLeft(LogicalPlan join, LogicalPlan joinLeft, LogicalPlan joinRight, Expression? condition, Func<LogicalPlan, Expression?, LogicalPlan> rebuild)
    {
        bool rightDepends = join is LogicalApply ? OuterReferences.Uses(joinRight, 2) : OuterReferences.Uses(joinRight, 1);
        if (rightDepends || (condition is not null && OuterReferences.In(condition)) || Pull(joinLeft) is not { } left)
        {
            return null;
        }

        int leftCount = joinLeft.Schema.Count;
        int leftWide = left.Plan.Schema.Count;
        int ToWide(int index) => index < leftCount ? index : index - leftCount + leftWide;
        LogicalPlan wide = rebuild(left.Plan, condition is null ? null : ExpressionColumns.Map(condition, ToWide));
        int[] original = [.. Enumerable.Range(0, join.Schema.Count).Select(ToWide)];
        return Reorder(wide, original, left.Conditions);
    }

    static PulledPlan? PullAggregate(LogicalAggregate aggregate)
    {
        if (aggregate.Keys.Any(OuterReferences.In)
            || aggregate.Aggregates.Any(OuterReferences.In)
            || Pull(aggregate.Input) is not { } pulled
            || AsKeys(pulled.Conditions) is not { } keys)
        {
            return null;
        }

        LogicalAggregate grouped = GroupBy(aggregate, pulled.Plan, keys);
        int[] original = [.. Enumerable.Range(keys.Count, aggregate.Schema.Count)];
        return Reorder(grouped, original, [.. keys.Select((key, i) => key.ConditionOver(i))]);
    }

    /// <summary>The plan with its original columns first, the others after them, and the conditions moved along.</summary>
    static PulledPlan Reorder(LogicalPlan plan, int[] original, List<Expression> conditions)
    {
        int[] order = [.. original, .. Enumerable.Range(0, plan.Schema.Count).Except(original)];
        if (order.SequenceEqual(Enumerable.Range(0, order.Length)))
        {
            return new(plan, conditions);
        }

        int[] place = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            place[order[i]] = i;
        }

        return new(Projections.Columns(plan, order), conditions.ConvertAll(c => ExpressionColumns.Map(c, i => place[i])));
    }
}
