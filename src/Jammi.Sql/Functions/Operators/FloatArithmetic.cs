using System.Numerics;
using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Operators;

/// <summary>+ - * / % of REAL and DOUBLE: IEEE 754, but division by zero is NULL.</summary>
internal static class FloatArithmetic
{
    public static ScalarKernel Binary(char symbol, SqlType type) => type.Kind == SqlTypeKind.Real ? Binary<float>(symbol, type) : Binary<double>(symbol, type);

    public static ScalarKernel Negate(SqlType type) => type.Kind == SqlTypeKind.Real
        ? ScalarKernels.Unary<Negation<float>, float, float>(type)
        : ScalarKernels.Unary<Negation<double>, double, double>(type);

    static ScalarKernel Binary<T>(char symbol, SqlType type)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => symbol switch
        {
            '+' => Vectorised<T>(type, TensorPrimitives.Add, TensorPrimitives.Add, (x, y, target) => TensorPrimitives.Add(y, x, target)),
            '-' => Vectorised<T>(type, TensorPrimitives.Subtract, TensorPrimitives.Subtract, TensorPrimitives.Subtract),
            '*' => Vectorised<T>(type, TensorPrimitives.Multiply, TensorPrimitives.Multiply, (x, y, target) => TensorPrimitives.Multiply(y, x, target)),
            '/' => ScalarKernels.CheckedBinary<Division<T>, T, T, T>(type),
            '%' => ScalarKernels.CheckedBinary<Remainder<T>, T, T, T>(type),
            _ => throw new ArgumentOutOfRangeException(nameof(symbol), symbol, "Not an arithmetic operator."),
        };

    delegate void ColumnByColumn<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> target);

    delegate void ColumnByConstant<T>(ReadOnlySpan<T> left, T right, Span<T> target);

    delegate void ConstantByColumn<T>(T left, ReadOnlySpan<T> right, Span<T> target);

    static ScalarKernel Vectorised<T>(SqlType type, ColumnByColumn<T> columns, ColumnByConstant<T> constantRight, ConstantByColumn<T> constantLeft)
        where T : unmanaged =>
        (arguments, count, _) =>
        {
            var left = new FixedColumn<T>(arguments[0]);
            var right = new FixedColumn<T>(arguments[1]);
            byte[] buffer = Columns.Allocate(count, out Span<T> output);
            if (count > 0)
            {
                if (right.IsConstant)
                {
                    // Two constants make a row of one, so the left one is a column of one too.
                    constantRight(left.Values, right[0], output);
                }
                else if (left.IsConstant)
                {
                    constantLeft(left[0], right.Values, output);
                }
                else
                {
                    columns(left.Values, right.Values, output);
                }
            }

            return NullMask.Any(arguments, count).Wrap(type, buffer);
        };

    readonly struct Division<T> : ICheckedBinaryOperation<T, T, T>
        where T : IBinaryFloatingPointIeee754<T>
    {
        public static bool TryInvoke(T left, T right, out T result)
        {
            result = left / right;
            return !T.IsZero(right);
        }

        public static SqlException? Failure(T left, T right) => null;
    }

    readonly struct Remainder<T> : ICheckedBinaryOperation<T, T, T>
        where T : IBinaryFloatingPointIeee754<T>
    {
        public static bool TryInvoke(T left, T right, out T result)
        {
            result = left % right;
            return !T.IsZero(right);
        }

        public static SqlException? Failure(T left, T right) => null;
    }

    readonly struct Negation<T> : IUnaryOperation<T, T>
        where T : IBinaryFloatingPointIeee754<T>
    {
        public static T Invoke(T value) => -value;
    }
}
