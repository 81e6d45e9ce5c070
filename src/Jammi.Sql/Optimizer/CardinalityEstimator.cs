using System.Globalization;
using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using Int32Array = Apache.Arrow.Int32Array;
using Int64Array = Apache.Arrow.Int64Array;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// How many rows a plan is expected to give, from the tables' row counts and column statistics. Guesses where nothing is known follow the usual
/// defaults: a tenth for an equality, a third for an inequality.
/// </summary>
internal static class CardinalityEstimator
{
    const double UnknownFunctionRows = 1000;
    const double EqualitySelectivity = 0.1;
    const double RangeSelectivity = 1.0 / 3;
    const double PatternSelectivity = 0.1;
    const double OtherSelectivity = 0.5;

    /// <summary>The plan remembers it: a join asks for the rows of its inputs several times, which would double the work with every join of a chain.</summary>
    public static double Rows(LogicalPlan plan)
    {
        double known = plan.EstimatedRows;
        return double.IsNaN(known) ? plan.EstimatedRows = Estimate(plan) : known;
    }

    static double Estimate(LogicalPlan plan) => plan switch
    {
        LogicalScan scan => Filtered(scan, scan.Table.RowCount, scan.Filters),
        LogicalValues values => values.Rows.Count,
        LogicalTableFunction function => Filtered(function, function.Source.EstimatedRows ?? UnknownFunctionRows, function.Filters),
        LogicalFilter filter => Filtered(filter.Input, Rows(filter.Input), Conjuncts.Split(filter.Condition)),
        LogicalLimit limit => Math.Min(Rows(limit.Input), Count(limit.Limit)),
        LogicalTopN top => Math.Min(Rows(top.Input), Count(top.Limit)),
        LogicalSample { Rows: { } rows } => rows,
        LogicalSample sample => Rows(sample.Input) * (sample.Fraction ?? 1),
        LogicalAggregate aggregate => Groups(aggregate.Input, aggregate.Keys) * Math.Max(1, aggregate.GroupingSets.Count),
        LogicalDistinct { On.Count: > 0 } distinct => Groups(distinct.Input, distinct.On),
        LogicalDistinct distinct => Math.Max(1, Rows(distinct.Input) * 0.5),
        LogicalJoin join => JoinRows(join.Kind, join.Left, join.Right, join.Condition),
        LogicalApply apply => ApplyRows(apply),
        LogicalSetOperation { Kind: LogicalSetKind.Union } set => Rows(set.Left) + Rows(set.Right),
        LogicalSetOperation { Kind: LogicalSetKind.Intersect } set => Math.Min(Rows(set.Left), Rows(set.Right)),
        LogicalSetOperation set => Rows(set.Left),
        LogicalRecursive recursive => Rows(recursive.Anchor) * 10,
        LogicalRecursiveReference => UnknownFunctionRows,
        { Inputs: [var input] } => Rows(input),
        _ => 1,
    };

    /// <summary>How much of the cross product of two inputs an equality of these columns keeps.</summary>
    public static double EqualityOf(LogicalPlan left, Expression leftKey, LogicalPlan right, Expression rightKey) =>
        1 / Math.Max(1, Math.Max(Distinct(left, leftKey), Distinct(right, rightKey)));

    /// <summary>
    /// What several equalities of the same two inputs keep together. The columns of a composite key depend on each other: there are no more of their combinations than rows.
    /// </summary>
    public static double Together(List<double> equalities, double rows)
    {
        double product = 1;
        foreach (double equality in equalities)
        {
            product *= equality;
        }

        return equalities.Count < 2 ? product : Math.Max(product, 1 / Math.Max(1, rows));
    }

    /// <summary>How many different values an expression has over the plan's rows.</summary>
    public static double Distinct(LogicalPlan plan, Expression expression)
    {
        double rows = Math.Max(1, Rows(plan));
        double known = expression is ColumnExpression column && StatisticsOf(plan, column.Index) is { } facts
            ? KnownDistinct(facts) ?? Math.Max(1, rows * EqualitySelectivity)
            : Math.Max(1, rows * EqualitySelectivity);
        return Math.Min(known, rows);
    }

    /// <summary>The part of the rows for which a condition over the plan's columns holds.</summary>
    public static double Selectivity(LogicalPlan plan, Expression condition) => condition switch
    {
        LogicalExpression { IsAnd: true } and => and.Operands.Aggregate(1.0, (product, o) => product * Selectivity(plan, o)),
        LogicalExpression or => 1 - or.Operands.Aggregate(1.0, (product, o) => product * (1 - Selectivity(plan, o))),
        NotExpression not => 1 - Selectivity(plan, not.Operand),
        ComparisonExpression comparison => Comparison(plan, comparison),
        InListExpression list => In(plan, list),
        IsNullExpression test => test.Negated ? 0.9 : 0.1,
        ConstantExpression { Value: var value } => value.ToObject() is true ? 1 : 0,
        CallExpression { Function.Name: "like" or "ilike" or "similar_to" or "glob" or "~" or "~*" } => PatternSelectivity,
        _ => OtherSelectivity,
    };

    static double Filtered(LogicalPlan plan, double rows, IEnumerable<Expression> conditions)
    {
        double kept = rows;
        foreach (Expression condition in conditions)
        {
            kept *= Selectivity(plan, condition);
        }

        return rows == 0 ? 0 : Math.Max(1, kept);
    }

    static double Comparison(LogicalPlan plan, ComparisonExpression comparison)
    {
        (Expression column, Expression other, ComparisonOperator op) = comparison.Left is ColumnExpression
            ? (comparison.Left, comparison.Right, comparison.Operator)
            : (comparison.Right, comparison.Left, Mirror(comparison.Operator));
        switch (op)
        {
            case ComparisonOperator.Equal or ComparisonOperator.NotDistinct:
                return other is ColumnExpression ? EqualitySelectivity : 1 / DistinctOrGuess(plan, column);
            case ComparisonOperator.NotEqual or ComparisonOperator.Distinct:
                return 1 - (1 / DistinctOrGuess(plan, column));
            default:
                return other is ConstantExpression constant && column is ColumnExpression reference
                    ? Range(plan, reference, op, constant.Value)
                    : RangeSelectivity;
        }
    }

    static double DistinctOrGuess(LogicalPlan plan, Expression expression) =>
        Math.Max(1, (expression is ColumnExpression column && StatisticsOf(plan, column.Index) is { } facts ? KnownDistinct(facts) : null) ?? (1 / EqualitySelectivity));

    /// <summary>A column's different values: counted, or all rows of a key, or at most as many as lie between the bounds of whole numbers and dates.</summary>
    static double? KnownDistinct(ColumnFacts facts)
    {
        if (facts.Statistics?.DistinctCount is { } count)
        {
            return count;
        }

        double? between = facts.Statistics is { Minimum: { } minimum, Maximum: { } maximum } && Whole(minimum) is { } low && Whole(maximum) is { } high
            ? high - low + 1
            : null;
        return facts.IsKey ? facts.Rows : between is { } span ? Math.Min(span, facts.Rows) : null;
    }

    static double? Whole(ScalarValue value) => value.Array switch
    {
        Int32Array number when !value.IsNull => number.Values[0],
        Int64Array number when !value.IsNull => number.Values[0],
        _ => WholeObject(value),
    };

    static double? WholeObject(ScalarValue value) => value.ToObject() switch
    {
        DateOnly date => date.DayNumber,
        DateTime date when value.Type.Kind == SqlTypeKind.Date => date.Ticks / TimeSpan.TicksPerDay,
        sbyte or byte or short or ushort or int or uint or long or ulong => Convert.ToDouble(value.ToObject(), CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The part of [minimum, maximum] that the comparison leaves, taking values as evenly spread.</summary>
    static double Range(LogicalPlan plan, ColumnExpression column, ComparisonOperator op, ScalarValue bound)
    {
        if (StatisticsOf(plan, column.Index)?.Statistics is not { Minimum: { } minimum, Maximum: { } maximum }
            || Number(minimum) is not { } low || Number(maximum) is not { } high || Number(bound) is not { } value || high <= low)
        {
            return RangeSelectivity;
        }

        double below = Math.Clamp((value - low) / (high - low), 0, 1);
        return op is ComparisonOperator.Less or ComparisonOperator.LessOrEqual ? below : 1 - below;
    }

    static double? Number(ScalarValue value) => value.ToObject() switch
    {
        DateOnly date => date.DayNumber * (double)TimeSpan.TicksPerDay,
        DateTime time => time.Ticks,
        DateTimeOffset time => time.UtcTicks,
        TimeOnly time => time.Ticks,
        null or string or byte[] or bool or Array or Guid or SqlInterval => null,
        IConvertible number => Convert.ToDouble(number, CultureInfo.InvariantCulture),
        _ => null,
    };

    static double In(LogicalPlan plan, InListExpression list)
    {
        double kept = Math.Min(1, list.Items.Count / DistinctOrGuess(plan, list.Operand));
        return list.Negated ? 1 - kept : kept;
    }

    static double Groups(LogicalPlan input, ValueList<Expression> keys)
    {
        double rows = Rows(input);
        double groups = 1;
        foreach (Expression key in keys)
        {
            groups *= Distinct(input, key);
        }

        return keys.Count == 0 ? 1 : Math.Min(rows, groups);
    }

    static double Count(Expression? limit) => limit is ConstantExpression { Value: var value } && value.ToObject() is long count ? count : UnknownFunctionRows;

    static double JoinRows(LogicalJoinKind kind, LogicalPlan left, LogicalPlan right, Expression? condition)
    {
        double leftRows = Rows(left);
        double rightRows = Rows(right);
        double kept = 1;
        var equalities = new List<double>();
        int leftCount = left.Schema.Count;
        foreach (Expression part in Conjuncts.Split(condition))
        {
            if (JoinKeys.TryRead(part, leftCount) is var (l, r))
            {
                equalities.Add(EqualityOf(left, l, right, r));
            }
            else
            {
                kept *= part is ComparisonExpression ? RangeSelectivity : OtherSelectivity;
            }
        }

        double matches = leftRows * rightRows * kept * Together(equalities, Math.Max(leftRows, rightRows));
        matches = leftRows == 0 || rightRows == 0 ? 0 : Math.Max(1, matches);
        return kind switch
        {
            LogicalJoinKind.Inner => matches,
            LogicalJoinKind.Left => Math.Max(matches, leftRows),
            LogicalJoinKind.Right => Math.Max(matches, rightRows),
            LogicalJoinKind.Full => Math.Max(matches, leftRows + rightRows),
            LogicalJoinKind.Semi => Math.Min(leftRows, Math.Max(1, matches * 0.5)),
            LogicalJoinKind.Anti => Math.Max(1, leftRows - Math.Min(leftRows, matches * 0.5)),
            _ => leftRows,
        };
    }

    static double ApplyRows(LogicalApply apply) => apply.Kind switch
    {
        LogicalJoinKind.Inner or LogicalJoinKind.Left => Rows(apply.Left) * Math.Max(1, Rows(apply.Right)),
        LogicalJoinKind.Semi or LogicalJoinKind.Anti => Math.Max(1, Rows(apply.Left) * OtherSelectivity),
        _ => Rows(apply.Left),
    };

    static ComparisonOperator Mirror(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => op,
    };

    static bool IsKey(TableDefinition table, int column)
    {
        foreach (ConstraintEntry constraint in table.Constraints)
        {
            if (constraint.Kind != ConstraintKind.Check && constraint.Columns.Count == 1 && constraint.Columns[0] == column)
            {
                return true;
            }
        }

        return false;
    }

    readonly record struct ColumnFacts(ColumnStatistics? Statistics, bool IsKey, long Rows);

    /// <summary>The statistics of the stored column behind a plan's column, as long as it comes through unchanged.</summary>
    static ColumnFacts? StatisticsOf(LogicalPlan plan, int index)
    {
        switch (plan)
        {
            case LogicalScan scan when index < scan.Projection.Count:
                int ordinal = scan.Projection[index];
                bool isKey = IsKey(scan.Table.Definition, ordinal);
                ColumnStatistics? statistics = ordinal < scan.Table.Statistics.Count ? scan.Table.Statistics[ordinal] : null;
                return new(statistics, isKey, scan.Table.RowCount);
            case LogicalProject project:
                return project.Expressions[index] is ColumnExpression column ? StatisticsOf(project.Input, column.Index) : null;
            case LogicalAggregate aggregate:
                return index < aggregate.Keys.Count && aggregate.Keys[index] is ColumnExpression key ? StatisticsOf(aggregate.Input, key.Index) : null;
            case LogicalJoin join:
                return index < join.Left.Schema.Count ? StatisticsOf(join.Left, index) : index < join.Left.Schema.Count + join.Right.Schema.Count && join.Kind != LogicalJoinKind.Mark ? StatisticsOf(join.Right, index - join.Left.Schema.Count) : null;
            case LogicalApply apply:
                return index < apply.Left.Schema.Count ? StatisticsOf(apply.Left, index) : null;
            case LogicalFilter or LogicalSort or LogicalLimit or LogicalTopN or LogicalDistinct or LogicalSample:
                return StatisticsOf(plan.Inputs[0], index);
            case LogicalWindow window:
                return index < window.Input.Schema.Count ? StatisticsOf(window.Input, index) : null;
            default:
                return null;
        }
    }
}
