using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>The values of fields as whole numbers; <see cref="ScaleOf"/> tells how many of their digits are decimals.</summary>
internal static class DateParts
{
    /// <summary>The Julian day of 1970-01-01.</summary>
    const int JulianEpoch = 2_440_588;

    /// <summary>Seconds of a year of 365.25 days: what PostgreSQL takes for the years of an interval.</summary>
    const long SecondsPerYear = 31_557_600;

    const long SecondsPerMonth = 30 * 86_400;

    /// <summary>Decimals of a field's value: seconds and epoch count microseconds, milliseconds have three; of a time of day they count ticks.</summary>
    public static int ScaleOf(DateField field, SqlTypeKind type) => field switch
    {
        DateField.Second or DateField.Epoch => type == SqlTypeKind.Time ? 7 : 6,
        DateField.Millisecond => type == SqlTypeKind.Time ? 4 : 3,
        _ => 0,
    };

    public static bool IsTimeOfDay(DateField field) => field is >= DateField.Hour and <= DateField.Microsecond;

    public static bool IsZone(DateField field) => field is >= DateField.TimeZone;

    /// <summary>Whether values of a type have the field.</summary>
    public static bool Has(SqlTypeKind type, DateField field) => type switch
    {
        SqlTypeKind.Date or SqlTypeKind.Timestamp => !IsZone(field),
        SqlTypeKind.TimestampTz => true,
        SqlTypeKind.Time => IsTimeOfDay(field) || field == DateField.Epoch,
        SqlTypeKind.Interval => field is DateField.Millennium or DateField.Century or DateField.Decade or DateField.Year or DateField.Quarter or DateField.Month or DateField.Day or DateField.Epoch || IsTimeOfDay(field),
        _ => false,
    };

    public static long OfTimestamp(DateField field, long micros)
    {
        int day = CivilCalendar.DayOf(micros);
        return IsTimeOfDay(field) ? OfTime(field, micros - (day * CivilCalendar.MicrosPerDay))
            : field == DateField.Epoch ? micros
            : OfDate(field, day);
    }

    /// <summary>Of a TIME, in nanoseconds.</summary>
    public static long OfTimeOfDay(DateField field, long nanos) => field switch
    {
        DateField.Hour => nanos / CivilCalendar.NanosPerHour,
        DateField.Minute => nanos / CivilCalendar.NanosPerMinute % 60,
        DateField.Epoch => nanos / CivilCalendar.NanosPerTick,
        DateField.Microsecond => nanos % CivilCalendar.NanosPerMinute / CivilCalendar.NanosPerMicro,
        _ => nanos % CivilCalendar.NanosPerMinute / CivilCalendar.NanosPerTick,
    };

    /// <summary>Of the time of a timestamp, or of an interval (which may be negative), in microseconds.</summary>
    public static long OfTime(DateField field, long micros) => field switch
    {
        DateField.Hour => micros / CivilCalendar.MicrosPerHour,
        DateField.Minute => micros / CivilCalendar.MicrosPerMinute % 60,
        DateField.Epoch => micros,
        _ => micros % CivilCalendar.MicrosPerMinute,
    };

    public static long OfDate(DateField field, int day)
    {
        switch (field)
        {
            case DateField.DayOfWeek:
                return DayOfWeek(day) % 7;
            case DateField.IsoDayOfWeek:
                return DayOfWeek(day);
            case DateField.Julian:
                return day + JulianEpoch;
            case DateField.Epoch:
                return day * CivilCalendar.MicrosPerDay;
            case DateField.Week or DateField.IsoYear:
                (int isoYear, int week) = IsoWeek(day);
                return field == DateField.Week ? week : isoYear;
            case >= DateField.Hour:
                return 0;
        }

        CivilCalendar.Split(day, out int year, out int month, out int dayOfMonth);
        return field switch
        {
            DateField.Millennium => (year + 999) / 1000,
            DateField.Century => (year + 99) / 100,
            DateField.Decade => year / 10,
            DateField.Year => year,
            DateField.Quarter => ((month - 1) / 3) + 1,
            DateField.Month => month,
            DateField.Day => dayOfMonth,
            _ => day - CivilCalendar.DayNumber(year, 1, 1) + 1,
        };
    }

    /// <exception cref="SqlException">The epoch of an interval of many millennia does not fit.</exception>
    public static long OfInterval(DateField field, SqlInterval interval)
    {
        int years = interval.Months / 12;
        long time = interval.Nanoseconds / CivilCalendar.NanosPerMicro;
        switch (field)
        {
            case DateField.Millennium:
                return years / 1000;
            case DateField.Century:
                return years / 100;
            case DateField.Decade:
                return years / 10;
            case DateField.Year:
                return years;
            case DateField.Quarter:
                return (interval.Months % 12 / 3) + 1;
            case DateField.Month:
                return interval.Months % 12;
            case DateField.Day:
                return interval.Days;
            case DateField.Epoch:
                Int128 seconds = (years * (Int128)SecondsPerYear) + (interval.Months % 12 * (Int128)SecondsPerMonth) + (interval.Days * (Int128)86_400);
                Int128 micros = (seconds * CivilCalendar.MicrosPerSecond) + time;
                return micros >= long.MinValue && micros <= long.MaxValue
                    ? (long)micros
                    : throw new SqlException(SqlErrorCode.NumericOutOfRange, "The epoch of this interval does not fit 64 bits.");
            default:
                return OfTime(field, time);
        }
    }

    /// <summary>Monday is 1, Sunday 7.</summary>
    public static int DayOfWeek(int day) => FloorModulo(day + 3, 7) + 1;

    /// <summary>The year and week of ISO 8601: weeks begin on Monday and belong to the year of their Thursday.</summary>
    public static (int Year, int Week) IsoWeek(int day)
    {
        int thursday = day - DayOfWeek(day) + 4;
        CivilCalendar.Split(thursday, out int year, out _, out _);
        return (year, ((thursday - CivilCalendar.DayNumber(year, 1, 1)) / 7) + 1);
    }

    static int FloorModulo(int value, int divisor) => ((value % divisor) + divisor) % divisor;
}
