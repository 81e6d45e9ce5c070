namespace Jammi.Sql.Types;

/// <summary>
/// Dates as days and timestamps as microseconds since 1970-01-01, in the proleptic Gregorian calendar, for years 1 to 9999 (what
/// <see cref="System.DateTime"/> holds). Times of day are nanoseconds since midnight, always whole ticks: what <see cref="TimeOnly"/> holds.
/// </summary>
internal static class CivilCalendar
{
    public const long MicrosPerSecond = 1_000_000;
    public const long MicrosPerMinute = 60 * MicrosPerSecond;
    public const long MicrosPerHour = 60 * MicrosPerMinute;
    public const long MicrosPerDay = 24 * MicrosPerHour;
    public const long NanosPerMicro = 1_000;
    public const long NanosPerTick = 100;
    public const long NanosPerSecond = MicrosPerSecond * NanosPerMicro;
    public const long NanosPerMinute = MicrosPerMinute * NanosPerMicro;
    public const long NanosPerHour = MicrosPerHour * NanosPerMicro;
    public const long NanosPerDay = MicrosPerDay * NanosPerMicro;

    /// <summary>0001-01-01.</summary>
    public const int FirstDay = -719_162;

    /// <summary>9999-12-31.</summary>
    public const int LastDay = 2_932_896;

    /// <summary>First microsecond of 0001-01-01.</summary>
    public const long FirstMicro = FirstDay * MicrosPerDay;

    /// <summary>Last microsecond of 9999-12-31.</summary>
    public const long LastMicro = ((LastDay + 1L) * MicrosPerDay) - 1;

    public static bool IsDay(long day) => day is >= FirstDay and <= LastDay;

    public static bool IsMicro(long micros) => micros is >= FirstMicro and <= LastMicro;

    /// <summary>A moment without what it has below a microsecond.</summary>
    public static long Micros(DateTime moment) => FloorDivide(moment.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);

    /// <summary>The day on which a timestamp falls.</summary>
    public static int DayOf(long micros) => (int)FloorDivide(micros, MicrosPerDay);

    /// <summary>Microseconds since midnight.</summary>
    public static long TimeOfDay(long micros) => micros - (FloorDivide(micros, MicrosPerDay) * MicrosPerDay);

    public static int DaysInMonth(int year, int month) => DateTime.DaysInMonth(year, month);

    /// <summary>Whether year 1–9999, month and day name a date, and which day it is.</summary>
    public static bool TryGetDay(int year, int month, int day, out int days)
    {
        days = 0;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DaysInMonth(year, month))
        {
            return false;
        }

        days = DayNumber(year, month, day);
        return true;
    }

    /// <summary>Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Howard Hinnant's days_from_civil).</summary>
    public static int DayNumber(int year, int month, int day)
    {
        int y = month <= 2 ? year - 1 : year;
        int era = (y >= 0 ? y : y - 399) / 400;
        int yearOfEra = y - (era * 400);
        int dayOfYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5 + day - 1;
        int dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }

    /// <summary>Year, month and day of a day number (Howard Hinnant's civil_from_days).</summary>
    public static void Split(int days, out int year, out int month, out int day)
    {
        int z = days + 719_468;
        int era = (z >= 0 ? z : z - 146_096) / 146_097;
        int dayOfEra = z - (era * 146_097);
        int yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        int dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int shifted = ((5 * dayOfYear) + 2) / 153;
        day = dayOfYear - (((153 * shifted) + 2) / 5) + 1;
        month = shifted + (shifted < 10 ? 3 : -9);
        year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
    }

    /// <summary>A day moved by months; a day that the month does not have becomes its last. False when outside years 1–9999.</summary>
    public static bool TryAddMonths(int days, int months, out int result)
    {
        result = 0;
        if (!IsDay(days))
        {
            return false;
        }

        Split(days, out int year, out int month, out int day);
        long total = (year * 12L) + month - 1 + months;
        long newYear = FloorDivide(total, 12);
        if (newYear is < 1 or > 9999)
        {
            return false;
        }

        int newMonth = (int)(total - (newYear * 12)) + 1;
        result = DayNumber((int)newYear, newMonth, Math.Min(day, DaysInMonth((int)newYear, newMonth)));
        return true;
    }

    /// <summary>A timestamp moved by an interval: months, then days, then time. False when outside years 1–9999.</summary>
    public static bool TryAdd(long micros, SqlInterval interval, out long result)
    {
        result = 0;
        if (!IsMicro(micros) || !TryAddMonths(DayOf(micros), interval.Months, out int day))
        {
            return false;
        }

        // Days are below 2^32 and nanoseconds below 2^63: in microseconds both are far from overflow.
        Int128 total = (((Int128)day + interval.Days) * MicrosPerDay) + TimeOfDay(micros) + (interval.Nanoseconds / NanosPerMicro);
        if (total < FirstMicro || total > LastMicro)
        {
            return false;
        }

        result = (long)total;
        return true;
    }

    public static long FloorDivide(long value, long divisor)
    {
        (long quotient, long remainder) = Math.DivRem(value, divisor);
        return remainder < 0 ? quotient - 1 : quotient;
    }
}
