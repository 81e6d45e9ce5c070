using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>
/// Dates and times as ISO 8601 text: <c>2020-01-31</c>, <c>12:34:56.789</c>, <c>2020-01-31 12:34:56.789+02:00</c> (also with T, with / in the date, without
/// seconds). Fractions of a second are kept to six digits, those of a time of day to seven, and further digits rounded.
/// </summary>
internal static class TemporalText
{
    /// <summary>Bytes that any of them needs: date, space, time with seven digits, offset.</summary>
    public const int MaxLength = 40;

    const int TimestampDigits = 6;
    const int TimeDigits = 7;

    public static bool TryParseDate(ReadOnlySpan<byte> text, out int days)
    {
        var cursor = new TextCursor(text);
        if (!cursor.TryDate(out days))
        {
            return false;
        }

        // A timestamp's text may stand for its date.
        return cursor.AtEnd || (cursor.TrySeparator() && cursor.TryTime(TimestampDigits, out _) && (cursor.AtEnd || cursor.TryZone(out _)) && cursor.AtEnd);
    }

    /// <summary>Reads a time of day as nanoseconds.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long nanos)
    {
        var cursor = new TextCursor(text);
        bool isTime = cursor.TryTime(TimeDigits, out long ticks) && cursor.AtEnd;
        nanos = ticks * CivilCalendar.NanosPerTick;
        return isTime && nanos < CivilCalendar.NanosPerDay;
    }

    /// <summary>Reads a timestamp; <paramref name="offset"/> holds the microseconds that its zone is ahead of UTC, null when no zone is written.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, out long micros, out long? offset)
    {
        micros = 0;
        offset = null;
        var cursor = new TextCursor(text);
        if (!cursor.TryDate(out int days))
        {
            return false;
        }

        long time = 0;
        if (!cursor.AtEnd)
        {
            if (!cursor.TrySeparator() || !cursor.TryTime(TimestampDigits, out time))
            {
                return false;
            }

            if (!cursor.AtEnd)
            {
                if (!cursor.TryZone(out long ahead))
                {
                    return false;
                }

                offset = ahead;
            }
        }

        micros = (days * CivilCalendar.MicrosPerDay) + time;
        return cursor.AtEnd && CivilCalendar.IsMicro(micros);
    }

    public static int FormatDate(int days, Span<byte> target)
    {
        CivilCalendar.Split(Math.Clamp(days, CivilCalendar.FirstDay, CivilCalendar.LastDay), out int year, out int month, out int day);
        Digits(target, 0, year, 4);
        target[4] = (byte)'-';
        Digits(target, 5, month, 2);
        target[7] = (byte)'-';
        Digits(target, 8, day, 2);
        return 10;
    }

    /// <summary>Writes <c>12:34:56</c> and as many digits of the fraction as it has.</summary>
    public static int FormatTime(long nanos, Span<byte> target)
    {
        (long seconds, long fraction) = Math.DivRem(nanos, CivilCalendar.NanosPerSecond);
        return FormatFraction((int)(fraction / CivilCalendar.NanosPerTick), TimeDigits, target, FormatClock(seconds, target));
    }

    public static int FormatTimestamp(long micros, Span<byte> target)
    {
        micros = Math.Clamp(micros, CivilCalendar.FirstMicro, CivilCalendar.LastMicro);
        int at = FormatDate(CivilCalendar.DayOf(micros), target);
        target[at++] = (byte)' ';
        (long seconds, long fraction) = Math.DivRem(CivilCalendar.TimeOfDay(micros), CivilCalendar.MicrosPerSecond);
        return at + FormatFraction((int)fraction, TimestampDigits, target[at..], FormatClock(seconds, target[at..]));
    }

    static int FormatClock(long seconds, Span<byte> target)
    {
        int at = Digits(target, 0, (int)(seconds / 3600 % 100), 2);
        target[at++] = (byte)':';
        at = Digits(target, at, (int)(seconds / 60 % 60), 2);
        target[at++] = (byte)':';
        return Digits(target, at, (int)(seconds % 60), 2);
    }

    /// <summary>Writes <c>.5</c>, <c>.000001</c> … or nothing.</summary>
    static int FormatFraction(int fraction, int digits, Span<byte> target, int at)
    {
        if (fraction == 0)
        {
            return at;
        }

        target[at++] = (byte)'.';
        at = Digits(target, at, fraction, digits);
        while (target[at - 1] == '0')
        {
            at--;
        }

        return at;
    }

    static int Digits(Span<byte> target, int at, int value, int width)
    {
        for (int i = width - 1; i >= 0; i--)
        {
            target[at + i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        return at + width;
    }
}
