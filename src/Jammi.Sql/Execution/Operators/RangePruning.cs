using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Decides from the smallest and largest values of columns in a block of rows that no row of it can pass a filter: comparisons of a column (or a
/// conversion of it that keeps the order) with a value, IN lists, tests for NULL, and AND and OR of them. Whatever it does not understand may pass.
/// </summary>
/// <param name="context">Gives the values of parameters.</param>
internal sealed class RangePruning(ExecutionContext context)
{
    /// <summary>Whether no row can pass; <paramref name="rangeOf"/> gives what is known of the column at an index that the filters use, or null.</summary>
    public bool Excludes(ValueList<Expression> filters, Func<int, ColumnRange?> rangeOf)
    {
        foreach (Expression filter in filters)
        {
            if (Excludes(filter, rangeOf))
            {
                return true;
            }
        }

        return false;
    }

    bool Excludes(Expression filter, Func<int, ColumnRange?> rangeOf)
    {
        switch (filter)
        {
            case LogicalExpression { IsAnd: true } and:
                return Excludes(and.Operands, rangeOf);

            case LogicalExpression or:
                return or.Operands.All(o => Excludes(o, rangeOf));

            case IsNullExpression { Operand: ColumnExpression column } test:
                return rangeOf(column.Index) is { NullCount: { } nulls } range && (test.Negated ? nulls == range.RowCount : nulls == 0);

            case InListExpression { Negated: false } list:
                return RangeOf(list.Operand, rangeOf) is { } listed && list.Items.All(i => ValueOf(i) is { } item && Excludes(listed, ComparisonOperator.Equal, item));

            case ComparisonExpression { Operator: < ComparisonOperator.NotDistinct } comparison:
                return RangeOf(comparison.Left, rangeOf) is { } left ? ValueOf(comparison.Right) is { } right && Excludes(left, comparison.Operator, right)
                    : RangeOf(comparison.Right, rangeOf) is { } mirrored && ValueOf(comparison.Left) is { } value && Excludes(mirrored, Mirror(comparison.Operator), value);

            default:
                return false;
        }
    }

    /// <summary>What is known of an expression's values: those of a column, or of a conversion of one.</summary>
    static ColumnRange? RangeOf(Expression expression, Func<int, ColumnRange?> rangeOf) => expression switch
    {
        ColumnExpression column => rangeOf(column.Index),
        CastExpression { Operand: ColumnExpression column } cast when KeepsOrder(column.Type, cast.Target) && rangeOf(column.Index) is { } range =>
            range with { Minimum = Convert(range.Minimum, cast.Target), Maximum = Convert(range.Maximum, cast.Target) },
        _ => null,
    };

    static bool KeepsOrder(SqlType from, SqlType to) =>
        (from.IsNumeric && to.IsNumeric)
        || (from.Kind is SqlTypeKind.Date or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz && to.Kind is SqlTypeKind.Date or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz);

    /// <summary>The bound in another type, or null where it does not fit there.</summary>
    static ScalarValue? Convert(ScalarValue? bound, SqlType type)
    {
        if (bound is null)
        {
            return null;
        }

        var converted = new ScalarValue(type, CastKernels.Cast(ColumnarValue.Constant(bound), bound.Type, type, tryCast: true, 1));
        return converted.IsNull ? null : converted;
    }

    /// <summary>The value of a constant or a parameter, converted or not; null for what is known only when it runs.</summary>
    ScalarValue? ValueOf(Expression expression) => expression switch
    {
        ConstantExpression or ParameterExpression => ConstantEvaluator.Evaluate(expression, context),
        CastExpression { Operand: ConstantExpression or ParameterExpression } cast => ConstantEvaluator.Evaluate(cast with { Try = true }, context),
        _ => null,
    };

    static bool Excludes(ColumnRange range, ComparisonOperator op, ScalarValue value)
    {
        // A comparison with NULL is never true, nor is one of a column that is NULL throughout.
        if (value.IsNull || range.NullCount == range.RowCount)
        {
            return true;
        }

        if (range is not { Minimum: { } minimum, Maximum: { } maximum } || minimum.Type != value.Type)
        {
            return false;
        }

        CellComparer comparer = CellComparer.For(value.Type);
        int toMinimum = comparer.Compare(value.Array, 0, minimum.Array, 0);
        int toMaximum = comparer.Compare(value.Array, 0, maximum.Array, 0);

        // NaN is above every number: rows that hold it pass whatever asks for great values.
        return op switch
        {
            ComparisonOperator.Equal => toMinimum < 0 || (toMaximum > 0 && !(range.MayHoldNaN && IsNaN(value))),
            ComparisonOperator.NotEqual => toMinimum == 0 && toMaximum == 0 && !range.MayHoldNaN,
            ComparisonOperator.Less => toMinimum <= 0,
            ComparisonOperator.LessOrEqual => toMinimum < 0,
            ComparisonOperator.Greater => toMaximum >= 0 && !range.MayHoldNaN,
            _ => toMaximum > 0 && !range.MayHoldNaN,
        };
    }

    static bool IsNaN(ScalarValue value) => value.ToObject() is double.NaN or float.NaN;

    /// <summary>The comparison with its sides exchanged.</summary>
    public static ComparisonOperator Mirror(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => op,
    };
}
