using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Operators;

/// <summary>
/// + - * % and negation of DECIMAL. Sums have the larger scale and a digit more, products the sum of scales and of digits, at most 38 digits in all;
/// beyond them is an error. (Division gives DOUBLE, as in DuckDB.)
/// </summary>
internal static class DecimalArithmetic
{
    /// <summary>Operands of at most this many digits fit 64 bits, so that sums and products of two cannot overflow 128.</summary>
    const int NarrowPrecision = 18;

    /// <summary>The type of a sum or difference.</summary>
    public static SqlType SumType(SqlType left, SqlType right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        int whole = Math.Max(left.Precision - left.Scale, right.Precision - right.Scale);
        return SqlType.Decimal(Math.Min(SqlType.MaxPrecision, whole + scale + 1), scale);
    }

    /// <summary>The exact product's type; null when its scale is more than a DECIMAL has.</summary>
    public static SqlType? ProductType(SqlType left, SqlType right)
    {
        int scale = left.Scale + right.Scale;
        return scale <= SqlType.MaxPrecision ? SqlType.Decimal(Math.Min(SqlType.MaxPrecision, left.Precision + right.Precision), scale) : null;
    }

    public static SqlType RemainderType(SqlType left, SqlType right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        int whole = Math.Max(left.Precision - left.Scale, right.Precision - right.Scale);
        return SqlType.Decimal(Math.Min(SqlType.MaxPrecision, whole + scale), scale);
    }

    public static ScalarKernel Sum(bool subtract, SqlType left, SqlType right, SqlType result)
    {
        char symbol = subtract ? '-' : '+';
        Int128 leftFactor = DecimalValue.PowerOfTen(result.Scale - left.Scale);
        Int128 rightFactor = DecimalValue.PowerOfTen(result.Scale - right.Scale);
        if (subtract)
        {
            rightFactor = -rightFactor;
        }

        if (result.Precision <= NarrowPrecision)
        {
            return NarrowSum((long)leftFactor, (long)rightFactor, result);
        }

        return Checked(symbol, left, right, result, (l, r) => checked((l * leftFactor) + (r * rightFactor)));
    }

    public static ScalarKernel Product(SqlType left, SqlType right, SqlType result) =>
        left.Precision <= NarrowPrecision && right.Precision <= NarrowPrecision
            ? NarrowProduct(result)
            : Checked('*', left, right, result, (l, r) => checked(l * r));

    public static ScalarKernel Remainder(SqlType left, SqlType right, SqlType result)
    {
        Int128 leftFactor = DecimalValue.PowerOfTen(result.Scale - left.Scale);
        Int128 rightFactor = DecimalValue.PowerOfTen(result.Scale - right.Scale);
        return Checked('%', left, right, result, (l, r) => r == 0 ? null : checked(l * leftFactor) % checked(r * rightFactor));
    }

    public static ScalarKernel Negate(SqlType type) => ScalarKernels.Unary<Negation, Int128, Int128>(type);

    static ScalarKernel NarrowSum(long leftFactor, long rightFactor, SqlType result) =>
        (arguments, count, _) =>
        {
            var left = new FixedColumn<Int128>(arguments[0]);
            var right = new FixedColumn<Int128>(arguments[1]);
            byte[] buffer = Columns.Allocate(count, out Span<Int128> output);
            for (int i = 0; i < output.Length; i++)
            {
                output[i] = unchecked(((long)left[i] * leftFactor) + ((long)right[i] * rightFactor));
            }

            return NullMask.Any(arguments, count).Wrap(result, buffer);
        };

    static ScalarKernel NarrowProduct(SqlType result) =>
        (arguments, count, _) =>
        {
            var left = new FixedColumn<Int128>(arguments[0]);
            var right = new FixedColumn<Int128>(arguments[1]);
            byte[] buffer = Columns.Allocate(count, out Span<Int128> output);
            for (int i = 0; i < output.Length; i++)
            {
                long high = Math.BigMul(unchecked((long)left[i]), unchecked((long)right[i]), out long low);
                output[i] = new Int128((ulong)high, (ulong)low);
            }

            return NullMask.Any(arguments, count).Wrap(result, buffer);
        };

    /// <summary>The general loop: <paramref name="compute"/> may overflow (an error) or give null (NULL).</summary>
    static ScalarKernel Checked(char symbol, SqlType leftType, SqlType rightType, SqlType result, Func<Int128, Int128, Int128?> compute) =>
        (arguments, count, _) =>
        {
            var left = new FixedColumn<Int128>(arguments[0]);
            var right = new FixedColumn<Int128>(arguments[1]);
            NullMask nulls = NullMask.Any(arguments, count);
            byte[] buffer = Columns.Allocate(count, out Span<Int128> output);
            for (int i = 0; i < output.Length; i++)
            {
                output[i] = 0;
                if (nulls.IsNull(i))
                {
                    continue;
                }

                Int128? value;
                try
                {
                    value = compute(left[i], right[i]);
                }
                catch (OverflowException e)
                {
                    throw Overflow(left[i], right[i], e);
                }

                if (value is not { } unscaled)
                {
                    nulls.SetNull(i);
                }
                else if (DecimalValue.Fits(unscaled, result.Precision))
                {
                    output[i] = unscaled;
                }
                else
                {
                    throw Overflow(left[i], right[i], null);
                }
            }

            return nulls.Wrap(result, buffer);

            SqlException Overflow(Int128 l, Int128 r, OverflowException? inner) => new(
                SqlErrorCode.NumericOutOfRange,
                $"{DecimalValue.ToText(l, leftType.Scale)} {symbol} {DecimalValue.ToText(r, rightType.Scale)} overflows {result}; cast an operand to DOUBLE or to fewer digits.",
                inner);
        };

    readonly struct Negation : IUnaryOperation<Int128, Int128>
    {
        public static Int128 Invoke(Int128 value) => unchecked(-value);
    }
}
