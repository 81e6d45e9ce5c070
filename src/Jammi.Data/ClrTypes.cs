using System.Data;
using System.Data.SqlTypes;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>The one table between SQL types, .NET types and <see cref="DbType"/>.</summary>
static class ClrTypes
{
    /// <summary>The exact type that <c>GetValue</c> gives for a column.</summary>
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
        SqlTypeKind.List => Of(type.Element!).MakeArrayType(),
        _ => typeof(object),
    };

    public static DbType DbTypeOf(object? value) => value switch
    {
        bool => DbType.Boolean,
        sbyte => DbType.SByte,
        byte => DbType.Byte,
        short => DbType.Int16,
        ushort => DbType.UInt16,
        int => DbType.Int32,
        uint => DbType.UInt32,
        long => DbType.Int64,
        ulong => DbType.UInt64,
        float => DbType.Single,
        double => DbType.Double,
        decimal => DbType.Decimal,
        byte[] or Stream or ReadOnlyMemory<byte> or Memory<byte> => DbType.Binary,
        DateOnly => DbType.Date,
        DateTime => DbType.DateTime,
        DateTimeOffset => DbType.DateTimeOffset,
        TimeOnly or TimeSpan => DbType.Time,
        Guid => DbType.Guid,
        float[] or ReadOnlyMemory<float> or Memory<float> => DbType.Object,
        _ => DbType.String,
    };

    static SqlType? OfDbType(DbType type, object value) => type switch
    {
        DbType.Boolean => SqlType.Boolean,
        DbType.SByte => SqlType.TinyInt,
        DbType.Byte => SqlType.UTinyInt,
        DbType.Int16 => SqlType.SmallInt,
        DbType.UInt16 => SqlType.USmallInt,
        DbType.Int32 => SqlType.Integer,
        DbType.UInt32 => SqlType.UInteger,
        DbType.Int64 => SqlType.BigInt,
        DbType.UInt64 => SqlType.UBigInt,
        DbType.Single => SqlType.Real,
        DbType.Double => SqlType.Double,
        DbType.Decimal or DbType.VarNumeric => value is decimal number ? SqlType.Decimal(SqlType.MaxPrecision, number.Scale) : SqlType.Decimal(SqlType.MaxPrecision, 10),
        DbType.Currency => SqlType.Decimal(19, 4),
        DbType.String or DbType.AnsiString or DbType.StringFixedLength or DbType.AnsiStringFixedLength or DbType.Xml => SqlType.Text,
        DbType.Binary => SqlType.Blob,
        DbType.Date => SqlType.Date,
        DbType.DateTime or DbType.DateTime2 => SqlType.Timestamp,
        DbType.DateTimeOffset => SqlType.TimestampTz,
        DbType.Time => SqlType.Time,
        DbType.Guid => SqlType.Uuid,
        _ => null,
    };

    /// <summary>A parameter's value in its own type, or converted to an explicit <paramref name="declared"/> one.</summary>
    /// <exception cref="NotSupportedException">The value's type has no SQL form.</exception>
    public static ScalarValue ToScalar(object value, DbType? declared, string parameterName)
    {
        if (value is DBNull)
        {
            return ScalarValue.NullOf(declared is { } d && OfDbType(d, value) is { } nullType ? nullType : SqlType.Null);
        }

        if (value is Enum enumeration)
        {
            value = Convert.ChangeType(enumeration, Enum.GetUnderlyingType(value.GetType()), CultureInfo.InvariantCulture);
        }

        (SqlType type, object form) = Natural(value, parameterName);
        if (declared is { } wanted && OfDbType(wanted, value) is { } target && target != type)
        {
            return ConvertTo(type, form, target, wanted, parameterName);
        }

        return ScalarValue.From(type, form);
    }

    static (SqlType Type, object Form) Natural(object value, string parameterName) => value switch
    {
        bool => (SqlType.Boolean, value),
        sbyte => (SqlType.TinyInt, value),
        byte => (SqlType.UTinyInt, value),
        short => (SqlType.SmallInt, value),
        ushort => (SqlType.USmallInt, value),
        int => (SqlType.Integer, value),
        uint => (SqlType.UInteger, value),
        long => (SqlType.BigInt, value),
        ulong => (SqlType.UBigInt, value),
        float => (SqlType.Real, value),
        Half half => (SqlType.Real, (float)half),
        double => (SqlType.Double, value),
        decimal number => (SqlType.Decimal(SqlType.MaxPrecision, number.Scale), value),
        Int128 large => (SqlType.Decimal(SqlType.MaxPrecision, 0), large),
        BigInteger big => (SqlType.Decimal(SqlType.MaxPrecision, 0), (Int128)big),
        string => (SqlType.Text, value),
        char character => (SqlType.Text, character.ToString()),
        char[] characters => (SqlType.Text, new string(characters)),
        byte[] => (SqlType.Blob, value),
        ArraySegment<byte> segment => (SqlType.Blob, segment.ToArray()),
        ReadOnlyMemory<byte> memory => (SqlType.Blob, memory.ToArray()),
        Memory<byte> memory => (SqlType.Blob, memory.ToArray()),
        Stream stream => (SqlType.Blob, ReadAll(stream)),
        DateOnly => (SqlType.Date, value),
        TimeOnly => (SqlType.Time, value),
        TimeSpan span when span >= TimeSpan.Zero && span < TimeSpan.FromDays(1) => (SqlType.Time, TimeOnly.FromTimeSpan(span)),
        TimeSpan span => (SqlType.Interval, new SqlInterval(0, 0, span.Ticks * 100)),
        DateTime { Kind: DateTimeKind.Utc } or DateTime => (SqlType.Timestamp, value),
        DateTimeOffset => (SqlType.TimestampTz, value),
        Guid => (SqlType.Uuid, value),
        SqlGuid guid => (SqlType.Uuid, guid.Value),
        float[] vector => (SqlType.Vector(vector.Length), vector),
        ReadOnlyMemory<float> vector => (SqlType.Vector(vector.Length), vector.ToArray()),
        Memory<float> vector => (SqlType.Vector(vector.Length), vector.ToArray()),
        Half[] halves => (SqlType.Vector(halves.Length), Array.ConvertAll(halves, h => (float)h)),
        double[] doubles => (SqlType.Vector(doubles.Length), Array.ConvertAll(doubles, d => (float)d)),
        IEnumerable<float> numbers when numbers.ToArray() is var vector => (SqlType.Vector(vector.Length), vector),
        System.Collections.IEnumerable items and not System.Collections.IDictionary => ToList(items, parameterName),
        _ => throw new NotSupportedException($"Parameter '{parameterName}' has a value of type {value.GetType()}, which has no SQL type."),
    };

    static (SqlType, object) ToList(System.Collections.IEnumerable items, string parameterName)
    {
        SqlType? element = null;
        var forms = new List<object?>();
        foreach (object? item in items)
        {
            if (item is null or DBNull)
            {
                forms.Add(null);
                continue;
            }

            (SqlType type, object form) = Natural(item, parameterName);
            if (element is not null && element != type)
            {
                throw new NotSupportedException($"Parameter '{parameterName}' is a list of both {element} and {type}; its items must have one type.");
            }

            element = type;
            forms.Add(form);
        }

        return (SqlType.List(element ?? SqlType.Text), forms.ToArray());
    }

    static ScalarValue ConvertTo(SqlType from, object form, SqlType to, DbType wanted, string parameterName)
    {
        try
        {
            object? converted = (to.Kind, form) switch
            {
                (SqlTypeKind.Boolean, IConvertible c) when form is not string => c.ToBoolean(CultureInfo.InvariantCulture),
                (SqlTypeKind.TinyInt, IConvertible c) => c.ToSByte(CultureInfo.InvariantCulture),
                (SqlTypeKind.UTinyInt, IConvertible c) => c.ToByte(CultureInfo.InvariantCulture),
                (SqlTypeKind.SmallInt, IConvertible c) => c.ToInt16(CultureInfo.InvariantCulture),
                (SqlTypeKind.USmallInt, IConvertible c) => c.ToUInt16(CultureInfo.InvariantCulture),
                (SqlTypeKind.Integer, IConvertible c) => c.ToInt32(CultureInfo.InvariantCulture),
                (SqlTypeKind.UInteger, IConvertible c) => c.ToUInt32(CultureInfo.InvariantCulture),
                (SqlTypeKind.BigInt, IConvertible c) => c.ToInt64(CultureInfo.InvariantCulture),
                (SqlTypeKind.UBigInt, IConvertible c) => c.ToUInt64(CultureInfo.InvariantCulture),
                (SqlTypeKind.Real, IConvertible c) => c.ToSingle(CultureInfo.InvariantCulture),
                (SqlTypeKind.Double, IConvertible c) => c.ToDouble(CultureInfo.InvariantCulture),
                (SqlTypeKind.Decimal, IConvertible c) => c.ToDecimal(CultureInfo.InvariantCulture),
                (SqlTypeKind.Text, Guid g) => g.ToString(),
                (SqlTypeKind.Text, IFormattable f) => f.ToString(null, CultureInfo.InvariantCulture),
                (SqlTypeKind.Date, DateTime d) => DateOnly.FromDateTime(d),
                (SqlTypeKind.Timestamp, DateOnly d) => d.ToDateTime(TimeOnly.MinValue),
                (SqlTypeKind.Timestamp, DateTimeOffset d) => d.UtcDateTime,
                (SqlTypeKind.TimestampTz, DateTime d) => new DateTimeOffset(d.Kind == DateTimeKind.Local ? d.ToUniversalTime() : DateTime.SpecifyKind(d, DateTimeKind.Utc)),
                (SqlTypeKind.Time, DateTime d) => TimeOnly.FromDateTime(d),
                (SqlTypeKind.Uuid, string s) => Guid.Parse(s),
                (SqlTypeKind.Uuid, byte[] b) => new Guid(b),
                _ => null,
            };
            return converted is null
                ? throw new NotSupportedException($"Parameter '{parameterName}' is declared as {wanted}, but its value is {from}.")
                : ScalarValue.From(to, converted);
        }
        catch (Exception error) when (error is FormatException or InvalidCastException or OverflowException)
        {
            throw new NotSupportedException($"Parameter '{parameterName}' is declared as {wanted}, but its value cannot be converted: {error.Message}", error);
        }
    }

    static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>A cell as <c>GetValue</c> gives it.</summary>
    public static object ToValue(SqlType type, Apache.Arrow.IArrowArray array, int row) => ColumnFactory.ToObject(type, array, row) switch
    {
        null => DBNull.Value,
        DateOnly date => date.ToDateTime(TimeOnly.MinValue),
        TimeOnly time => time.ToTimeSpan(),
        SqlInterval interval => ToTimeSpan(interval),
        object?[] items => ToTypedArray(type, items),
        var value => value,
    };

    public static TimeSpan ToTimeSpan(SqlInterval interval) => interval.Months == 0
        ? TimeSpan.FromDays(interval.Days) + TimeSpan.FromTicks(interval.Nanoseconds / 100)
        : throw new InvalidCastException($"An interval with months ({interval.Months}) has no fixed length, so it is no TimeSpan; read it as text.");

    static Array ToTypedArray(SqlType type, object?[] items)
    {
        Type element = Of(type.Element!);
        if (element.IsValueType && Array.IndexOf(items, null) >= 0)
        {
            element = typeof(Nullable<>).MakeGenericType(element);
        }

        var array = Array.CreateInstance(element, items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            object? item = items[i] switch
            {
                DateOnly date => date.ToDateTime(TimeOnly.MinValue),
                TimeOnly time => time.ToTimeSpan(),
                SqlInterval interval => ToTimeSpan(interval),
                object?[] nested => ToTypedArray(type.Element!, nested),
                var other => other,
            };
            array.SetValue(item, i);
        }

        return array;
    }

}
