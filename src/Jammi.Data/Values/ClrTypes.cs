using System.Data;
using System.Diagnostics.CodeAnalysis;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>The one table between SQL types, .NET types and <see cref="DbType"/>, and cells as .NET values.</summary>
static class ClrTypes
{
    /// <summary>The exact type that <c>GetValue</c> gives for a column.</summary>
    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public static Type Of(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => typeof(bool),
        SqlTypeKind.TinyInt => typeof(sbyte),
        SqlTypeKind.SmallInt => typeof(short),
        SqlTypeKind.Integer => typeof(int),
        SqlTypeKind.BigInt => typeof(long),
        SqlTypeKind.UTinyInt => typeof(byte),
        SqlTypeKind.USmallInt => typeof(ushort),
        SqlTypeKind.UInteger => typeof(uint),
        SqlTypeKind.UBigInt => typeof(ulong),
        SqlTypeKind.Real => typeof(float),
        SqlTypeKind.Double => typeof(double),
        SqlTypeKind.Decimal => typeof(decimal),
        SqlTypeKind.Text or SqlTypeKind.Null => typeof(string),
        SqlTypeKind.Blob => typeof(byte[]),
        SqlTypeKind.Date or SqlTypeKind.Timestamp => typeof(DateTime),
        SqlTypeKind.TimestampTz => typeof(DateTimeOffset),
        SqlTypeKind.Time or SqlTypeKind.Interval => typeof(TimeSpan),
        SqlTypeKind.Uuid => typeof(Guid),
        SqlTypeKind.Vector => typeof(float[]),
        SqlTypeKind.HalfVector => typeof(Half[]),
        SqlTypeKind.List => ListForms.ArrayOf(type.Element!, withNulls: false),
        _ => typeof(object),
    };

    /// <summary>The <see cref="DbType"/> of a column.</summary>
    public static DbType DbTypeOf(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => DbType.Boolean,
        SqlTypeKind.TinyInt => DbType.SByte,
        SqlTypeKind.SmallInt => DbType.Int16,
        SqlTypeKind.Integer => DbType.Int32,
        SqlTypeKind.BigInt => DbType.Int64,
        SqlTypeKind.UTinyInt => DbType.Byte,
        SqlTypeKind.USmallInt => DbType.UInt16,
        SqlTypeKind.UInteger => DbType.UInt32,
        SqlTypeKind.UBigInt => DbType.UInt64,
        SqlTypeKind.Real => DbType.Single,
        SqlTypeKind.Double => DbType.Double,
        SqlTypeKind.Decimal => DbType.Decimal,
        SqlTypeKind.Text or SqlTypeKind.Null => DbType.String,
        SqlTypeKind.Blob => DbType.Binary,
        SqlTypeKind.Date => DbType.Date,
        SqlTypeKind.Time => DbType.Time,
        SqlTypeKind.Timestamp => DbType.DateTime2,
        SqlTypeKind.TimestampTz => DbType.DateTimeOffset,
        SqlTypeKind.Uuid => DbType.Guid,
        _ => DbType.Object,
    };

    /// <summary>A cell as <c>GetValue</c> gives it.</summary>
    public static object ToValue(SqlType type, Apache.Arrow.IArrowArray array, int row) => ToExact(type, ColumnFactory.ToObject(type, array, row)) ?? DBNull.Value;

    /// <summary>A DATE: midnight of a day counted from 1970-01-01.</summary>
    public static DateTime Day(int days) => DateTime.SpecifyKind(DateTime.UnixEpoch.AddDays(days), DateTimeKind.Unspecified);

    /// <summary>A TIMESTAMP: microseconds from 1970-01-01.</summary>
    public static DateTime Instant(long microseconds) => DateTime.SpecifyKind(DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond), DateTimeKind.Unspecified);

    public static Guid Uuid(Apache.Arrow.IArrowArray array, int row) => new(((Apache.Arrow.Arrays.FixedSizeBinaryArray)array).GetBytes(row), bigEndian: true);

    public static TimeSpan ToTimeSpan(SqlInterval interval) => interval.Months == 0
        ? TimeSpan.FromDays(interval.Days) + TimeSpan.FromTicks(interval.Nanoseconds / 100)
        : throw new InvalidCastException($"An interval with months ({interval.Months}) has no fixed length, so it is no TimeSpan; read it with GetText.");

    /// <summary>The engine's form of a value as the exact type of <see cref="Of"/>.</summary>
    static object? ToExact(SqlType type, object? form) => form switch
    {
        DateOnly date => date.ToDateTime(TimeOnly.MinValue),
        TimeOnly time => time.ToTimeSpan(),
        SqlInterval interval => ToTimeSpan(interval),
        object?[] items => ToTypedArray(type, items, HoldsNull(type, items)),
        var value => value,
    };

    static Array ToTypedArray(SqlType type, object?[] items, bool withNulls)
    {
        var array = Array.CreateInstanceFromArrayType(ListForms.ArrayOf(type.Element!, withNulls), items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            array.SetValue(items[i] is object?[] inner ? ToTypedArray(type.Element!, inner, withNulls) : ToExact(type.Element!, items[i]), i);
        }

        return array;
    }

    /// <summary>Whether an innermost item is NULL: then all of them are of the nullable type, as arrays of arrays have one type.</summary>
    static bool HoldsNull(SqlType type, object?[] items) => type.Element!.Kind == SqlTypeKind.List
        ? Array.Exists(items, item => item is object?[] inner && HoldsNull(type.Element, inner))
        : Array.IndexOf(items, null) >= 0;
}
