using System.Globalization;
using Apache.Arrow.Types;

namespace Jammi.Sql.Types;

/// <summary>The kinds of SQL types. <see cref="Null"/> is the type of a bare NULL before it is coerced.</summary>
internal enum SqlTypeKind : byte
{
    Null,
    Boolean,
    TinyInt,
    SmallInt,
    Integer,
    BigInt,
    UTinyInt,
    USmallInt,
    UInteger,
    UBigInt,
    Real,
    Double,
    Decimal,
    Text,
    Blob,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Vector,
    List,
    HalfVector,
}

/// <summary>
/// A SQL type and its one Arrow form. Text is UTF-8 <c>String</c>, Blob <c>Binary</c>, Decimal <c>Decimal128</c> (little-endian Int128),
/// Date <c>Date32</c>, Time <c>Time64(ns)</c>, Timestamp(Tz) <c>Timestamp(us)</c>, Interval month-day-nano, Uuid 16 big-endian bytes,
/// Vector <c>FixedSizeList&lt;Float, Dimension&gt;</c>, HalfVector the same of <c>HalfFloat</c>, List <c>List&lt;Element&gt;</c>.
/// </summary>
internal sealed record SqlType(SqlTypeKind Kind, int Precision = 0, int Scale = 0, SqlType? Element = null, int Dimension = 0)
{
    /// <summary>The largest number of digits of a DECIMAL.</summary>
    public const int MaxPrecision = 38;

    public static SqlType Null { get; } = new(SqlTypeKind.Null);
    public static SqlType Boolean { get; } = new(SqlTypeKind.Boolean);
    public static SqlType TinyInt { get; } = new(SqlTypeKind.TinyInt);
    public static SqlType SmallInt { get; } = new(SqlTypeKind.SmallInt);
    public static SqlType Integer { get; } = new(SqlTypeKind.Integer);
    public static SqlType BigInt { get; } = new(SqlTypeKind.BigInt);
    public static SqlType UTinyInt { get; } = new(SqlTypeKind.UTinyInt);
    public static SqlType USmallInt { get; } = new(SqlTypeKind.USmallInt);
    public static SqlType UInteger { get; } = new(SqlTypeKind.UInteger);
    public static SqlType UBigInt { get; } = new(SqlTypeKind.UBigInt);
    public static SqlType Real { get; } = new(SqlTypeKind.Real);
    public static SqlType Double { get; } = new(SqlTypeKind.Double);
    public static SqlType Text { get; } = new(SqlTypeKind.Text);
    public static SqlType Blob { get; } = new(SqlTypeKind.Blob);
    public static SqlType Date { get; } = new(SqlTypeKind.Date);
    public static SqlType Time { get; } = new(SqlTypeKind.Time);
    public static SqlType Timestamp { get; } = new(SqlTypeKind.Timestamp);
    public static SqlType TimestampTz { get; } = new(SqlTypeKind.TimestampTz);
    public static SqlType Interval { get; } = new(SqlTypeKind.Interval);
    public static SqlType Uuid { get; } = new(SqlTypeKind.Uuid);

    public static SqlType Decimal(int precision, int scale) => new(SqlTypeKind.Decimal, precision, scale);

    public static SqlType Vector(int dimension) => new(SqlTypeKind.Vector, Dimension: dimension);

    /// <summary>A vector stored in halves of the space: 16-bit floats. Whatever calculates with it gets it as a <see cref="Vector"/>.</summary>
    public static SqlType HalfVector(int dimension) => new(SqlTypeKind.HalfVector, Dimension: dimension);

    public static SqlType List(SqlType element) => new(SqlTypeKind.List, Element: element);

    public bool IsSignedInteger => Kind is >= SqlTypeKind.TinyInt and <= SqlTypeKind.BigInt;

    public bool IsUnsignedInteger => Kind is >= SqlTypeKind.UTinyInt and <= SqlTypeKind.UBigInt;

    public bool IsInteger => Kind is >= SqlTypeKind.TinyInt and <= SqlTypeKind.UBigInt;

    public bool IsFloating => Kind is SqlTypeKind.Real or SqlTypeKind.Double;

    public bool IsNumeric => Kind is >= SqlTypeKind.TinyInt and <= SqlTypeKind.Decimal;

    public bool IsTemporal => Kind is >= SqlTypeKind.Date and <= SqlTypeKind.TimestampTz;

    public bool IsVector => Kind is SqlTypeKind.Vector or SqlTypeKind.HalfVector;

    /// <summary>Bytes of a vector's numbers.</summary>
    public int VectorBytes => Dimension * (Kind == SqlTypeKind.HalfVector ? 2 : sizeof(float));

    /// <summary>Bytes of a value in its Arrow buffer, or 0 where values are of varying width, bits or nested.</summary>
    public int FixedWidth => Kind switch
    {
        SqlTypeKind.TinyInt or SqlTypeKind.UTinyInt => 1,
        SqlTypeKind.SmallInt or SqlTypeKind.USmallInt => 2,
        SqlTypeKind.Integer or SqlTypeKind.UInteger or SqlTypeKind.Real or SqlTypeKind.Date => 4,
        SqlTypeKind.BigInt or SqlTypeKind.UBigInt or SqlTypeKind.Double or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz => 8,
        SqlTypeKind.Decimal or SqlTypeKind.Uuid or SqlTypeKind.Interval => 16,
        _ => 0,
    };

    /// <summary>The Arrow type that stores this SQL type.</summary>
    public IArrowType ToArrow() => Kind switch
    {
        SqlTypeKind.Null => NullType.Default,
        SqlTypeKind.Boolean => BooleanType.Default,
        SqlTypeKind.TinyInt => Int8Type.Default,
        SqlTypeKind.SmallInt => Int16Type.Default,
        SqlTypeKind.Integer => Int32Type.Default,
        SqlTypeKind.BigInt => Int64Type.Default,
        SqlTypeKind.UTinyInt => UInt8Type.Default,
        SqlTypeKind.USmallInt => UInt16Type.Default,
        SqlTypeKind.UInteger => UInt32Type.Default,
        SqlTypeKind.UBigInt => UInt64Type.Default,
        SqlTypeKind.Real => FloatType.Default,
        SqlTypeKind.Double => DoubleType.Default,
        SqlTypeKind.Decimal => new Decimal128Type(Precision, Scale),
        SqlTypeKind.Text => StringType.Default,
        SqlTypeKind.Blob => BinaryType.Default,
        SqlTypeKind.Date => Date32Type.Default,
        SqlTypeKind.Time => TimeType.Nanosecond,
        SqlTypeKind.Timestamp => MicrosecondTimestamp,
        SqlTypeKind.TimestampTz => UtcTimestamp,
        SqlTypeKind.Interval => IntervalType.MonthDayNanosecond,
        SqlTypeKind.Uuid => new FixedSizeBinaryType(16),
        SqlTypeKind.Vector => new FixedSizeListType(new Apache.Arrow.Field("item", FloatType.Default, nullable: false), Dimension),
        SqlTypeKind.HalfVector => new FixedSizeListType(new Apache.Arrow.Field("item", HalfFloatType.Default, nullable: false), Dimension),
        SqlTypeKind.List => new ListType(new Apache.Arrow.Field("item", Element!.ToArrow(), nullable: true)),
        _ => throw new SqlException(SqlErrorCode.Internal, $"No Arrow form is known for {this}."),
    };

    /// <summary>The type's name as SQL writes it, for example <c>DECIMAL(10,2)</c> or <c>FLOAT[512]</c>.</summary>
    public override string ToString() => Kind switch
    {
        SqlTypeKind.Null => "NULL",
        SqlTypeKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Precision},{Scale})"),
        SqlTypeKind.Timestamp => "TIMESTAMP",
        SqlTypeKind.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        SqlTypeKind.Vector => string.Create(CultureInfo.InvariantCulture, $"FLOAT[{Dimension}]"),
        SqlTypeKind.HalfVector => string.Create(CultureInfo.InvariantCulture, $"HALF[{Dimension}]"),
        SqlTypeKind.List => $"{Element}[]",
        _ => Kind.ToString().ToUpperInvariant(),
    };

    static readonly IArrowType MicrosecondTimestamp = new TimestampType(TimeUnit.Microsecond, (string?)null);
    static readonly IArrowType UtcTimestamp = new TimestampType(TimeUnit.Microsecond, "UTC");
}
