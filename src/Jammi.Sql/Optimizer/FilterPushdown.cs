using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Moves the parts of conditions as far down as they go: through projections, joins, groupings, windows and set operations into the scans. A part that
/// needs both sides of an inner join becomes its condition; an outer join whose NULL rows a filter drops becomes an inner one.
/// Volatile parts stay where they are; expensive ones stay above joins and groupings, which leave fewer rows.
/// </summary>
internal sealed class FilterPushdown : IOptimizerRule
{
    public string Name => "filter pushdown";

    public LogicalPlan Rewrite(LogicalPlan plan) => Push(plan, []);

    /// <summary>The plan with rows that fail any of the parts left out.</summary>
    static LogicalPlan Push(LogicalPlan plan, List<Expression> parts)
    {
        List<Expression> stay = parts.FindAll(ExpressionColumns.IsVolatile);
        List<Expression> move = parts.FindAll(p => !ExpressionColumns.IsVolatile(p));
        LogicalPlan below = plan switch
        {
            LogicalFilter filter => PushFilter(filter, move),
            LogicalProject project => PushProject(project, move, stay),
            LogicalJoin join => PushJoin(join, move, stay),
            LogicalApply apply => PushApply(apply, move, stay),
            LogicalAggregate aggregate => PushAggregate(aggregate, move, stay),
            LogicalWindow window => PushWindow(window, move, stay),
            LogicalSetOperation set => set.WithInputs([Push(set.Left, move), Push(set.Right, move)]),
            LogicalDistinct { On.Count: 0 } distinct => distinct.WithInputs([Push(distinct.Input, TakeCheap(move, stay))]),
            LogicalSort sort => sort.WithInputs([Push(sort.Input, move)]),
            LogicalScan scan => PushScan(scan, move, stay),
            LogicalTableFunction { Source.TakesFilters: true } function => PushFunction(function, move, stay),
            _ => PushNothing(plan, move, stay),
        };
        return Filtered(below, stay);
    }

    /// <summary>A filter whose parts run cheapest first.</summary>
    public static LogicalPlan Filtered(LogicalPlan plan, IReadOnlyList<Expression> parts) => parts.Count == 0
        ? plan
        : new LogicalFilter(plan, Conjuncts.Combine([.. parts.OrderBy(ExpressionColumns.Cost)])!);

    static LogicalPlan PushNothing(LogicalPlan plan, List<Expression> move, List<Expression> stay)
    {
        stay.AddRange(move);
        return plan.MapInputs(input => Push(input, []));
    }

    static LogicalPlan PushFilter(LogicalFilter filter, List<Expression> move) => Push(filter.Input, [.. move, .. Conjuncts.Split(filter.Condition)]);

    /// <summary>Takes the expensive parts out of <paramref name="move"/>.</summary>
    static List<Expression> TakeCheap(List<Expression> move, List<Expression> stay) => Take(move, stay, p => !ExpressionColumns.IsExpensive(p));

    static List<Expression> Take(List<Expression> move, List<Expression> stay, Predicate<Expression> fits)
    {
        stay.AddRange(move.FindAll(p => !fits(p)));
        return move.FindAll(fits);
    }

    static LogicalPlan PushProject(LogicalProject project, List<Expression> move, List<Expression> stay)
    {
        // A part over a column that is costly or random to compute is cheaper, and right, above.
        bool Fits(Expression part) => ExpressionColumns.Of(part).All(i => !ExpressionColumns.IsVolatile(project.Expressions[i]) && !ExpressionColumns.IsExpensive(project.Expressions[i]));
        List<Expression> below = Take(move, stay, Fits);
        return project.WithInputs([Push(project.Input, below.ConvertAll(p => ExpressionColumns.Substitute(p, project.Expressions)))]);
    }

    static LogicalScan PushScan(LogicalScan scan, List<Expression> move, List<Expression> stay)
    {
        List<Expression> cheap = TakeCheap(move, stay);
        return cheap.Count == 0
            ? scan
            : scan with { Filters = [.. scan.Filters, .. cheap.OrderBy(ExpressionColumns.Cost)] };
    }

    static LogicalPlan PushFunction(LogicalTableFunction function, List<Expression> move, List<Expression> stay)
    {
        List<Expression> cheap = TakeCheap(move, stay);
        LogicalPlan below = function.MapInputs(input => Push(input, []));
        return cheap.Count == 0 ? below : (LogicalTableFunction)below with { Filters = [.. function.Filters, .. cheap.OrderBy(ExpressionColumns.Cost)] };
    }

    static LogicalPlan PushJoin(LogicalJoin join, List<Expression> move, List<Expression> stay)
    {
        int leftCount = join.Left.Schema.Count;
        join = WithoutNullRows(join, [.. move, .. stay]);
        List<Expression> cheap = TakeCheap(move, stay);
        List<Expression> left = [];
        List<Expression> right = [];
        List<Expression> on = [];
        bool filtersLeft = join.Kind is not (LogicalJoinKind.Right or LogicalJoinKind.Full);
        bool filtersRight = join.Kind is LogicalJoinKind.Inner or LogicalJoinKind.Right;
        foreach (Expression part in cheap)
        {
            Imply(part, leftCount, filtersLeft ? left : null, filtersRight ? right : null);
            if (filtersLeft && ExpressionColumns.Within(part, 0, leftCount))
            {
                left.Add(part);
            }
            else if (filtersRight && ExpressionColumns.Within(part, leftCount, join.Right.Schema.Count))
            {
                right.Add(ExpressionColumns.Shift(part, -leftCount));
            }
            else if (join.Kind == LogicalJoinKind.Inner)
            {
                on.Add(part);
            }
            else
            {
                stay.Add(part);
            }
        }

        on.AddRange(PushCondition(join, left, right));
        return join with { Left = Push(join.Left, left), Right = Push(join.Right, right), Condition = Conjuncts.Combine(on) };
    }

    /// <summary>
    /// Of alternatives over both sides, each of which asks something of one side alone: one of these must hold there. Where the join must look at both sides to tell, fewer rows come to it.
    /// </summary>
    static void Imply(Expression part, int leftCount, List<Expression>? left, List<Expression>? right)
    {
        if (part is not LogicalExpression { IsAnd: false } or)
        {
            return;
        }

        if (left is not null && Implied(or, e => ExpressionColumns.Within(e, 0, leftCount)) is { } onLeft)
        {
            left.Add(onLeft);
        }

        if (right is not null && Implied(or, e => ExpressionColumns.Within(e, leftCount, int.MaxValue - leftCount)) is { } onRight)
        {
            right.Add(ExpressionColumns.Shift(onRight, -leftCount));
        }
    }

    /// <summary>Null when some alternative asks nothing of that side, or when all ask nothing else: then the whole goes there anyway.</summary>
    static LogicalExpression? Implied(LogicalExpression or, Predicate<Expression> oneSided)
    {
        if (oneSided(or))
        {
            return null;
        }

        var alternatives = new List<Expression>();
        foreach (Expression alternative in or.Operands)
        {
            if (Conjuncts.Combine(Conjuncts.Split(alternative).FindAll(c => oneSided(c) && !ExpressionColumns.IsExpensive(c))) is not { } asked)
            {
                return null;
            }

            alternatives.Add(asked);
        }

        return new LogicalExpression(IsAnd: false, alternatives.ToValueList());
    }

    /// <summary>Sends the one-sided parts of a join's own condition down; gives what must stay.</summary>
    static List<Expression> PushCondition(LogicalJoin join, List<Expression> left, List<Expression> right)
    {
        int leftCount = join.Left.Schema.Count;
        bool filtersLeft = join.Kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right;
        bool filtersRight = join.Kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Left or LogicalJoinKind.Single;
        var rest = new List<Expression>();
        foreach (Expression part in Conjuncts.Split(join.Condition))
        {
            bool movable = !ExpressionColumns.IsVolatile(part) && !ExpressionColumns.IsExpensive(part);
            if (movable)
            {
                Imply(part, leftCount, filtersLeft ? left : null, filtersRight ? right : null);
            }

            if (movable && filtersLeft && ExpressionColumns.Within(part, 0, leftCount))
            {
                left.Add(part);
            }
            else if (movable && filtersRight && ExpressionColumns.Within(part, leftCount, join.Right.Schema.Count))
            {
                right.Add(ExpressionColumns.Shift(part, -leftCount));
            }
            else
            {
                rest.Add(part);
            }
        }

        return rest;
    }

    /// <summary>An outer join less the sides whose NULL rows the parts above drop anyway.</summary>
    static LogicalJoin WithoutNullRows(LogicalJoin join, List<Expression> parts)
    {
        if (join.Kind is not (LogicalJoinKind.Left or LogicalJoinKind.Right or LogicalJoinKind.Full))
        {
            return join;
        }

        int leftCount = join.Left.Schema.Count;
        bool nullsLeft = join.Kind != LogicalJoinKind.Left && !parts.Exists(p => NullRejection.Rejects(p, i => i < leftCount));
        bool nullsRight = join.Kind != LogicalJoinKind.Right && !parts.Exists(p => NullRejection.Rejects(p, i => i >= leftCount));
        LogicalJoinKind kind = (nullsLeft, nullsRight) switch
        {
            (true, true) => LogicalJoinKind.Full,
            (true, false) => LogicalJoinKind.Right,
            (false, true) => LogicalJoinKind.Left,
            _ => LogicalJoinKind.Inner,
        };
        return kind == join.Kind ? join : Joins.Join(kind, join.Left, join.Right, join.Condition);
    }

    static LogicalPlan PushApply(LogicalApply apply, List<Expression> move, List<Expression> stay)
    {
        List<Expression> left = Take(TakeCheap(move, stay), stay, p => ExpressionColumns.Within(p, 0, apply.Left.Schema.Count));
        return apply.WithInputs([Push(apply.Left, left), Push(apply.Right, [])]);
    }

    static LogicalPlan PushAggregate(LogicalAggregate aggregate, List<Expression> move, List<Expression> stay)
    {
        bool Fits(Expression part) =>
            aggregate.GroupingSets.Count == 0
            && aggregate.Keys.Count > 0
            && !ExpressionColumns.IsExpensive(part)
            && ExpressionColumns.Of(part) is { Count: > 0 } columns
            && columns.All(i => i < aggregate.Keys.Count && !ExpressionColumns.IsVolatile(aggregate.Keys[i]));
        List<Expression> below = Take(move, stay, Fits);
        return aggregate.WithInputs([Push(aggregate.Input, below.ConvertAll(p => ExpressionColumns.Substitute(p, aggregate.Keys)))]);
    }

    /// <summary>Only whole partitions may be left out before a window is computed.</summary>
    static LogicalPlan PushWindow(LogicalWindow window, List<Expression> move, List<Expression> stay)
    {
        HashSet<int> partition = [.. window.PartitionBy.OfType<ColumnExpression>().Select(c => c.Index)];
        List<Expression> below = Take(move, stay, p => ExpressionColumns.Of(p) is { Count: > 0 } columns && columns.All(partition.Contains));
        return window.WithInputs([Push(window.Input, below)]);
    }
}
