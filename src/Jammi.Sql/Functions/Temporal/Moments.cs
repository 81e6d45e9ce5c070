using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>A moment taken apart, for writing it by a format.</summary>
internal readonly struct SplitMoment
{
    public SplitMoment(long micros)
    {
        Day = CivilCalendar.DayOf(micros);
        CivilCalendar.Split(Day, out Year, out Month, out DayOfMonth);
        TimeOfDay = micros - (Day * CivilCalendar.MicrosPerDay);
    }

    public readonly int Year;
    public readonly int Month;
    public readonly int DayOfMonth;

    /// <summary>Days since 1970-01-01.</summary>
    public int Day { get; }

    /// <summary>Microseconds since midnight.</summary>
    public long TimeOfDay { get; }

    public int Hour => (int)(TimeOfDay / CivilCalendar.MicrosPerHour);

    /// <summary>The hour on a clock face: 12, 1 … 11.</summary>
    public int ClockHour => ((Hour + 11) % 12) + 1;

    public int Minute => (int)(TimeOfDay / CivilCalendar.MicrosPerMinute % 60);

    public int Second => (int)(TimeOfDay / CivilCalendar.MicrosPerSecond % 60);

    public int Micros => (int)(TimeOfDay % CivilCalendar.MicrosPerSecond);

    public int DayOfYear => Day - CivilCalendar.DayNumber(Year, 1, 1) + 1;

    /// <summary>Monday is 1, Sunday 7.</summary>
    public int DayOfWeek => DateParts.DayOfWeek(Day);
}

/// <summary>What a format has read of a moment; fields that were not read keep their defaults.</summary>
internal struct ReadMoment()
{
    public int Year = 1;
    public int Month = 1;
    public int DayOfMonth = 1;
    public int? DayOfYear;
    public int? IsoYear;
    public int? IsoWeek;
    public int? IsoDay;
    public int Hour;
    public bool? Afternoon;
    public bool ClockHour;
    public int Minute;
    public int Second;
    public int Micros;
    public long? EpochMicros;

    /// <summary>Microseconds that the time read is ahead of UTC.</summary>
    public long Ahead;

    /// <summary>The moment in UTC, or why there is none.</summary>
    public readonly bool TryBuild(out long micros, out string? problem)
    {
        micros = 0;
        problem = null;
        if (EpochMicros is long epoch)
        {
            micros = epoch;
            return CivilCalendar.IsMicro(epoch);
        }

        int day;
        if (IsoWeek is int week && (IsoYear ?? Year) is >= 1 and <= 9999 and int isoYear)
        {
            int fourth = CivilCalendar.DayNumber(isoYear, 1, 4);
            day = fourth - DateParts.DayOfWeek(fourth) + ((week - 1) * 7) + (IsoDay ?? 1);
        }
        else if (DayOfYear is int ordinal)
        {
            if (Year is < 1 or > 9999 || ordinal < 1 || ordinal > (DateTime.IsLeapYear(Year) ? 366 : 365))
            {
                problem = "there is no such day of the year";
                return false;
            }

            day = CivilCalendar.DayNumber(Year, 1, 1) + ordinal - 1;
        }
        else if (!CivilCalendar.TryGetDay(Year, Month, DayOfMonth, out day))
        {
            problem = "there is no such date";
            return false;
        }

        int hour = Hour;
        if (ClockHour || Afternoon is not null)
        {
            if (hour is < 1 or > 12)
            {
                problem = "hours of a 12-hour clock are 1 to 12";
                return false;
            }

            hour = (hour % 12) + (Afternoon == true ? 12 : 0);
        }

        if (hour > 23 || Minute > 59 || Second > 59)
        {
            problem = "there is no such time of day";
            return false;
        }

        micros = (day * CivilCalendar.MicrosPerDay) + (hour * CivilCalendar.MicrosPerHour) + (Minute * CivilCalendar.MicrosPerMinute) + (Second * CivilCalendar.MicrosPerSecond) + Micros - Ahead;
        return CivilCalendar.IsMicro(micros);
    }
}
