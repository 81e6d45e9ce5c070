using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Makes the column that collects values of a SQL type.</summary>
static class AppendColumns
{
    static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    public static AppendColumn Create(string name, SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => new BooleanAppendColumn(name),
        SqlTypeKind.TinyInt => Same<sbyte>(name, type),
        SqlTypeKind.SmallInt => Same<short>(name, type),
        SqlTypeKind.Integer => Same<int>(name, type),
        SqlTypeKind.BigInt => Same<long>(name, type),
        SqlTypeKind.UTinyInt => Same<byte>(name, type),
        SqlTypeKind.USmallInt => Same<ushort>(name, type),
        SqlTypeKind.UInteger => Same<uint>(name, type),
        SqlTypeKind.UBigInt => Same<ulong>(name, type),
        SqlTypeKind.Real => Same<float>(name, type),
        SqlTypeKind.Double => Same<double>(name, type),
        SqlTypeKind.Decimal => new FixedAppendColumn<decimal, Int128>(name, type, value => Unscaled(value, type, name), form => (decimal)form),
        SqlTypeKind.Date => new FixedAppendColumn<DateOnly, int>(name, type, value => value.DayNumber - Epoch, form => (DateOnly)form),
        SqlTypeKind.Timestamp => new FixedAppendColumn<DateTime, long>(name, type, CivilCalendar.Micros, form => (DateTime)form),
        SqlTypeKind.TimestampTz => new FixedAppendColumn<DateTimeOffset, long>(name, type, value => CivilCalendar.Micros(value.UtcDateTime), form => (DateTimeOffset)form),
        SqlTypeKind.Time => new FixedAppendColumn<TimeOnly, long>(name, type, value => value.Ticks * TimeSpan.NanosecondsPerTick, form => (TimeOnly)form),
        SqlTypeKind.Text => new TextAppendColumn(name),
        SqlTypeKind.Blob => new BlobAppendColumn(name),
        SqlTypeKind.Vector => new VectorAppendColumn<float>(name, type),
        SqlTypeKind.HalfVector => new VectorAppendColumn<Half>(name, type),
        _ => new ObjectAppendColumn(name, type),
    };

    static FixedAppendColumn<T, T> Same<T>(string name, SqlType type)
        where T : unmanaged => new(name, type, static value => value, static form => (T)form);

    static Int128 Unscaled(decimal value, SqlType type, string name) => DecimalValue.FromDecimal(value, type.Scale) is var digits && DecimalValue.Fits(digits, type.Precision) ? digits
        : throw new NotSupportedException($"{value} has more digits than column '{name}' holds, which is {type}.");
}
