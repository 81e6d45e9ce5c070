using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>A compiled format for dates: writes moments, and reads them where all of its parts can be read.</summary>
internal interface IDateFormat
{
    /// <summary>Whether it reads an offset from UTC.</summary>
    bool HasZone { get; }

    void Write(SplitMoment moment, BytesBuilder output);

    /// <summary>Reads a moment, in UTC; says what is wrong where it cannot.</summary>
    bool TryRead(ReadOnlySpan<char> text, out long micros, out string? problem);
}

/// <summary>The formats of C's strftime: <c>%Y-%m-%d %H:%M:%S</c>; with - after the % a number is not padded.</summary>
internal sealed class StrftimeFormat : IDateFormat
{
    const string Known = "aAbBcdfgGhHIjmMnpSuUVwWxXyYzZ%";

    readonly string format;
    readonly List<(char Code, bool Padded, string Literal)> parts;

    StrftimeFormat(string format, List<(char Code, bool Padded, string Literal)> parts)
    {
        this.format = format;
        this.parts = parts;
        HasZone = parts.Exists(p => p.Code is 'z' or 'Z');
    }

    public bool HasZone { get; }

    /// <exception cref="SqlException">A code of the format is unknown.</exception>
    public static StrftimeFormat Parse(string format)
    {
        var parts = new List<(char Code, bool Padded, string Literal)>();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                parts.Add(('\0', false, format[i].ToString()));
                continue;
            }

            bool padded = i + 1 >= format.Length || format[i + 1] != '-';
            i += padded ? 1 : 2;
            if (i >= format.Length || !Known.Contains(format[i], StringComparison.Ordinal))
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, $"'%{(i < format.Length ? format[i] : ' ')}' in the format '{format}' is not known. The codes are {string.Join(' ', Known.Select(c => "%" + c))}.");
            }

            AddCode(parts, format[i], padded);
        }

        return new(format, parts);
    }

    public void Write(SplitMoment moment, BytesBuilder output)
    {
        foreach ((char code, bool padded, string literal) in parts)
        {
            switch (code)
            {
                case '\0':
                    output.Append(literal);
                    break;
                case 'a' or 'A':
                    output.Append(EnglishNames.Days[moment.DayOfWeek - 1].AsSpan(0, code == 'a' ? 3 : EnglishNames.Days[moment.DayOfWeek - 1].Length));
                    break;
                case 'b' or 'B':
                    output.Append(EnglishNames.Months[moment.Month - 1].AsSpan(0, code == 'b' ? 3 : EnglishNames.Months[moment.Month - 1].Length));
                    break;
                case 'p':
                    output.Append(moment.Hour < 12 ? "AM" : "PM");
                    break;
                case 'z':
                    output.Append("+00");
                    break;
                case 'Z':
                    output.Append("UTC");
                    break;
                default:
                    (long value, int width) = Number(code, moment);
                    AppendNumber(output, value, padded ? width : 1);
                    break;
            }
        }
    }

    public bool TryRead(ReadOnlySpan<char> text, out long micros, out string? problem)
    {
        var reader = new FormatReader(text);
        var moment = new ReadMoment();
        micros = 0;
        foreach ((char code, _, string literal) in parts)
        {
            bool read = code == '\0' ? TryLiteral(ref reader, literal[0]) : TryRead(ref reader, ref moment, code);
            if (!read)
            {
                problem = code == '\0' ? $"\"{literal}\" is missing" : $"%{code} does not fit \"{reader.Rest}\"";
                return false;
            }
        }

        if (!reader.AtEnd)
        {
            problem = $"\"{reader.Rest}\" is left over";
            return false;
        }

        return moment.TryBuild(out micros, out problem);
    }

    static void AddCode(List<(char Code, bool Padded, string Literal)> parts, char code, bool padded)
    {
        string? composite = code switch
        {
            'c' => "%Y-%m-%d %H:%M:%S",
            'x' => "%Y-%m-%d",
            'X' => "%H:%M:%S",
            _ => null,
        };
        if (composite is not null)
        {
            parts.AddRange(Parse(composite).parts);
        }
        else
        {
            parts.Add(code == '%' ? ('\0', false, "%") : (code == 'h' ? 'b' : code, padded, string.Empty));
        }
    }

    /// <summary>Digits, with zeros before them to a width; numbers of dates are not negative.</summary>
    static void AppendNumber(BytesBuilder output, long value, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        int at = digits.Length;
        while (value > 0 || digits.Length - at < width)
        {
            digits[--at] = (byte)('0' + (value % 10));
            value /= 10;
        }

        output.Append(digits[at..]);
    }

    static (long Value, int Width) Number(char code, SplitMoment moment) => code switch
    {
        'Y' => (moment.Year, 4),
        'y' => (moment.Year % 100, 2),
        'm' => (moment.Month, 2),
        'd' => (moment.DayOfMonth, 2),
        'H' => (moment.Hour, 2),
        'I' => (moment.ClockHour, 2),
        'M' => (moment.Minute, 2),
        'S' => (moment.Second, 2),
        'f' => (moment.Micros, 6),
        'g' => (moment.Micros / 1000, 3),
        'n' => (moment.Micros * 1000L, 9),
        'j' => (moment.DayOfYear, 3),
        'u' => (moment.DayOfWeek, 1),
        'w' => (moment.DayOfWeek % 7, 1),
        'U' => ((moment.DayOfYear + 6 - (moment.DayOfWeek % 7)) / 7, 2),
        'W' => ((moment.DayOfYear + 7 - moment.DayOfWeek) / 7, 2),
        'G' => (DateParts.IsoWeek(moment.Day).Year, 4),
        _ => (DateParts.IsoWeek(moment.Day).Week, 2),
    };

    static bool TryLiteral(ref FormatReader reader, char literal)
    {
        if (!char.IsWhiteSpace(literal))
        {
            return reader.TrySkip(literal);
        }

        reader.SkipBlanks();
        return true;
    }

    bool TryRead(ref FormatReader reader, ref ReadMoment moment, char code)
    {
        int index;
        switch (code)
        {
            case 'Y':
                return reader.TryNumber(4, out moment.Year);
            case 'y':
                bool found = reader.TryNumber(2, out int two);
                moment.Year = two < 69 ? 2000 + two : 1900 + two;
                return found;
            case 'm':
                return reader.TryNumber(2, out moment.Month);
            case 'd':
                return reader.TryNumber(2, out moment.DayOfMonth);
            case 'H':
                return reader.TryNumber(2, out moment.Hour);
            case 'I':
                moment.ClockHour = true;
                return reader.TryNumber(2, out moment.Hour);
            case 'M':
                return reader.TryNumber(2, out moment.Minute);
            case 'S':
                return reader.TryNumber(2, out moment.Second);
            case 'f' or 'n':
                return reader.TryFraction(9, out moment.Micros);
            case 'g':
                return reader.TryFraction(3, out moment.Micros);
            case 'j':
                bool day = reader.TryNumber(3, out int dayOfYear);
                moment.DayOfYear = dayOfYear;
                return day;
            case 'a' or 'A':
                return reader.TryName(EnglishNames.Days, code == 'a' ? 3 : 0, out _);
            case 'b' or 'B':
                bool month = reader.TryName(EnglishNames.Months, code == 'b' ? 3 : 0, out index);
                moment.Month = index + 1;
                return month;
            case 'p':
                bool half = reader.TryMeridiem(out bool afternoon);
                moment.Afternoon = afternoon;
                return half;
            case 'z':
                return reader.TryOffset(out moment.Ahead);
            case 'Z':
                return reader.TryName(["UTC", "GMT", "Z"], 0, out _);
            case 'G':
                bool isoYear = reader.TryNumber(4, out int year);
                moment.IsoYear = year;
                return isoYear;
            case 'V':
                bool isoWeek = reader.TryNumber(2, out int week);
                moment.IsoWeek = week;
                return isoWeek && week is >= 1 and <= 53;
            case 'u':
                bool isoDay = reader.TryNumber(1, out int weekday);
                moment.IsoDay = weekday;
                return isoDay && weekday is >= 1 and <= 7;
            default:
                throw new SqlException(SqlErrorCode.NotSupported, $"'%{code}' in the format '{format}' can be written but not read.");
        }
    }
}
