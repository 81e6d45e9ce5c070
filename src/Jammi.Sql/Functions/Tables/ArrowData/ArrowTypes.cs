using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables.ArrowData;

/// <summary>SQL types of the columns of Arrow and Parquet files, and the columns that those files get.</summary>
internal static class ArrowTypes
{
    const string ExtensionName = "ARROW:extension:name";
    const string UuidExtension = "arrow.uuid";

    /// <summary>Names the SQL type of a column that a file stores in a plainer one (INTERVAL, FLOAT[n] and HALF[n] in Parquet).</summary>
    const string TypeKey = "jammi:type";

    const int UuidBytes = 16;

    /// <summary>The SQL type that a column is read as; null where none fits.</summary>
    public static SqlType? Of(Field field) => Stored(field) is not { } stored ? null
        : field.HasMetadata && field.Metadata.TryGetValue(TypeKey, out string? name) && ColumnDefinitions.TryParseType(name) is { } declared && Casts.CastKernels.Exists(stored, declared) ? declared
        : stored;

    /// <summary>The SQL type of the values as they lie in the file, before a conversion to <see cref="Of"/>.</summary>
    public static SqlType? Stored(Field field) => field.DataType switch
    {
        // A column of nothing but NULLs says no type.
        NullType => SqlType.Text,
        BooleanType => SqlType.Boolean,
        Int8Type => SqlType.TinyInt,
        Int16Type => SqlType.SmallInt,
        Int32Type => SqlType.Integer,
        Int64Type => SqlType.BigInt,
        UInt8Type => SqlType.UTinyInt,
        UInt16Type => SqlType.USmallInt,
        UInt32Type => SqlType.UInteger,
        UInt64Type => SqlType.UBigInt,
        HalfFloatType or FloatType => SqlType.Real,
        DoubleType => SqlType.Double,
        Decimal32Type { Precision: var p, Scale: var s } => Decimal(p, s),
        Decimal64Type { Precision: var p, Scale: var s } => Decimal(p, s),
        Decimal128Type { Precision: var p, Scale: var s } => Decimal(p, s),
        Decimal256Type { Precision: var p, Scale: var s } => Decimal(p, s),
        StringType or LargeStringType or StringViewType => SqlType.Text,
        BinaryType or LargeBinaryType or BinaryViewType => SqlType.Blob,
        FixedSizeBinaryType binary => binary.ByteWidth == UuidBytes && IsUuid(field) ? SqlType.Uuid : SqlType.Blob,
        Date32Type or Date64Type => SqlType.Date,
        Time32Type or Time64Type => SqlType.Time,
        TimestampType { Timezone: { Length: > 0 } } => SqlType.TimestampTz,
        TimestampType => SqlType.Timestamp,
        IntervalType or DurationType => SqlType.Interval,
        DictionaryType dictionary => Stored(new Field(field.Name, dictionary.ValueType, field.IsNullable, field.Metadata)),
        FixedSizeListType { ValueDataType: FloatType, ListSize: > 0 and var dimension } => SqlType.Vector(dimension),
        FixedSizeListType { ValueDataType: HalfFloatType, ListSize: > 0 and var dimension } => SqlType.HalfVector(dimension),
        FixedSizeListType list => ListOf(list.ValueField),
        ListType list => ListOf(list.ValueField),
        LargeListType list => ListOf(list.ValueField),
        ExtensionType extension => Stored(new Field(field.Name, extension.StorageType, field.IsNullable, WithExtension(field, extension))),
        _ => null,
    };

    /// <summary>The field of a column in its own Arrow type.</summary>
    public static Field ToField(string name, SqlType type, bool nullable) => new(name, Native(type), nullable, Metadata(type));

    /// <summary>The type in which Parquet stores a column of this type: it has no interval, and a list in place of a vector.</summary>
    public static SqlType ToParquet(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Null or SqlTypeKind.Interval => SqlType.Text,
        SqlTypeKind.Vector or SqlTypeKind.HalfVector => SqlType.List(SqlType.Real),
        SqlTypeKind.List => SqlType.List(ToParquet(type.Element!)),
        _ => type,
    };

    /// <summary>The field of a Parquet column, which says the SQL type where it is stored in another.</summary>
    public static Field ToParquetField(string name, SqlType type, bool nullable)
    {
        SqlType stored = ToParquet(type);
        return stored == type || type.Kind == SqlTypeKind.Null
            ? ToField(name, stored, nullable)
            : new Field(name, Native(stored), nullable, [KeyValuePair.Create(TypeKey, type.ToString())]);
    }

    static IArrowType Native(SqlType type) => type.Kind == SqlTypeKind.List
        ? new ListType(ToField("item", type.Element!, nullable: true))
        : type.ToArrow();

    static KeyValuePair<string, string>[]? Metadata(SqlType type) =>
        type.Kind == SqlTypeKind.Uuid ? [KeyValuePair.Create(ExtensionName, UuidExtension)] : null;

    static bool IsUuid(Field field) => field.HasMetadata && field.Metadata.TryGetValue(ExtensionName, out string? name) && name == UuidExtension;

    static Dictionary<string, string> WithExtension(Field field, ExtensionType extension)
    {
        Dictionary<string, string> metadata = field.HasMetadata ? new(field.Metadata) : [];
        metadata[ExtensionName] = extension.Name;
        return metadata;
    }

    static SqlType? ListOf(Field items) => Stored(items) is { } element ? SqlType.List(element) : null;

    static SqlType? Decimal(int precision, int scale) => precision <= SqlType.MaxPrecision && scale >= 0 && scale <= precision ? SqlType.Decimal(precision, scale) : null;
}
