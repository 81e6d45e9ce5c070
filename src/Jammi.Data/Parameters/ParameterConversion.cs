using System.Globalization;
using System.Runtime.InteropServices;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>Converts a parameter's value to its declared type, as <see cref="IConvertible"/> and the calendar types do: numbers among each other and from text, dates and times, text from anything that has one.</summary>
static class ParameterConversion
{
    /// <exception cref="NotSupportedException">The value has no form in the declared type.</exception>
    public static ScalarValue Convert(SqlType from, object form, SqlType to, ValuePlace place)
    {
        try
        {
            return ScalarValue.From(to, Form(from, form, to) ?? throw new NotSupportedException($"{place} is declared as {to}, but its value is {from}."));
        }
        catch (Exception error) when (error is FormatException or InvalidCastException or OverflowException)
        {
            throw new NotSupportedException($"{place} is declared as {to}, but its value cannot be converted: {error.Message}", error);
        }
    }

    static object? Form(SqlType from, object form, SqlType to) => to.Kind switch
    {
        SqlTypeKind.Decimal => ToDecimal(form, to),
        SqlTypeKind.Text => ToText(from, form),
        SqlTypeKind.Blob => form switch
        {
            float[] vector => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray(),
            Half[] vector => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray(),
            _ => null,
        },
        SqlTypeKind.Vector when from == SqlType.HalfVector(to.Dimension) => HalfVectors.Widen((Half[])form),
        SqlTypeKind.HalfVector when from == SqlType.Vector(to.Dimension) => Array.ConvertAll((float[])form, x => Finite((Half)x)),
        SqlTypeKind.Date or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz => ToTemporal(form, to.Kind),
        SqlTypeKind.Interval => form is TimeOnly time ? new SqlInterval(0, 0, time.Ticks * TimeSpan.NanosecondsPerTick) : null,
        SqlTypeKind.Uuid => form switch
        {
            string text => Guid.Parse(text),
            byte[] { Length: 16 } bytes => new Guid(bytes, bigEndian: true),
            _ => null,
        },
        _ => form is IConvertible value && form is not DateTime ? ToPrimitive(value, to.Kind) : null,
    };

    static Half Finite(Half number) => Half.IsFinite(number) ? number : throw new OverflowException($"the largest number of a HALF is {Half.MaxValue}.");

    static object? ToPrimitive(IConvertible value, SqlTypeKind to) => to switch
    {
        SqlTypeKind.Boolean => value.ToBoolean(CultureInfo.InvariantCulture),
        SqlTypeKind.TinyInt => value.ToSByte(CultureInfo.InvariantCulture),
        SqlTypeKind.UTinyInt => value.ToByte(CultureInfo.InvariantCulture),
        SqlTypeKind.SmallInt => value.ToInt16(CultureInfo.InvariantCulture),
        SqlTypeKind.USmallInt => value.ToUInt16(CultureInfo.InvariantCulture),
        SqlTypeKind.Integer => value.ToInt32(CultureInfo.InvariantCulture),
        SqlTypeKind.UInteger => value.ToUInt32(CultureInfo.InvariantCulture),
        SqlTypeKind.BigInt => value.ToInt64(CultureInfo.InvariantCulture),
        SqlTypeKind.UBigInt => value.ToUInt64(CultureInfo.InvariantCulture),
        SqlTypeKind.Real => value.ToSingle(CultureInfo.InvariantCulture),
        SqlTypeKind.Double => value.ToDouble(CultureInfo.InvariantCulture),
        _ => null,
    };

    static Int128? ToDecimal(object form, SqlType to)
    {
        Int128? unscaled = form switch
        {
            Int128 whole => DecimalValue.Rescale(whole, 0, to.Scale),
            IConvertible value and not DateTime => DecimalValue.FromDecimal(value.ToDecimal(CultureInfo.InvariantCulture), to.Scale),
            _ => null,
        };
        return unscaled is { } digits && !DecimalValue.Fits(digits, to.Precision) ? throw new OverflowException($"it has more digits than {to} holds.") : unscaled;
    }

    static string? ToText(SqlType from, object form) => form switch
    {
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        Int128 whole => DecimalValue.ToText(whole, from.Scale),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        bool value => value ? "true" : "false",
        _ => null,
    };

    static object? ToTemporal(object form, SqlTypeKind to) => (to, form) switch
    {
        (SqlTypeKind.Date, DateTime time) => DateOnly.FromDateTime(time),
        (SqlTypeKind.Date, DateTimeOffset time) => DateOnly.FromDateTime(time.DateTime),
        (SqlTypeKind.Date, string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture),
        (SqlTypeKind.Time, DateTime time) => TimeOnly.FromDateTime(time),
        (SqlTypeKind.Time, SqlInterval span) => TimeOnly.FromTimeSpan(ClrTypes.ToTimeSpan(span)),
        (SqlTypeKind.Time, string text) => TimeOnly.Parse(text, CultureInfo.InvariantCulture),
        (SqlTypeKind.Timestamp, DateOnly date) => date.ToDateTime(TimeOnly.MinValue),
        (SqlTypeKind.Timestamp, DateTimeOffset time) => time.UtcDateTime,
        (SqlTypeKind.Timestamp, string text) => DateTime.Parse(text, CultureInfo.InvariantCulture),
        (SqlTypeKind.TimestampTz, DateTime time) => new DateTimeOffset(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        (SqlTypeKind.TimestampTz, DateOnly date) => new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
        (SqlTypeKind.TimestampTz, string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        _ => null,
    };
}
