using Jammi.Sql.Types;

namespace Jammi.Data.Metadata;

/// <summary>The rows of the DataTypes collection: every SQL type once, under the name by which it is declared.</summary>
static class DataTypeRows
{
    public static IEnumerable<object?[]> All =>
    [
        Row("BOOLEAN", SqlType.Boolean, best: true),
        Row("TINYINT", SqlType.TinyInt, best: true),
        Row("SMALLINT", SqlType.SmallInt, best: true),
        Row("INTEGER", SqlType.Integer, best: true),
        Row("BIGINT", SqlType.BigInt, best: true),
        Row("UTINYINT", SqlType.UTinyInt, best: true),
        Row("USMALLINT", SqlType.USmallInt, best: true),
        Row("UINTEGER", SqlType.UInteger, best: true),
        Row("UBIGINT", SqlType.UBigInt, best: true),
        Row("REAL", SqlType.Real, best: true),
        Row("DOUBLE", SqlType.Double, best: true),
        Row("DECIMAL", SqlType.Decimal(SqlType.MaxPrecision, 0), best: true, format: "DECIMAL({0},{1})", parameters: "precision,scale"),
        Row("TEXT", SqlType.Text, best: true, prefix: "'", suffix: "'"),
        Row("VARCHAR", SqlType.Text, best: false, format: "VARCHAR({0})", parameters: "length", prefix: "'", suffix: "'"),
        Row("BLOB", SqlType.Blob, best: true, prefix: "X'", suffix: "'"),
        Row("DATE", SqlType.Date, best: false, prefix: "DATE '", suffix: "'"),
        Row("TIME", SqlType.Time, best: true, prefix: "TIME '", suffix: "'"),
        Row("TIMESTAMP", SqlType.Timestamp, best: true, prefix: "TIMESTAMP '", suffix: "'"),
        Row("TIMESTAMP WITH TIME ZONE", SqlType.TimestampTz, best: true, prefix: "TIMESTAMPTZ '", suffix: "'"),
        Row("INTERVAL", SqlType.Interval, best: false, prefix: "INTERVAL '", suffix: "'"),
        Row("UUID", SqlType.Uuid, best: true, prefix: "UUID '", suffix: "'"),
        Row("VECTOR", SqlType.Vector(1), best: true, format: "VECTOR({0})", parameters: "dimensions", prefix: "[", suffix: "]"),
        Row("HALFVEC", SqlType.HalfVector(1), best: true, format: "HALFVEC({0})", parameters: "dimensions", prefix: "[", suffix: "]"),
    ];

    static object?[] Row(string name, SqlType type, bool best, string? format = null, string? parameters = null, string? prefix = null, string? suffix = null)
    {
        bool isLong = type.Kind is SqlTypeKind.Text or SqlTypeKind.Blob || type.IsVector;
        long size = JammiColumn.PrecisionOf(type) ?? JammiColumn.SizeOf(type);
        object? largestScale = type.Kind == SqlTypeKind.Decimal ? (short)SqlType.MaxPrecision : null;
        object? smallestScale = type.Kind == SqlTypeKind.Decimal ? (short)0 : null;
        object? isUnsigned = type.IsNumeric ? type.IsUnsignedInteger : null;
        return
        [
            name, (int)ClrTypes.DbTypeOf(type), size, format ?? name, parameters, ClrTypes.Of(type).FullName, type.Kind is SqlTypeKind.SmallInt or SqlTypeKind.Integer or SqlTypeKind.BigInt, best, type.Kind == SqlTypeKind.Text,
            type.FixedWidth > 0 || type.Kind == SqlTypeKind.Boolean, type.IsInteger, isLong, true, !type.IsVector,
            type.Kind == SqlTypeKind.Text, isUnsigned, largestScale, smallestScale, false, true, prefix, suffix,
        ];
    }
}
