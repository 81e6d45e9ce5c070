using System.Numerics;
using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Mathematics;

/// <summary>
/// round, trunc, floor and ceil. A DECIMAL stays exact and rounds halves away from zero; REAL and DOUBLE round them to the even neighbour (both as in
/// PostgreSQL); integers change only where digits before the point are rounded.
/// </summary>
internal static class Rounding
{
    const string Category = "Mathematics";

    enum Mode
    {
        Nearest,
        Truncate,
        Floor,
        Ceiling,
    }

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("round", new(Category, "round(x [, digits])", "The nearest number with that many digits after the point (default 0, negative for digits before it). Halves of DECIMALs round away from zero, of DOUBLEs to the even neighbour.", "round(2.345, 2)", "2.35"), a => Bind(a, Mode.Nearest)),
        new GenericFunction("trunc", new(Category, "trunc(x [, digits])", "Without the digits after the point, or after that many of them.", "trunc(-2.78, 1)", "-2.7"), a => Bind(a, Mode.Truncate)) { Synonyms = ["truncate"] },
        new GenericFunction("floor", new(Category, "floor(x)", "The largest whole number that is not above x.", "floor(-2.5)", "-3"), a => a.Count == 1 ? Bind(a, Mode.Floor) : null),
        new GenericFunction("ceil", new(Category, "ceil(x)", "The smallest whole number that is not below x.", "ceil(2.1)", "3"), a => a.Count == 1 ? Bind(a, Mode.Ceiling) : null) { Synonyms = ["ceiling"] },
    ];

    static ScalarBinding? Bind(IReadOnlyList<Expression> arguments, Mode mode)
    {
        if (arguments is not ([_] or [_, _]) || (arguments.Count == 2 && OverloadResolution.ArgumentCost(arguments[1], SqlType.BigInt) is null))
        {
            return null;
        }

        SqlType type = arguments[0].Type.Kind == SqlTypeKind.Null || OverloadResolution.IsTextLiteral(arguments[0]) ? SqlType.Double : arguments[0].Type;
        if (!type.IsNumeric)
        {
            return null;
        }

        if (type.Kind == SqlTypeKind.Decimal)
        {
            return BindDecimal(type, arguments, mode);
        }

        ScalarKernel kernel = type.Kind switch
        {
            SqlTypeKind.Real => Float<float>(type, mode),
            SqlTypeKind.Double => Float<double>(type, mode),
            SqlTypeKind.TinyInt => Integer<sbyte>(type, mode),
            SqlTypeKind.SmallInt => Integer<short>(type, mode),
            SqlTypeKind.Integer => Integer<int>(type, mode),
            SqlTypeKind.BigInt => Integer<long>(type, mode),
            SqlTypeKind.UTinyInt => Integer<byte>(type, mode),
            SqlTypeKind.USmallInt => Integer<ushort>(type, mode),
            SqlTypeKind.UInteger => Integer<uint>(type, mode),
            _ => Integer<ulong>(type, mode),
        };
        return new(type, arguments.Count == 1 ? [type] : [type, SqlType.BigInt], kernel);
    }

    /// <summary>The scale is known where the number of digits is a constant; otherwise it stays, and digits beyond are zeros.</summary>
    static ScalarBinding BindDecimal(SqlType type, IReadOnlyList<Expression> arguments, Mode mode)
    {
        long? digits = arguments.Count == 1 ? 0
            : arguments[1] is ConstantExpression { Value: { IsNull: false } value } && arguments[1].Type.IsInteger ? Convert.ToInt64(value.ToObject(), System.Globalization.CultureInfo.InvariantCulture)
            : null;
        int scale = digits is { } known ? (int)Math.Clamp(known, 0, type.Scale) : type.Scale;

        // Rounding may carry into one more digit: 9.9 becomes 10.
        SqlType result = SqlType.Decimal(Math.Min(SqlType.MaxPrecision, Math.Max(1, type.Precision - type.Scale + 1 + scale)), scale);
        return new(result, arguments.Count == 1 ? [type] : [type, SqlType.BigInt], (values, count, _) => Decimal(type, result, values, count, mode));
    }

    static IArrowArray Decimal(SqlType type, SqlType result, ReadOnlySpan<ColumnarValue> arguments, int count, Mode mode)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var input = new FixedColumn<Int128>(arguments[0]);
        byte[] buffer = Columns.Allocate(count, out Span<Int128> output);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsNull(row))
            {
                output[row] = 0;
                continue;
            }

            long digits = arguments.Length == 1 ? 0 : new FixedColumn<long>(arguments[1])[row];
            if (!TryRound(input[row], type.Scale, digits, result.Scale, mode, out output[row]) || !DecimalValue.Fits(output[row], result.Precision))
            {
                throw Overflow(DecimalValue.ToText(input[row], type.Scale), result);
            }
        }

        return nulls.Wrap(result, buffer);
    }

    /// <summary>Rounds to <paramref name="digits"/> after the point and gives the value at <paramref name="resultScale"/>.</summary>
    static bool TryRound(Int128 value, int scale, long digits, int resultScale, Mode mode, out Int128 result)
    {
        if (digits >= scale)
        {
            result = value * DecimalValue.PowerOfTen(resultScale - scale);
            return true;
        }

        result = 0;
        long dropped = scale - digits;
        if (dropped > SqlType.MaxPrecision)
        {
            // The number has fewer digits than are dropped. floor and ceil drop a scale at most, so they do not come here.
            return true;
        }

        Int128 rounded = Divide(value, DecimalValue.PowerOfTen((int)dropped), mode);
        long restored = resultScale - digits;
        if (rounded == 0)
        {
            return true;
        }

        if (restored > SqlType.MaxPrecision || Int128.Abs(rounded) > Int128.MaxValue / DecimalValue.PowerOfTen((int)restored))
        {
            return false;
        }

        result = rounded * DecimalValue.PowerOfTen((int)restored);
        return true;
    }

    static Int128 Divide(Int128 value, Int128 divisor, Mode mode)
    {
        (Int128 quotient, Int128 remainder) = Int128.DivRem(value, divisor);
        return mode switch
        {
            Mode.Truncate => quotient,
            Mode.Floor => remainder < 0 ? quotient - 1 : quotient,
            Mode.Ceiling => remainder > 0 ? quotient + 1 : quotient,

            // Half of a power of ten is a whole number, so halves are met exactly.
            _ => Int128.Abs(remainder) >= divisor / 2 ? quotient + Int128.Sign(value) : quotient,
        };
    }

    static ScalarKernel Integer<T>(SqlType type, Mode mode)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => (arguments, count, _) =>
        {
            if (arguments.Length == 1)
            {
                return arguments[0].Array;
            }

            NullMask nulls = NullMask.Any(arguments, count);
            var input = new FixedColumn<T>(arguments[0]);
            var digits = new FixedColumn<long>(arguments[1]);
            byte[] buffer = Columns.Allocate(count, out Span<T> output);
            for (int row = 0; row < count; row++)
            {
                output[row] = input[row];
                if (digits[row] < 0 && nulls.IsValid(row))
                {
                    Int128 value = Int128.CreateTruncating(input[row]);
                    TryRound(value, 0, digits[row], 0, mode, out Int128 rounded);
                    output[row] = rounded >= Int128.CreateTruncating(T.MinValue) && rounded <= Int128.CreateTruncating(T.MaxValue) ? T.CreateTruncating(rounded) : throw Overflow(value.ToString(System.Globalization.CultureInfo.InvariantCulture), type);
                }
            }

            return Columns.Wrap(type, count, buffer, nulls);
        };

    static ScalarKernel Float<T>(SqlType type, Mode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (arguments, count, _) =>
        {
            NullMask nulls = NullMask.Any(arguments, count);
            var input = new FixedColumn<T>(arguments[0]);
            byte[] buffer = Columns.Allocate(count, out Span<T> output);
            if (arguments.Length == 1)
            {
                Whole(input.Values, output, mode);
            }
            else
            {
                var digits = new FixedColumn<long>(arguments[1]);
                for (int row = 0; row < count; row++)
                {
                    output[row] = T.CreateSaturating(AtDigits(double.CreateChecked(input[row]), digits[row], mode));
                }
            }

            return Columns.Wrap(type, count, buffer, nulls);
        };

    static void Whole<T>(ReadOnlySpan<T> values, Span<T> output, Mode mode)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (mode)
        {
            case Mode.Nearest:
                TensorPrimitives.Round(values, output);
                break;
            case Mode.Truncate:
                TensorPrimitives.Truncate(values, output);
                break;
            case Mode.Floor:
                TensorPrimitives.Floor(values, output);
                break;
            default:
                TensorPrimitives.Ceiling(values, output);
                break;
        }
    }

    /// <summary>A number of more digits than a DOUBLE has, or one that scaling takes out of range, is as it should be already.</summary>
    static double AtDigits(double value, long digits, Mode mode)
    {
        if (digits > 308 || !double.IsFinite(value))
        {
            return value;
        }

        if (digits < -308)
        {
            return 0;
        }

        double power = Math.Pow(10, Math.Abs(digits));
        double scaled = digits >= 0 ? value * power : value / power;
        if (!double.IsFinite(scaled))
        {
            return value;
        }

        double whole = mode == Mode.Nearest ? Math.Round(scaled) : Math.Truncate(scaled);
        return digits >= 0 ? whole / power : whole * power;
    }

    static SqlException Overflow(string value, SqlType type) => new(SqlErrorCode.NumericOutOfRange, $"{value} rounded overflows {type}; cast it to a wider type.");
}
