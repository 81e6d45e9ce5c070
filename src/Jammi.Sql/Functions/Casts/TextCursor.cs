using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Reads the parts of dates and times from UTF-8 text, left to right; white space around the whole is ignored.</summary>
internal ref struct TextCursor(ReadOnlySpan<byte> text)
{
    static ReadOnlySpan<int> PowersOfTen => [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    readonly ReadOnlySpan<byte> text = text.Trim(" \t\r\n"u8);
    int at;

    public readonly bool AtEnd => at >= text.Length;

    readonly byte Current => at < text.Length ? text[at] : (byte)0;

    public bool TrySkip(char symbol)
    {
        if (Current != symbol)
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>Reads up to <paramref name="most"/> digits, at least one.</summary>
    public bool TryNumber(int most, out int value)
    {
        value = 0;
        int start = at;
        while (at < text.Length && at - start < most && char.IsAsciiDigit((char)text[at]))
        {
            value = (value * 10) + text[at++] - '0';
        }

        return at > start;
    }

    /// <summary><c>2020-01-31</c> or <c>2020/1/31</c>.</summary>
    public bool TryDate(out int days)
    {
        days = 0;
        if (!TryNumber(4, out int year) || Current is not ((byte)'-' or (byte)'/'))
        {
            return false;
        }

        char separator = (char)Current;
        return TrySkip(separator) && TryNumber(2, out int month) && TrySkip(separator) && TryNumber(2, out int day)
            && CivilCalendar.TryGetDay(year, month, day, out days);
    }

    /// <summary>T or spaces between date and time.</summary>
    public bool TrySeparator()
    {
        if (TrySkip('T') || TrySkip('t'))
        {
            return true;
        }

        int start = at;
        while (TrySkip(' '))
        {
        }

        return at > start;
    }

    /// <summary>
    /// <c>12:34</c>, <c>12:34:56</c> or <c>12:34:56.789</c>, to 24:00 exclusive (leap seconds are not times), in units of which a second has a power of ten:
    /// that of <paramref name="digits"/>.
    /// </summary>
    public bool TryTime(int digits, out long time)
    {
        time = 0;
        if (!TryNumber(2, out int hour) || !TrySkip(':') || !TryNumber(2, out int minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        int second = 0;
        long fraction = 0;
        if (TrySkip(':'))
        {
            if (!TryNumber(2, out second) || second > 59)
            {
                return false;
            }

            if (TrySkip('.') && !TryFraction(digits, out fraction))
            {
                return false;
            }
        }

        time = (((((hour * 60L) + minute) * 60) + second) * PowersOfTen[digits]) + fraction;
        return true;
    }

    /// <summary>The first of the digits after the point, rounded half up, as a whole number.</summary>
    public bool TryFraction(int digits, out long fraction)
    {
        fraction = 0;
        int start = at;
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
        {
            int digit = text[at] - '0';
            int place = at - start;
            if (place < digits)
            {
                fraction = (fraction * 10) + digit;
            }
            else if (place == digits && digit >= 5)
            {
                fraction++;
            }

            at++;
        }

        for (int place = at - start; place < digits; place++)
        {
            fraction *= 10;
        }

        return at > start;
    }

    /// <summary><c>Z</c>, <c>UTC</c>, <c>+02</c>, <c>+0200</c>, <c>+02:00</c> or <c>+02:00:00</c>, as microseconds ahead of UTC.</summary>
    public bool TryZone(out long ahead)
    {
        ahead = 0;
        while (TrySkip(' '))
        {
        }

        if (TrySkip('Z') || TrySkip('z'))
        {
            return true;
        }

        if (text[at..].SequenceEqual("UTC"u8))
        {
            at = text.Length;
            return true;
        }

        bool west = Current == '-';
        if (!TrySkip('+') && !TrySkip('-'))
        {
            return false;
        }

        int second = 0;
        int minute = 0;
        if (!TryNumber(2, out int hour))
        {
            return false;
        }

        if (TrySkip(':') ? !TryNumber(2, out minute) : !AtEnd && !TryNumber(2, out minute))
        {
            return false;
        }

        if (TrySkip(':') && !TryNumber(2, out second))
        {
            return false;
        }

        if (hour > 15 || minute > 59 || second > 59)
        {
            return false;
        }

        ahead = (hour * CivilCalendar.MicrosPerHour) + (minute * CivilCalendar.MicrosPerMinute) + (second * CivilCalendar.MicrosPerSecond);
        ahead = west ? -ahead : ahead;
        return true;
    }
}
