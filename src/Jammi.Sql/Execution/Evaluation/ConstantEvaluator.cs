using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution;

/// <summary>Evaluates expressions that have no columns.</summary>
internal static class ConstantEvaluator
{
    static readonly ColumnBatch OneRow = new([], 1);

    /// <summary>The value of <paramref name="expression"/>; outer columns and parameters come from the context.</summary>
    public static ScalarValue Evaluate(Expression expression, ExecutionContext context)
    {
        if (expression is ConstantExpression constant)
        {
            return constant.Value;
        }

        if (expression is ParameterExpression parameter && context.Parameters[parameter.Slot] is var given && given.Type == parameter.Type)
        {
            return given;
        }

        ColumnarValue value = Evaluation.ExpressionCompiler.Compile(expression).Evaluate(OneRow, context);
        return new ScalarValue(expression.Type, value.Array.Length == 1 ? value.Array : TakeKernels.Take(value.Array, [0]));
    }

    /// <summary>A non-negative BIGINT such as LIMIT takes; <paramref name="what"/> names it in errors. NULL gives null.</summary>
    public static long? EvaluateCount(Expression? expression, string what, ExecutionContext context)
    {
        if (expression is null || Evaluate(expression, context) is not { IsNull: false } value)
        {
            return null;
        }

        long count = Convert.ToInt64(value.ToObject(), System.Globalization.CultureInfo.InvariantCulture);
        return count >= 0 ? count : throw new SqlException(SqlErrorCode.InvalidParameter, $"{what} must not be negative, but is {count}.");
    }
}
