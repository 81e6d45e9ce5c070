using System.Globalization;
using System.Numerics;
using Jammi.Sql.Expressions;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>The types and values of literals: an integer is INTEGER, BIGINT or DECIMAL(38,0), the first that holds it; digits with a point are DECIMAL, with an exponent DOUBLE.</summary>
internal static class Literals
{
    public static ConstantExpression Null { get; } = new(ScalarValue.NullOf(SqlType.Null));

    public static ConstantExpression True { get; } = new(ScalarValue.From(true));

    public static ConstantExpression False { get; } = new(ScalarValue.From(false));

    public static ConstantExpression Integer(int value) => new(ScalarValue.From(value));

    public static ConstantExpression Text(string value) => new(ScalarValue.From(value));

    public static ConstantExpression Bind(LiteralExpression literal, bool negative = false) => literal.Kind switch
    {
        LiteralKind.Null => Null,
        LiteralKind.Boolean => (bool)literal.Value! ? True : False,
        LiteralKind.Integer => BindInteger(ToBigInteger(literal.Value!), negative, literal.Position),
        LiteralKind.Decimal => BindDecimal((string)literal.Value!, negative),
        LiteralKind.Float => new(ScalarValue.From(SqlType.Double, negative ? -(double)literal.Value! : (double)literal.Value!)),
        LiteralKind.Text => Text((string)literal.Value!),
        LiteralKind.Blob => new(ScalarValue.From(SqlType.Blob, literal.Value)),
        LiteralKind.Vector => BindVector((float[])literal.Value!, literal.Position),
        _ => throw new SqlException(SqlErrorCode.Internal, $"Unknown literal kind {literal.Kind}.", literal.Position),
    };

    static ConstantExpression BindInteger(BigInteger value, bool negative, SourcePosition position)
    {
        value = negative ? -value : value;
        if (value >= int.MinValue && value <= int.MaxValue)
        {
            return new(ScalarValue.From((int)value));
        }

        if (value >= long.MinValue && value <= long.MaxValue)
        {
            return new(ScalarValue.From((long)value));
        }

        if (BigInteger.Abs(value) >= (BigInteger)DecimalValue.PowerOfTen(SqlType.MaxPrecision))
        {
            throw new SqlException(SqlErrorCode.NumericOutOfRange, "the number has more than 38 digits: write it with an exponent (a DOUBLE) or as text.", position);
        }

        return new(ScalarValue.From(SqlType.Decimal(SqlType.MaxPrecision, 0), (Int128)value));
    }

    static ConstantExpression BindDecimal(string text, bool negative)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? text : text[..point].TrimStart('0');
        string fraction = point < 0 ? string.Empty : text[(point + 1)..];
        int precision = Math.Max(1, whole.Length + fraction.Length);
        if (precision > SqlType.MaxPrecision)
        {
            double value = double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
            return new(ScalarValue.From(SqlType.Double, negative ? -value : value));
        }

        Int128 unscaled = Int128.Parse("0" + whole + fraction, CultureInfo.InvariantCulture);
        return new(ScalarValue.From(SqlType.Decimal(precision, fraction.Length), negative ? -unscaled : unscaled));
    }

    static ConstantExpression BindVector(float[] values, SourcePosition position)
    {
        if (values.Length == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "a vector literal needs at least one number.", position);
        }

        return new(ScalarValue.From(SqlType.Vector(values.Length), values));
    }

    static BigInteger ToBigInteger(object value) => value switch
    {
        long l => l,
        ulong u => u,
        BigInteger b => b,
        int i => i,
        _ => throw new SqlException(SqlErrorCode.Internal, $"An integer literal holds a {value.GetType().Name}."),
    };
}
