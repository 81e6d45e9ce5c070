using System.Collections.Frozen;
using System.Text;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>The parts of dates, times and intervals that functions name: <c>extract(year FROM x)</c>, <c>date_trunc('month', x)</c>.</summary>
internal enum DateField
{
    Millennium,
    Century,
    Decade,
    Year,
    IsoYear,
    Quarter,
    Month,
    Week,
    Day,
    DayOfYear,
    DayOfWeek,
    IsoDayOfWeek,
    Julian,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Epoch,
    TimeZone,
    TimeZoneHour,
    TimeZoneMinute,
}

/// <summary>The spellings of <see cref="DateField"/>: PostgreSQL's, and DuckDB's where it has more.</summary>
internal static class DateFieldNames
{
    static readonly FrozenDictionary<string, DateField> Fields = Names().SelectMany(n => n.Names.Select(name => (name, n.Field))).ToFrozenDictionary(n => n.name, n => n.Field, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="SqlException">There is no such field.</exception>
    public static DateField Parse(string name) => Fields.TryGetValue(name.Trim(), out DateField field)
        ? field
        : throw new SqlException(SqlErrorCode.InvalidParameter, $"'{name}' is not a part of a date or time. The parts are {string.Join(", ", Names().Select(n => n.Names[0]))}.");

    static (DateField Field, string[] Names)[] Names() =>
    [
        (DateField.Millennium, ["millennium", "millennia", "millenniums", "mil", "mils"]),
        (DateField.Century, ["century", "centuries", "cent", "c"]),
        (DateField.Decade, ["decade", "decades", "dec", "decs"]),
        (DateField.Year, ["year", "years", "yr", "yrs", "y"]),
        (DateField.IsoYear, ["isoyear"]),
        (DateField.Quarter, ["quarter", "quarters", "qtr"]),
        (DateField.Month, ["month", "months", "mon", "mons"]),
        (DateField.Week, ["week", "weeks", "w", "weekofyear"]),
        (DateField.Day, ["day", "days", "d", "dayofmonth"]),
        (DateField.DayOfYear, ["doy", "dayofyear"]),
        (DateField.DayOfWeek, ["dow", "dayofweek", "weekday"]),
        (DateField.IsoDayOfWeek, ["isodow"]),
        (DateField.Julian, ["julian", "jd"]),
        (DateField.Hour, ["hour", "hours", "hr", "hrs", "h"]),
        (DateField.Minute, ["minute", "minutes", "min", "mins", "m"]),
        (DateField.Second, ["second", "seconds", "sec", "secs", "s"]),
        (DateField.Millisecond, ["millisecond", "milliseconds", "msec", "msecs", "ms"]),
        (DateField.Microsecond, ["microsecond", "microseconds", "usec", "usecs", "us"]),
        (DateField.Epoch, ["epoch"]),
        (DateField.TimeZone, ["timezone"]),
        (DateField.TimeZoneHour, ["timezone_hour"]),
        (DateField.TimeZoneMinute, ["timezone_minute"]),
    ];
}

/// <summary>Reads a column of field names, each spelling once as long as it does not change.</summary>
internal sealed class DateFieldReader
{
    byte[]? last;
    DateField field;

    public DateField Read(ReadOnlySpan<byte> name)
    {
        if (last is null || !name.SequenceEqual(last))
        {
            field = DateFieldNames.Parse(Encoding.UTF8.GetString(name));
            last = name.ToArray();
        }

        return field;
    }
}
