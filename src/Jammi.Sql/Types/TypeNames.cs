using System.Collections.Frozen;
using System.Globalization;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Types;

/// <summary>
/// Type names as people write them: standard SQL and the aliases of PostgreSQL, DuckDB, SQLite and SQL Server. A FLOAT by itself is a DOUBLE, as in the
/// first and the last two of them; before brackets it names the number of vectors and lists, a REAL.
/// </summary>
internal static class TypeNames
{
    const int DefaultPrecision = 18;
    const int DefaultScale = 3;

    /// <summary>Binary digits that a REAL holds: FLOAT(p) with more is a DOUBLE.</summary>
    const int RealDigits = 24;

    static readonly FrozenDictionary<string, SqlType> Plain = Names().ToFrozenDictionary(n => n.Name, n => n.Type, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every name without arguments.</summary>
    public static IEnumerable<string> All => Plain.Keys.Concat(["DECIMAL", "NUMERIC", "VECTOR", "HALF[n]", "HALFVEC"]);

    public static SqlType Parse(TypeName name)
    {
        if (name.Name.ToUpperInvariant() is "HALF" or "FLOAT16")
        {
            return ParseHalves(name);
        }

        SqlType type = IsFloatOfArray(name) ? SqlType.Real : ParseScalar(name);
        bool isNumberOfVectors = type.Kind == SqlTypeKind.Real && name.Arguments.Count == 0;
        for (int i = 0; i < name.ArrayDimensions.Count; i++)
        {
            type = i == 0 && isNumberOfVectors && name.ArrayDimensions[0] is int dimension ? Vector(dimension, name) : SqlType.List(type);
        }

        return type;
    }

    static bool IsFloatOfArray(TypeName name) =>
        name.ArrayDimensions.Count > 0 && name.Arguments.Count == 0 && name.Name.Equals("FLOAT", StringComparison.OrdinalIgnoreCase);

    /// <summary>Halves are numbers of vectors only.</summary>
    static SqlType ParseHalves(TypeName name)
    {
        if (name.Arguments.Count > 0 || name.ArrayDimensions is not [int dimension, ..])
        {
            throw Error(name, $"{name.Name} is a number of vectors only and needs their dimensions, for example {name.Name}[512]; a single number is a REAL.");
        }

        return name.ArrayDimensions.Skip(1).Aggregate(HalfVector(dimension, name), (type, _) => SqlType.List(type));
    }

    static SqlType ParseScalar(TypeName name)
    {
        switch (name.Name.ToUpperInvariant())
        {
            case "DECIMAL" or "NUMERIC" or "DEC" or "NUMBER":
                return Decimal(name);
            case "VECTOR":
                return name.Arguments is [int dimension]
                    ? Vector(dimension, name)
                    : throw Error(name, "VECTOR needs its number of dimensions, for example VECTOR(512).");
            case "HALFVEC":
                return name.Arguments is [int halves]
                    ? HalfVector(halves, name)
                    : throw Error(name, "HALFVEC needs its number of dimensions, for example HALFVEC(512).");
            case "FLOAT" when name.Arguments is [int digits]:
                return digits is >= 1 and <= 53
                    ? (digits <= RealDigits ? SqlType.Real : SqlType.Double)
                    : throw Error(name, $"FLOAT({digits}): the number of binary digits is 1 to 53.");
        }

        if (!Plain.TryGetValue(name.Name, out SqlType? type))
        {
            throw Error(name, $"The type \"{name.Name}\" does not exist. The types are {string.Join(", ", All.Order(StringComparer.Ordinal))}.");
        }

        if (name.Arguments.Count > 0 && type.Kind is not (SqlTypeKind.Text or SqlTypeKind.Blob or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz or SqlTypeKind.Interval))
        {
            throw Error(name, $"{name.Name} takes no length or precision.");
        }

        return type;
    }

    static SqlType Decimal(TypeName name)
    {
        (int precision, int scale) = name.Arguments switch
        {
            [] => (DefaultPrecision, DefaultScale),
            [int p] => (p, 0),
            [int p, int s] => (p, s),
            _ => throw Error(name, "DECIMAL takes a precision and a scale, for example DECIMAL(10,2)."),
        };
        if (precision is < 1 or > SqlType.MaxPrecision)
        {
            throw Error(name, string.Create(CultureInfo.InvariantCulture, $"DECIMAL({precision},{scale}): the precision is 1 to {SqlType.MaxPrecision}."));
        }

        return scale >= 0 && scale <= precision
            ? SqlType.Decimal(precision, scale)
            : throw Error(name, string.Create(CultureInfo.InvariantCulture, $"DECIMAL({precision},{scale}): the scale is 0 to the precision, {precision}."));
    }

    static SqlType Vector(int dimension, TypeName name) => dimension > 0
        ? SqlType.Vector(dimension)
        : throw Error(name, "A vector has at least one dimension, for example FLOAT[512].");

    static SqlType HalfVector(int dimension, TypeName name) => SqlType.HalfVector(Vector(dimension, name).Dimension);

    static SqlException Error(TypeName name, string message) => new(SqlErrorCode.DatatypeMismatch, message, name.Position);

    static IEnumerable<(string Name, SqlType Type)> Names()
    {
        (SqlType Type, string[] Names)[] table =
        [
            (SqlType.Boolean, ["BOOLEAN", "BOOL", "LOGICAL", "BIT"]),
            (SqlType.TinyInt, ["TINYINT", "INT1"]),
            (SqlType.SmallInt, ["SMALLINT", "INT2", "SHORT", "INT16"]),
            (SqlType.Integer, ["INTEGER", "INT", "INT4", "SIGNED", "INT32", "MEDIUMINT"]),
            (SqlType.BigInt, ["BIGINT", "INT8", "LONG", "INT64"]),
            (SqlType.UTinyInt, ["UTINYINT", "UINT8"]),
            (SqlType.USmallInt, ["USMALLINT", "UINT16"]),
            (SqlType.UInteger, ["UINTEGER", "UINT32", "UINT"]),
            (SqlType.UBigInt, ["UBIGINT", "UINT64"]),
            (SqlType.Real, ["REAL", "FLOAT4"]),
            (SqlType.Double, ["DOUBLE", "DOUBLE PRECISION", "FLOAT", "FLOAT8"]),
            (SqlType.Decimal(38, 0), ["HUGEINT"]),
            (SqlType.Decimal(19, 4), ["MONEY"]),
            (SqlType.Text, ["TEXT", "VARCHAR", "STRING", "CHAR", "CHARACTER", "CHARACTER VARYING", "CHAR VARYING", "BPCHAR", "NAME", "CLOB", "NCHAR", "NVARCHAR", "NTEXT", "JSON", "JSONB"]),
            (SqlType.Blob, ["BLOB", "BYTEA", "BINARY", "VARBINARY", "BYTES", "BINARY LARGE OBJECT"]),
            (SqlType.Date, ["DATE"]),
            (SqlType.Time, ["TIME", "TIME WITHOUT TIME ZONE"]),
            (SqlType.Timestamp, ["TIMESTAMP", "DATETIME", "DATETIME2", "TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_US", "TIMESTAMP_NS"]),
            (SqlType.TimestampTz, ["TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "DATETIMEOFFSET"]),
            (SqlType.Interval, ["INTERVAL"]),
            (SqlType.Uuid, ["UUID", "GUID", "UNIQUEIDENTIFIER"]),
        ];
        return table.SelectMany(row => row.Names.Select(name => (name, row.Type)));
    }
}
