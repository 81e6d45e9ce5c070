using System.Globalization;
using System.Text;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>
/// INTERVAL as text. Reads PostgreSQL's form (<c>1 year 2 months -3 days 04:05:06.789</c>, <c>1.5 hours ago</c>) and ISO 8601's
/// (<c>P1Y2M3DT4H5M6S</c>); writes <c>1 year 2 mons -3 days +04:05:06.789</c>.
/// </summary>
internal static class IntervalText
{
    const decimal NanosPerSecond = 1_000_000_000m;
    const decimal NanosPerDay = 86_400 * NanosPerSecond;

    /// <summary>Days of a month where a fraction of one must become days, as in PostgreSQL.</summary>
    const int DaysPerMonth = 30;

    public static bool TryParse(ReadOnlySpan<byte> text, out SqlInterval interval)
    {
        interval = default;
        string[] words = Split(Encoding.UTF8.GetString(text).Trim());
        if (words.Length == 0)
        {
            return false;
        }

        var parts = new Parts();
        bool parsed = words is [['P' or 'p', ..] iso] ? TryParseIso(iso, ref parts) : TryParseWords(words, ref parts);
        return parsed && parts.TryBuild(out interval);
    }

    public static int Format(SqlInterval interval, Span<byte> target)
    {
        var text = new StringBuilder();
        bool negative = false;
        Append(interval.Months / 12, "year");
        Append(interval.Months % 12, "mon");
        Append(interval.Days, "day");
        if (interval.Nanoseconds != 0 || text.Length == 0)
        {
            long nanos = interval.Nanoseconds;
            (ulong seconds, ulong fraction) = Math.DivRem((ulong)Int128.Abs(nanos), (ulong)CivilCalendar.NanosPerSecond);
            text.Append(text.Length > 0 ? " " : string.Empty).Append(nanos < 0 ? "-" : negative ? "+" : string.Empty);
            text.Append(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
            if (fraction != 0)
            {
                text.Append('.').Append(fraction.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0'));
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString(), target);

        void Append(int value, string unit)
        {
            if (value == 0)
            {
                return;
            }

            // After a negative part a positive one shows its sign, so that the text reads back as it was.
            string sign = value > 0 && negative ? "+" : string.Empty;
            text.Append(text.Length > 0 ? " " : string.Empty).Append(CultureInfo.InvariantCulture, $"{sign}{value} {unit}{(value == 1 ? string.Empty : "s")}");
            negative = value < 0;
        }
    }

    /// <summary>Words, numbers and units apart: "3days" is two.</summary>
    static string[] Split(string text)
    {
        var spaced = new StringBuilder(text.Length + 4);
        bool iso = text.StartsWith('P') || text.StartsWith('p');
        for (int i = 0; i < text.Length; i++)
        {
            if (!iso && i > 0 && char.IsAsciiLetter(text[i]) && char.IsAsciiDigit(text[i - 1]))
            {
                spaced.Append(' ');
            }

            spaced.Append(text[i]);
        }

        return spaced.ToString().Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries);
    }

    static bool TryParseWords(string[] words, ref Parts parts)
    {
        bool ago = words[^1].Equals("ago", StringComparison.OrdinalIgnoreCase);
        int count = ago ? words.Length - 1 : words.Length;
        int i = words[0] == "@" ? 1 : 0;
        if (i >= count)
        {
            return false;
        }

        while (i < count)
        {
            if (words[i].Contains(':'))
            {
                if (!TryParseClock(words[i++], ref parts))
                {
                    return false;
                }

                continue;
            }

            if (!TryNumber(words[i++], out decimal value))
            {
                return false;
            }

            // A number alone counts seconds.
            string unit = i < count && !words[i].Contains(':') ? words[i++] : "second";
            if (!parts.TryAdd(value, unit))
            {
                return false;
            }
        }

        if (ago)
        {
            parts.Negate();
        }

        return true;
    }

    static bool TryParseClock(string word, ref Parts parts)
    {
        bool negative = word.StartsWith('-');
        string[] fields = word.TrimStart('+', '-').Split(':');
        decimal second = 0;
        if (fields.Length is < 2 or > 3 || !TryNumber(fields[0], out decimal hour) || !TryNumber(fields[1], out decimal minute) || (fields.Length == 3 && !TryNumber(fields[2], out second))
            || minute >= 60 || second >= 60)
        {
            return false;
        }

        decimal seconds = (hour * 3600) + (minute * 60) + second;
        return parts.TryAdd(negative ? -seconds : seconds, "second");
    }

    static bool TryParseIso(string text, ref Parts parts)
    {
        bool time = false;
        int i = 1;
        while (i < text.Length)
        {
            if (text[i] is 'T' or 't')
            {
                time = true;
                i++;
                continue;
            }

            int start = i;
            while (i < text.Length && !char.IsAsciiLetter(text[i]))
            {
                i++;
            }

            string? unit = i == text.Length ? null : (char.ToUpperInvariant(text[i++]), time) switch
            {
                ('Y', false) => "year",
                ('M', false) => "month",
                ('W', false) => "week",
                ('D', false) => "day",
                ('H', true) => "hour",
                ('M', true) => "minute",
                ('S', true) => "second",
                _ => null,
            };
            if (unit is null || !TryNumber(text[start..(i - 1)], out decimal value) || !parts.TryAdd(value, unit))
            {
                return false;
            }
        }

        return text.Length > 1;
    }

    static bool TryNumber(string text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && Math.Abs(value) < 1e15m;

    struct Parts
    {
        decimal months;
        decimal days;
        decimal nanos;

        public bool TryAdd(decimal value, string unit)
        {
            switch (unit.ToLowerInvariant())
            {
                case "millennium" or "millennia" or "millenniums":
                    AddMonths(value * 12_000);
                    return true;
                case "century" or "centuries" or "c":
                    AddMonths(value * 1_200);
                    return true;
                case "decade" or "decades":
                    AddMonths(value * 120);
                    return true;
                case "year" or "years" or "y" or "yr" or "yrs":
                    AddMonths(value * 12);
                    return true;
                case "quarter" or "quarters":
                    AddMonths(value * 3);
                    return true;
                case "month" or "months" or "mon" or "mons":
                    AddMonths(value);
                    return true;
                case "week" or "weeks" or "w":
                    AddDays(value * 7);
                    return true;
                case "day" or "days" or "d":
                    AddDays(value);
                    return true;
                case "hour" or "hours" or "h" or "hr" or "hrs":
                    nanos += value * 3_600 * NanosPerSecond;
                    return true;
                case "minute" or "minutes" or "m" or "min" or "mins":
                    nanos += value * 60 * NanosPerSecond;
                    return true;
                case "second" or "seconds" or "s" or "sec" or "secs":
                    nanos += value * NanosPerSecond;
                    return true;
                case "millisecond" or "milliseconds" or "ms" or "msec" or "msecs":
                    nanos += value * 1_000_000;
                    return true;
                case "microsecond" or "microseconds" or "us" or "usec" or "usecs":
                    nanos += value * 1_000;
                    return true;
                default:
                    return false;
            }
        }

        public void Negate()
        {
            months = -months;
            days = -days;
            nanos = -nanos;
        }

        public readonly bool TryBuild(out SqlInterval interval)
        {
            interval = default;
            decimal whole = Math.Round(nanos, MidpointRounding.AwayFromZero);
            if (Math.Abs(months) > int.MaxValue || Math.Abs(days) > int.MaxValue || Math.Abs(whole) > long.MaxValue)
            {
                return false;
            }

            interval = new((int)months, (int)days, (long)whole);
            return true;
        }

        void AddMonths(decimal value)
        {
            decimal whole = Math.Truncate(value);
            months += whole;
            AddDays((value - whole) * DaysPerMonth);
        }

        void AddDays(decimal value)
        {
            decimal whole = Math.Truncate(value);
            days += whole;
            nanos += (value - whole) * NanosPerDay;
        }
    }
}
