using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// A date that is compared with a constant timestamp, as <c>DATE + INTERVAL</c> gives it: the constant becomes a date, so that the column is compared as it is stored
/// and its statistics are of use.
/// </summary>
internal static class DateComparison
{
    const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>The same comparison over dates, or the given one.</summary>
    public static ComparisonExpression Simplify(ComparisonExpression comparison) =>
        comparison is { Left: CastExpression { Operand.Type.Kind: SqlTypeKind.Date, Target.Kind: SqlTypeKind.Timestamp, Try: false } left, Right: ConstantExpression right }
            ? Simplify(comparison, comparison.Operator, left.Operand, right)
        : comparison is { Right: CastExpression { Operand.Type.Kind: SqlTypeKind.Date, Target.Kind: SqlTypeKind.Timestamp, Try: false } cast, Left: ConstantExpression constant }
            ? Simplify(comparison, Mirror(comparison.Operator), cast.Operand, constant)
        : comparison;

    static ComparisonExpression Simplify(ComparisonExpression comparison, ComparisonOperator op, Expression date, ConstantExpression constant)
    {
        if (constant.Type.Kind != SqlTypeKind.Timestamp || constant.Value.IsNull)
        {
            return comparison;
        }

        long moment = Cells.Values<long>(constant.Value.Array)[0];
        (long day, long rest) = Math.DivRem(moment, MicrosecondsPerDay);
        if (rest < 0)
        {
            day--;
        }

        if (rest != 0)
        {
            // Within a day: it is after the day's date and before the next.
            op = op switch
            {
                ComparisonOperator.Less => ComparisonOperator.LessOrEqual,
                ComparisonOperator.GreaterOrEqual => ComparisonOperator.Greater,
                ComparisonOperator.LessOrEqual or ComparisonOperator.Greater => op,
                _ => ComparisonOperator.NotDistinct,
            };
            if (op == ComparisonOperator.NotDistinct)
            {
                return comparison;
            }
        }

        byte[] value = BitConverter.GetBytes((int)day);
        return new(op, date, new ConstantExpression(new ScalarValue(SqlType.Date, ColumnFactory.FromValues(SqlType.Date, 1, value))));
    }

    static ComparisonOperator Mirror(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => op,
    };
}
