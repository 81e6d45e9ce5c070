using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Turns an Apply into a join where the conditions by which its right side depends on the left row can be pulled up out of it. A scalar subquery that
/// aggregates (<c>SELECT avg(x) FROM t WHERE t.k = outer.k</c>) becomes a grouping by k and a left join. What cannot be pulled stays an Apply.
/// </summary>
internal sealed class Decorrelation : IOptimizerRule
{
    public string Name => "decorrelation";

    public LogicalPlan Rewrite(LogicalPlan plan) => plan.Transform(node => node is LogicalApply apply ? ToJoin(apply) ?? apply : node);

    static LogicalPlan? ToJoin(LogicalApply apply)
    {
        if (!OuterReferences.Uses(apply.Right, 1))
        {
            return Joins.Join(apply.Kind, apply.Left, OuterReferences.Shift(apply.Right, -1), apply.Condition);
        }

        // An aggregate without GROUP BY gives exactly one row, so a LATERAL one is like a scalar subquery.
        bool oneRowEach = apply.Kind == LogicalJoinKind.Single || (apply is { Kind: LogicalJoinKind.Inner or LogicalJoinKind.Left, Condition: null });
        if (oneRowEach && ScalarAggregateToJoin(apply) is { } grouped)
        {
            return grouped;
        }

        LogicalPlan right = apply.Kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti ? WithoutLimit(apply.Right) : apply.Right;
        if (CorrelationPulling.Pull(right) is not { } pulled)
        {
            return null;
        }

        // A Mark whose condition may be NULL must not see NULLs of the pulled parts: those only choose the rows searched.
        int leftCount = apply.Left.Schema.Count;
        bool marksValue = apply.Kind == LogicalJoinKind.Mark && apply.Condition is not null;
        IEnumerable<Expression> conditions = pulled.Conditions.Select(c => ToJoinCondition(c, leftCount));
        conditions = marksValue ? conditions.Select(NeverNull) : conditions;
        Expression? condition = Conjuncts.Combine([.. Conjuncts.Split(apply.Condition), .. conditions]);
        LogicalJoin join = Joins.Join(apply.Kind, apply.Left, OuterReferences.Shift(pulled.Plan, -1), condition);
        return apply.Kind switch
        {
            LogicalJoinKind.Semi or LogicalJoinKind.Anti => join,
            LogicalJoinKind.Mark => marksValue ? join : ExistsMark(join),
            _ => Projections.First(join, apply.Schema),
        };
    }

    /// <summary>EXISTS does not care how many rows there are, so a LIMIT of at least one does not matter.</summary>
    static LogicalPlan WithoutLimit(LogicalPlan plan) => plan switch
    {
        LogicalLimit { Offset: null, Limit: ConstantExpression { Value: var value } } limit when value.ToObject() is long and > 0 => WithoutLimit(limit.Input),
        LogicalProject project => project.WithInputs([WithoutLimit(project.Input)]),
        _ => plan,
    };

    static Expression NeverNull(Expression condition) => condition.Nullable
        ? new ComparisonExpression(ComparisonOperator.NotDistinct, condition, new ConstantExpression(ScalarValue.From(true)))
        : condition;

    /// <summary>The mark of EXISTS is FALSE where the pulled condition was only unknown.</summary>
    static LogicalProject ExistsMark(LogicalJoin join)
    {
        int mark = join.Schema.Count - 1;
        LogicalProject project = Projections.First(join, join.Schema);
        return project with { Expressions = project.Expressions.Select((e, i) => i == mark ? NeverNull(e) : e).ToValueList() };
    }

    /// <summary>A pulled condition (over right columns and the outer row) over left, then right columns.</summary>
    static Expression ToJoinCondition(Expression condition, int leftCount) => condition.Transform(e => e switch
    {
        ColumnExpression column => column with { Index = column.Index + leftCount },
        OuterColumnExpression { Depth: 1 } outer => new ColumnExpression(outer.Index, outer.Name, outer.Type, outer.Nullable),
        OuterColumnExpression outer => outer with { Depth = outer.Depth - 1 },
        _ => e,
    });

    /// <summary>
    /// A scalar subquery of the form [projection of] an aggregate without GROUP BY. Grouped by the correlated columns it has at most one row per left
    /// row; where it has none, the aggregates have their values of an empty input: zero for counts, else NULL. The projection is computed after the join.
    /// </summary>
    static LogicalProject? ScalarAggregateToJoin(LogicalApply apply)
    {
        var projections = new Stack<LogicalProject>();
        LogicalPlan right = apply.Right;
        while (right is LogicalProject project)
        {
            projections.Push(project);
            right = project.Input;
        }

        if (right is not LogicalAggregate { Keys.Count: 0, GroupingSets.Count: 0 } aggregate
            || aggregate.Aggregates.Any(a => OuterReferences.In(a) || (!a.Binding.NullableResult && !a.Binding.ReturnType.IsNumeric))
            || CorrelationPulling.Pull(aggregate.Input) is not { } pulled
            || CorrelationPulling.AsKeys(pulled.Conditions) is not { } keys)
        {
            return null;
        }

        int leftCount = apply.Left.Schema.Count;
        LogicalAggregate grouped = CorrelationPulling.GroupBy(aggregate, pulled.Plan, keys);
        IEnumerable<Expression> conditions = keys.Select((key, i) => ToJoinCondition(key.ConditionOver(i), leftCount));
        LogicalJoin join = Joins.Join(LogicalJoinKind.Left, apply.Left, OuterReferences.Shift(grouped, -1), Conjuncts.Combine([.. conditions]));

        Expression[] values = [.. aggregate.Aggregates.Select((call, i) => OfEmptyInput(call, join, leftCount + keys.Count + i))];
        foreach (LogicalProject project in projections)
        {
            values = [.. project.Expressions.Select(e => AfterJoin(e, values))];
        }

        Expression[] left = [.. Enumerable.Range(0, leftCount).Select(i => new ColumnExpression(i, apply.Schema[i].Name, apply.Schema[i].Type, apply.Schema[i].Nullable))];
        return new(join, [.. left, .. values], apply.Schema);
    }

    static Expression OfEmptyInput(AggregateCall call, LogicalJoin join, int index)
    {
        OutputColumn output = join.Schema[index];
        var column = new ColumnExpression(index, output.Name, output.Type, Nullable: true);
        return call.Binding.NullableResult
            ? column
            : new CoalesceExpression([column, ConstantFolding.Fold(new CastExpression(new ConstantExpression(ScalarValue.From(0)), column.Type, Try: false))]);
    }

    /// <summary>An expression of the subquery's projection over the joined rows: the aggregates by their values, the outer row by the left columns.</summary>
    static Expression AfterJoin(Expression expression, Expression[] values) => expression.Transform(e => e switch
    {
        ColumnExpression column => values[column.Index],
        OuterColumnExpression { Depth: 1 } outer => new ColumnExpression(outer.Index, outer.Name, outer.Type, outer.Nullable),
        OuterColumnExpression outer => outer with { Depth = outer.Depth - 1 },
        _ => e,
    });
}
