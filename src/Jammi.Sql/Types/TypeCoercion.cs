using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Types;

/// <summary>
/// The one table of implicit conversions. NULL becomes anything; numbers widen (integer → DECIMAL → DOUBLE); a date becomes a timestamp;
/// a time an interval; a HALF[n] a FLOAT[n]; text becomes nothing by itself (a text literal is the binder's affair).
/// </summary>
internal static class TypeCoercion
{
    /// <summary>The type both sides of a comparison, UNION or CASE are converted to, or null when there is none.</summary>
    public static SqlType? CommonType(SqlType a, SqlType b)
    {
        if (a == b || b.Kind == SqlTypeKind.Null)
        {
            return a;
        }

        if (a.Kind == SqlTypeKind.Null)
        {
            return b;
        }

        if (a.IsNumeric && b.IsNumeric)
        {
            return CommonNumeric(a, b);
        }

        if (IsDay(a) && IsDay(b))
        {
            return a.Kind > b.Kind ? a : b;
        }

        return (a.Kind, b.Kind) switch
        {
            (SqlTypeKind.Time, SqlTypeKind.Interval) or (SqlTypeKind.Interval, SqlTypeKind.Time) => SqlType.Interval,
            (SqlTypeKind.Vector, SqlTypeKind.List) when CanImplicitlyCast(b, a) => a,
            (SqlTypeKind.List, SqlTypeKind.Vector) when CanImplicitlyCast(a, b) => b,
            (SqlTypeKind.HalfVector, SqlTypeKind.Vector or SqlTypeKind.List) => CommonType(SqlType.Vector(a.Dimension), b),
            (SqlTypeKind.Vector or SqlTypeKind.List, SqlTypeKind.HalfVector) => CommonType(a, SqlType.Vector(b.Dimension)),
            (SqlTypeKind.List, SqlTypeKind.List) => CommonType(a.Element!, b.Element!) is { } element ? SqlType.List(element) : null,
            _ => null,
        };
    }

    /// <summary>Whether a value of one type may stand where another is wanted without a CAST in the text.</summary>
    public static bool CanImplicitlyCast(SqlType from, SqlType to) => ImplicitCastCost(from, to) is not null;

    /// <summary>How far the conversion is (0 for none), for choosing between overloads; null when it is not implicit.</summary>
    public static int? ImplicitCastCost(SqlType from, SqlType to)
    {
        if (from == to || from.Kind == SqlTypeKind.Null)
        {
            return 0;
        }

        if (from.IsNumeric && to.IsNumeric)
        {
            return NumericCost(from, to);
        }

        return (from.Kind, to.Kind) switch
        {
            (SqlTypeKind.Date, SqlTypeKind.Timestamp) => 1,
            (SqlTypeKind.Date, SqlTypeKind.TimestampTz) => 2,
            (SqlTypeKind.Timestamp, SqlTypeKind.TimestampTz) => 1,
            (SqlTypeKind.Time, SqlTypeKind.Interval) => 2,
            (SqlTypeKind.List, SqlTypeKind.List) => ImplicitCastCost(from.Element!, to.Element!),
            (SqlTypeKind.List, SqlTypeKind.Vector) when from.Element!.IsNumeric || from.Element.Kind == SqlTypeKind.Null => 3,
            (SqlTypeKind.Vector, SqlTypeKind.List) when to.Element!.IsFloating => to.Element.Kind == SqlTypeKind.Real ? 1 : 2,
            (SqlTypeKind.HalfVector, SqlTypeKind.Vector) when from.Dimension == to.Dimension => 1,
            (SqlTypeKind.HalfVector, SqlTypeKind.List) when to.Element!.IsFloating => to.Element.Kind == SqlTypeKind.Real ? 2 : 3,
            _ => null,
        };
    }

    /// <summary>The type that a written type name means: names and aliases of PostgreSQL, DuckDB and SQLite. Throws DatatypeMismatch at the name when there is none.</summary>
    public static SqlType ParseTypeName(TypeName name) => TypeNames.Parse(name);

    /// <summary>The number of decimal digits that hold every value of an integer type.</summary>
    public static int DecimalDigits(SqlTypeKind integer) => integer switch
    {
        SqlTypeKind.TinyInt or SqlTypeKind.UTinyInt => 3,
        SqlTypeKind.SmallInt or SqlTypeKind.USmallInt => 5,
        SqlTypeKind.Integer or SqlTypeKind.UInteger => 10,
        SqlTypeKind.BigInt => 19,
        SqlTypeKind.UBigInt => 20,
        _ => throw new ArgumentOutOfRangeException(nameof(integer), integer, "Not an integer type."),
    };

    /// <summary>The DECIMAL that holds every value of an integer or decimal type.</summary>
    public static SqlType AsDecimal(SqlType type) => type.Kind == SqlTypeKind.Decimal ? type : SqlType.Decimal(DecimalDigits(type.Kind), 0);

    static SqlType CommonNumeric(SqlType a, SqlType b)
    {
        if (a.IsFloating || b.IsFloating)
        {
            // REAL holds 24 bits: exactly the integers of 16 bits and fewer.
            return IsRealOrNarrower(a) && IsRealOrNarrower(b) ? SqlType.Real : SqlType.Double;
        }

        if (a.Kind == SqlTypeKind.Decimal || b.Kind == SqlTypeKind.Decimal)
        {
            return CommonDecimal(AsDecimal(a), AsDecimal(b));
        }

        if (a.IsSignedInteger == b.IsSignedInteger)
        {
            return a.FixedWidth >= b.FixedWidth ? a : b;
        }

        (SqlType signed, SqlType unsigned) = a.IsSignedInteger ? (a, b) : (b, a);
        int width = Math.Max(signed.FixedWidth, unsigned.FixedWidth * 2);
        return width switch
        {
            2 => SqlType.SmallInt,
            4 => SqlType.Integer,
            8 => SqlType.BigInt,
            _ => SqlType.Decimal(20, 0),
        };
    }

    static SqlType CommonDecimal(SqlType a, SqlType b)
    {
        int scale = Math.Max(a.Scale, b.Scale);
        int whole = Math.Max(a.Precision - a.Scale, b.Precision - b.Scale);
        return SqlType.Decimal(Math.Min(SqlType.MaxPrecision, whole + scale), scale);
    }

    static bool IsRealOrNarrower(SqlType type) => type.Kind == SqlTypeKind.Real || (type.IsInteger && type.FixedWidth <= 2);

    static int? NumericCost(SqlType from, SqlType to)
    {
        if (from.IsInteger && to.IsInteger)
        {
            bool widens = from.IsUnsignedInteger == to.IsUnsignedInteger
                ? to.FixedWidth > from.FixedWidth
                : from.IsUnsignedInteger && to.FixedWidth > from.FixedWidth;
            return widens ? to.FixedWidth / from.FixedWidth : null;
        }

        return (from.Kind, to.Kind) switch
        {
            (SqlTypeKind.Decimal, SqlTypeKind.Decimal) => to.Scale >= from.Scale && to.Precision - to.Scale >= from.Precision - from.Scale ? 1 : null,
            (_, SqlTypeKind.Decimal) when from.IsInteger => to.Precision - to.Scale >= DecimalDigits(from.Kind) ? 10 : null,
            (_, SqlTypeKind.Double) => from.Kind == SqlTypeKind.Real ? 1 : 20,
            (_, SqlTypeKind.Real) when from.Kind != SqlTypeKind.Double => 30,
            _ => null,
        };
    }

    static bool IsDay(SqlType type) => type.Kind is SqlTypeKind.Date or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz;
}
