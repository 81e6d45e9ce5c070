using System.Collections;
using System.Data;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>Parameters' .NET values as SQL values: by the value's own type, or converted to a declared one. Types without a SQL form are refused, never turned into text.</summary>
static class ParameterTypes
{
    /// <summary>The most digits of a <see cref="decimal"/>.</summary>
    const int DecimalDigits = 29;

    /// <summary>The type that a parameter of this value has when none is declared.</summary>
    public static DbType Infer(object? value) => value switch
    {
        Enum e => Infer(Convert.ChangeType(e, Enum.GetUnderlyingType(e.GetType()), CultureInfo.InvariantCulture)),
        bool => DbType.Boolean,
        sbyte => DbType.SByte,
        byte => DbType.Byte,
        short => DbType.Int16,
        ushort => DbType.UInt16,
        int => DbType.Int32,
        uint => DbType.UInt32,
        long => DbType.Int64,
        ulong => DbType.UInt64,
        float or Half => DbType.Single,
        double => DbType.Double,
        decimal or Int128 or BigInteger => DbType.Decimal,
        byte[] or Stream or ReadOnlyMemory<byte> or Memory<byte> or ArraySegment<byte> => DbType.Binary,
        DateOnly => DbType.Date,
        DateTime => DbType.DateTime,
        DateTimeOffset => DbType.DateTimeOffset,
        TimeOnly or TimeSpan => DbType.Time,
        Guid => DbType.Guid,
        null or DBNull or string or char or char[] or ReadOnlyMemory<char> or TextReader or JsonDocument or JsonElement => DbType.String,
        _ => DbType.Object,
    };

    /// <summary>The SQL type of a declared type; null for <see cref="DbType.Object"/>, which leaves the value's own.</summary>
    public static SqlType? Declared(DbType type, byte precision, byte scale, object? value) => type switch
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
        DbType.Decimal or DbType.VarNumeric => DeclaredDecimal(precision, scale, value),
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

    /// <summary>A value as the engine takes it.</summary>
    /// <param name="place">What it is given to, for messages.</param>
    /// <exception cref="NotSupportedException">The value's type has no SQL form, or not in the declared type.</exception>
    public static ScalarValue ToScalar(object value, SqlType? declared, ValuePlace place)
    {
        if (value is DBNull)
        {
            return ScalarValue.NullOf(declared ?? SqlType.Null);
        }

        if (value is Enum enumeration)
        {
            value = Convert.ChangeType(enumeration, Enum.GetUnderlyingType(value.GetType()), CultureInfo.InvariantCulture);
        }

        (SqlType type, object form) = Natural(value, place);
        return declared is null || declared == type ? ScalarValue.From(type, form) : ParameterConversion.Convert(type, form, declared, place);
    }

    static SqlType DeclaredDecimal(byte precision, byte scale, object? value) => value switch
    {
        _ when precision > 0 => SqlType.Decimal(Math.Min((int)precision, SqlType.MaxPrecision), Math.Min(scale, precision)),
        _ when scale > 0 => SqlType.Decimal(SqlType.MaxPrecision, scale),
        decimal number => SqlType.Decimal(DecimalDigits, number.Scale),
        Int128 or BigInteger => SqlType.Decimal(SqlType.MaxPrecision, 0),
        _ => SqlType.Decimal(SqlType.MaxPrecision, 10),
    };

    static (SqlType Type, object Form) Natural(object value, ValuePlace place) => value switch
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
        decimal number => (SqlType.Decimal(DecimalDigits, number.Scale), value),
        Int128 large => (SqlType.Decimal(SqlType.MaxPrecision, 0), Fitting(large, place)),
        BigInteger big => (SqlType.Decimal(SqlType.MaxPrecision, 0), Fitting(big, place)),
        string => (SqlType.Text, value),
        char character => (SqlType.Text, character.ToString()),
        char[] characters => (SqlType.Text, new string(characters)),
        ReadOnlyMemory<char> characters => (SqlType.Text, characters.ToString()),
        TextReader reader => (SqlType.Text, reader.ReadToEnd()),
        JsonDocument document => (SqlType.Text, document.RootElement.GetRawText()),
        JsonElement element => (SqlType.Text, element.GetRawText()),
        byte[] => (SqlType.Blob, value),
        ArraySegment<byte> segment => (SqlType.Blob, segment.ToArray()),
        ReadOnlyMemory<byte> memory => (SqlType.Blob, memory.ToArray()),
        Memory<byte> memory => (SqlType.Blob, memory.ToArray()),
        Stream stream => (SqlType.Blob, ReadAll(stream)),
        DateOnly => (SqlType.Date, value),
        TimeOnly => (SqlType.Time, value),
        TimeSpan span when span >= TimeSpan.Zero && span < TimeSpan.FromDays(1) => (SqlType.Time, TimeOnly.FromTimeSpan(span)),
        TimeSpan span => (SqlType.Interval, new SqlInterval(0, span.Days, (span - TimeSpan.FromDays(span.Days)).Ticks * 100)),
        DateTime => (SqlType.Timestamp, value),
        DateTimeOffset => (SqlType.TimestampTz, value),
        Guid => (SqlType.Uuid, value),
        float[] vector => (SqlType.Vector(vector.Length), vector),
        ReadOnlyMemory<float> vector => (SqlType.Vector(vector.Length), vector.ToArray()),
        Memory<float> vector => (SqlType.Vector(vector.Length), vector.ToArray()),
        Half[] halves => (SqlType.HalfVector(halves.Length), halves),
        ReadOnlyMemory<Half> halves => (SqlType.HalfVector(halves.Length), halves.ToArray()),
        double[] doubles => (SqlType.Vector(doubles.Length), Array.ConvertAll(doubles, d => (float)d)),
        IEnumerable<float> numbers when numbers.ToArray() is var vector => (SqlType.Vector(vector.Length), vector),
        IList or IEnumerable<string> or IEnumerable<int> or IEnumerable<long> or IEnumerable<Guid> => ToList((IEnumerable)value, place),
        _ => throw new NotSupportedException($"{place} has a value of type {value.GetType()}, which has no SQL type."),
    };

    static (SqlType, object) ToList(IEnumerable items, ValuePlace place)
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

            (SqlType type, object form) = Natural(item, place);
            if (element is not null && element != type)
            {
                // Decimals differ in their scale only.
                element = element.Kind == SqlTypeKind.Decimal && type.Kind == SqlTypeKind.Decimal ? SqlType.Decimal(SqlType.MaxPrecision, Math.Max(element.Scale, type.Scale))
                    : throw new NotSupportedException($"{place} is a list of both {element} and {type}; its items must have one type.");
            }

            element ??= type;
            forms.Add(form);
        }

        return (SqlType.List(element ?? SqlType.Text), forms.ToArray());
    }

    static Int128 Fitting(BigInteger value, ValuePlace place) => BigInteger.Abs(value) < (BigInteger)DecimalValue.PowerOfTen(SqlType.MaxPrecision)
        ? (Int128)value
        : throw new NotSupportedException($"{place} has a value of more than {SqlType.MaxPrecision} digits, which no SQL number holds.");

    static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
