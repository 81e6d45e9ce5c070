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

    /// <summary>Powers of ten that 64 bits hold, so that a 64-bit value times one fits 128 with room for a sum.</summary>
    const long NarrowFactor = 1_000_000_000_000_000_000;

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

        Func<Int128, Int128, Int128?> compute = (l, r) => checked((l * leftFactor) + (r * rightFactor));
        ScalarKernel general = Checked(symbol, left, right, result, compute);
        return leftFactor <= NarrowFactor && Int128.Abs(rightFactor) <= NarrowFactor
            ? Optimistic(new ScaledSum((long)leftFactor, (long)rightFactor), result, general)
            : general;
    }

    public static ScalarKernel Product(SqlType left, SqlType right, SqlType result) =>
        left.Precision <= NarrowPrecision && right.Precision <= NarrowPrecision
            ? NarrowProduct(result)
            : Optimistic(default(WideProduct), result, Checked('*', left, right, result, (l, r) => checked(l * r)));

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
                output[i] = Multiply(unchecked((long)left[i]), unchecked((long)right[i]));
            }

            return NullMask.Any(arguments, count).Wrap(result, buffer);
        };

    /// <summary>
    /// Computes as if every value fitted 64 bits, as most do whatever the type allows: then no result reaches the 38 digits at which it could be out of range.
    /// A batch in which one does not is computed again by <paramref name="general"/>.
    /// </summary>
    static ScalarKernel Optimistic<TOperation>(TOperation operation, SqlType result, ScalarKernel general)
        where TOperation : struct, INarrowOperation => (arguments, count, context) =>
    {
        var left = new FixedColumn<Int128>(arguments[0]);
        var right = new FixedColumn<Int128>(arguments[1]);
        byte[] buffer = Columns.Allocate(count, out Span<Int128> output);
        long wide = 0;
        for (int i = 0; i < output.Length; i++)
        {
            Int128 l = left[i];
            Int128 r = right[i];
            long narrowLeft = unchecked((long)l);
            long narrowRight = unchecked((long)r);
            wide |= (unchecked((long)(l >> 64)) ^ (narrowLeft >> 63)) | (unchecked((long)(r >> 64)) ^ (narrowRight >> 63));
            output[i] = operation.Invoke(narrowLeft, narrowRight);
        }

        return wide == 0 ? NullMask.Any(arguments, count).Wrap(result, buffer) : general(arguments, count, context);
    };

    interface INarrowOperation
    {
        Int128 Invoke(long left, long right);
    }

    readonly struct WideProduct : INarrowOperation
    {
        public Int128 Invoke(long left, long right) => Multiply(left, right);
    }

    readonly struct ScaledSum(long leftFactor, long rightFactor) : INarrowOperation
    {
        public Int128 Invoke(long left, long right) => unchecked(Multiply(left, leftFactor) + Multiply(right, rightFactor));
    }

    static Int128 Multiply(long left, long right)
    {
        long high = Math.BigMul(left, right, out long low);
        return new((ulong)high, (ulong)low);
    }

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
