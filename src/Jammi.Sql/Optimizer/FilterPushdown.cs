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

    /// <summary>The plan with rows that fail any of the parts left out. The list of parts is used up.</summary>
    static LogicalPlan Push(LogicalPlan plan, List<FilterPart> parts)
    {
        List<FilterPart> stay = [];
        List<FilterPart> move = Take(parts, stay, p => !p.IsVolatile);
        LogicalPlan below = plan switch
        {
            LogicalFilter filter => PushFilter(filter, move),
            LogicalProject project => PushProject(project, move, stay),
            LogicalJoin join => PushJoin(join, move, stay),
            LogicalApply apply => PushApply(apply, move, stay),
            LogicalAggregate aggregate => PushAggregate(aggregate, move, stay),
            LogicalWindow window => PushWindow(window, move, stay),
            LogicalSetOperation set => set.WithInputs([Push(set.Left, [.. move]), Push(set.Right, move)]),
            LogicalDistinct { On.Count: 0 } distinct => WithInput(distinct, Push(distinct.Input, TakeCheap(move, stay))),
            LogicalSort sort => WithInput(sort, Push(sort.Input, move)),
            LogicalScan scan => PushScan(scan, move, stay),
            LogicalTableFunction { Source.TakesFilters: true } function => PushFunction(function, move, stay),
            _ => PushNothing(plan, move, stay),
        };
        return Filtered(below, stay);
    }

    static LogicalPlan Filtered(LogicalPlan plan, List<FilterPart> parts) => parts.Count == 0 ? plan : Filtered(plan, parts.ConvertAll(p => p.Expression));

    /// <summary>A filter whose parts run cheapest first.</summary>
    public static LogicalPlan Filtered(LogicalPlan plan, IReadOnlyList<Expression> parts) => parts.Count == 0
        ? plan
        : new LogicalFilter(plan, Conjuncts.Combine([.. parts.OrderBy(ExpressionColumns.Cost)])!);

    static LogicalPlan PushNothing(LogicalPlan plan, List<FilterPart> move, List<FilterPart> stay)
    {
        stay.AddRange(move);
        return plan.MapInputs(input => Push(input, []));
    }

    static LogicalPlan PushFilter(LogicalFilter filter, List<FilterPart> move) => Push(filter.Input, [.. move, .. FilterPart.Split(filter.Condition)]);

    /// <summary>Takes the expensive parts out of <paramref name="move"/>.</summary>
    static List<FilterPart> TakeCheap(List<FilterPart> move, List<FilterPart> stay) => Take(move, stay, p => !p.IsExpensive);

    /// <summary>Moves the parts that do not fit from the one list to the other, and gives what is left of the first.</summary>
    static List<FilterPart> Take(List<FilterPart> move, List<FilterPart> stay, Predicate<FilterPart> fits)
    {
        int kept = 0;
        for (int i = 0; i < move.Count; i++)
        {
            FilterPart part = move[i];
            if (fits(part))
            {
                move[kept++] = part;
            }
            else
            {
                stay.Add(part);
            }
        }

        move.RemoveRange(kept, move.Count - kept);
        return move;
    }

    static LogicalPlan PushProject(LogicalProject project, List<FilterPart> move, List<FilterPart> stay)
    {
        // A part over a column that is costly or random to compute is cheaper, and right, above.
        bool Fits(FilterPart part) => ExpressionColumns.Of(part.Expression).All(i => !ExpressionColumns.IsVolatile(project.Expressions[i]) && !ExpressionColumns.IsExpensive(project.Expressions[i]));
        List<FilterPart> below = Take(move, stay, Fits);
        return WithInput(project, Push(project.Input, below.ConvertAll(p => FilterPart.Of(ExpressionColumns.Substitute(p.Expression, project.Expressions)))));
    }

    static LogicalScan PushScan(LogicalScan scan, List<FilterPart> move, List<FilterPart> stay)
    {
        List<FilterPart> cheap = TakeCheap(move, stay);
        return cheap.Count == 0
            ? scan
            : scan with { Filters = [.. scan.Filters, .. CheapestFirst(cheap)] };
    }

    static LogicalPlan PushFunction(LogicalTableFunction function, List<FilterPart> move, List<FilterPart> stay)
    {
        List<FilterPart> cheap = TakeCheap(move, stay);
        LogicalPlan below = function.MapInputs(input => Push(input, []));
        return cheap.Count == 0 ? below : (LogicalTableFunction)below with { Filters = [.. function.Filters, .. CheapestFirst(cheap)] };
    }

    static IEnumerable<Expression> CheapestFirst(List<FilterPart> parts) => parts.Count == 1 ? [parts[0].Expression] : parts.Select(p => p.Expression).OrderBy(ExpressionColumns.Cost);

    static LogicalPlan WithInput(UnaryPlan plan, LogicalPlan input) => ReferenceEquals(input, plan.Input) ? plan : plan.WithInputs([input]);

    static LogicalJoin PushJoin(LogicalJoin join, List<FilterPart> move, List<FilterPart> stay)
    {
        int leftCount = join.Left.Schema.Count;
        join = WithoutNullRows(join, move, stay);

        // What goes to the left stays in the list: along a chain of joins nothing is copied.
        List<FilterPart> left = TakeCheap(move, stay);
        List<FilterPart> right = [];
        List<Expression> on = [];
        bool filtersLeft = join.Kind is not (LogicalJoinKind.Right or LogicalJoinKind.Full);
        bool filtersRight = join.Kind is LogicalJoinKind.Inner or LogicalJoinKind.Right;
        List<FilterPart> implied = [];
        int kept = 0;
        for (int i = 0; i < left.Count; i++)
        {
            FilterPart part = left[i];
            Imply(part, leftCount, filtersLeft ? implied : null, filtersRight ? right : null);
            if (filtersLeft && part.IsWithin(0, leftCount))
            {
                left[kept++] = part;
            }
            else if (filtersRight && part.IsWithin(leftCount, int.MaxValue))
            {
                right.Add(part.Shift(-leftCount));
            }
            else if (join.Kind == LogicalJoinKind.Inner)
            {
                on.Add(part.Expression);
            }
            else
            {
                stay.Add(part);
            }
        }

        left.RemoveRange(kept, left.Count - kept);
        left.AddRange(implied);
        PushCondition(join, left, right, on);
        LogicalPlan newLeft = Push(join.Left, left);
        LogicalPlan newRight = Push(join.Right, right);
        Expression? condition = SameParts(on, join.Condition) ? join.Condition : Conjuncts.Combine(on);
        return ReferenceEquals(newLeft, join.Left) && ReferenceEquals(newRight, join.Right) && ReferenceEquals(condition, join.Condition)
            ? join
            : join with { Left = newLeft, Right = newRight, Condition = condition };
    }

    static bool SameParts(List<Expression> parts, Expression? condition) => parts.Count == 0 ? condition is null : parts.Count == 1 && ReferenceEquals(parts[0], condition);

    /// <summary>
    /// Of alternatives over both sides, each of which asks something of one side alone: one of these must hold there. Where the join must look at both sides to tell, fewer rows come to it.
    /// </summary>
    static void Imply(FilterPart part, int leftCount, List<FilterPart>? left, List<FilterPart>? right)
    {
        if (part.Expression is LogicalExpression { IsAnd: false } or && part.LastColumn >= leftCount && part.FirstColumn < leftCount)
        {
            Imply(or, leftCount, left, right);
        }
    }

    static void Imply(LogicalExpression or, int leftCount, List<FilterPart>? left, List<FilterPart>? right)
    {
        if (left is not null && Implied(or, e => ExpressionColumns.Within(e, 0, leftCount)) is { } onLeft)
        {
            left.Add(FilterPart.Of(onLeft));
        }

        if (right is not null && Implied(or, e => ExpressionColumns.Within(e, leftCount, int.MaxValue - leftCount)) is { } onRight)
        {
            right.Add(FilterPart.Of(ExpressionColumns.Shift(onRight, -leftCount)));
        }
    }

    /// <summary>Null when some alternative asks nothing of that side.</summary>
    static LogicalExpression? Implied(LogicalExpression or, Predicate<Expression> oneSided)
    {
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

    /// <summary>Sends the one-sided parts of a join's own condition down; adds what must stay to <paramref name="on"/>.</summary>
    static void PushCondition(LogicalJoin join, List<FilterPart> left, List<FilterPart> right, List<Expression> on)
    {
        if (join.Condition is null)
        {
            return;
        }

        int leftCount = join.Left.Schema.Count;
        bool filtersLeft = join.Kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right;
        bool filtersRight = join.Kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Left or LogicalJoinKind.Single;
        foreach (FilterPart part in FilterPart.Split(join.Condition))
        {
            bool movable = !part.IsVolatile && !part.IsExpensive;
            if (movable)
            {
                Imply(part, leftCount, filtersLeft ? left : null, filtersRight ? right : null);
            }

            if (movable && filtersLeft && part.IsWithin(0, leftCount))
            {
                left.Add(part);
            }
            else if (movable && filtersRight && part.IsWithin(leftCount, int.MaxValue))
            {
                right.Add(part.Shift(-leftCount));
            }
            else
            {
                on.Add(part.Expression);
            }
        }
    }

    /// <summary>An outer join less the sides whose NULL rows the parts above drop anyway.</summary>
    static LogicalJoin WithoutNullRows(LogicalJoin join, List<FilterPart> move, List<FilterPart> stay)
    {
        if (join.Kind is not (LogicalJoinKind.Left or LogicalJoinKind.Right or LogicalJoinKind.Full))
        {
            return join;
        }

        int leftCount = join.Left.Schema.Count;
        bool Rejects(Func<int, bool> isNull) => move.Exists(p => NullRejection.Rejects(p.Expression, isNull)) || stay.Exists(p => NullRejection.Rejects(p.Expression, isNull));
        bool nullsLeft = join.Kind != LogicalJoinKind.Left && !Rejects(i => i < leftCount);
        bool nullsRight = join.Kind != LogicalJoinKind.Right && !Rejects(i => i >= leftCount);
        LogicalJoinKind kind = (nullsLeft, nullsRight) switch
        {
            (true, true) => LogicalJoinKind.Full,
            (true, false) => LogicalJoinKind.Right,
            (false, true) => LogicalJoinKind.Left,
            _ => LogicalJoinKind.Inner,
        };
        return kind == join.Kind ? join : Joins.Join(kind, join.Left, join.Right, join.Condition);
    }

    static LogicalPlan PushApply(LogicalApply apply, List<FilterPart> move, List<FilterPart> stay)
    {
        List<FilterPart> left = Take(TakeCheap(move, stay), stay, p => p.IsWithin(0, apply.Left.Schema.Count));
        return apply.WithInputs([Push(apply.Left, left), Push(apply.Right, [])]);
    }

    static LogicalPlan PushAggregate(LogicalAggregate aggregate, List<FilterPart> move, List<FilterPart> stay)
    {
        bool Fits(FilterPart part) =>
            aggregate.GroupingSets.Count == 0
            && aggregate.Keys.Count > 0
            && !part.IsExpensive
            && ExpressionColumns.Of(part.Expression) is { Count: > 0 } columns
            && columns.All(i => i < aggregate.Keys.Count && !ExpressionColumns.IsVolatile(aggregate.Keys[i]));
        List<FilterPart> below = Take(move, stay, Fits);
        return WithInput(aggregate, Push(aggregate.Input, below.ConvertAll(p => FilterPart.Of(ExpressionColumns.Substitute(p.Expression, aggregate.Keys)))));
    }

    /// <summary>Only whole partitions may be left out before a window is computed.</summary>
    static LogicalPlan PushWindow(LogicalWindow window, List<FilterPart> move, List<FilterPart> stay)
    {
        HashSet<int> partition = [.. window.PartitionBy.OfType<ColumnExpression>().Select(c => c.Index)];
        List<FilterPart> below = Take(move, stay, p => ExpressionColumns.Of(p.Expression) is { Count: > 0 } columns && columns.All(partition.Contains));
        return WithInput(window, Push(window.Input, below));
    }
}
