using System.Globalization;
using System.Text;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>
/// The patterns of PostgreSQL's to_char, to_date and to_timestamp: <c>YYYY-MM-DD HH24:MI:SS</c>. FM before a part leaves its padding out, TH behind it
/// adds the ordinal's ending. Text stands in double quotes; letters that are no pattern are an error.
/// </summary>
internal sealed class PatternFormat : IDateFormat
{
    /// <summary>Longer ones first where one begins another.</summary>
    static readonly string[] Codes =
    [
        "HH24", "HH12", "HH", "MI", "MONTH", "MON", "MM", "MS", "SSSSS", "SSSS", "SS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6",
        "A.M.", "P.M.", "AM", "PM", "Y,YYY", "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "IDDD", "ID", "IW", "I", "B.C.", "A.D.", "BC", "AD",
        "DAY", "DDD", "DD", "DY", "D", "WW", "W", "CC", "J", "Q", "RM", "TZH", "TZM", "TZ", "OF",
    ];

    static readonly string[] Romans = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    readonly string pattern;
    readonly List<Part> parts;

    PatternFormat(string pattern, List<Part> parts)
    {
        this.pattern = pattern;
        this.parts = parts;
        HasZone = parts.Exists(p => p.Code is "TZ" or "TZH" or "OF");
    }

    /// <param name="Code">The pattern in upper case; empty for text.</param>
    /// <param name="Text">The text, or the pattern as written.</param>
    sealed record Part(string Code, string Text, bool Padded = true, string Ending = "");

    public bool HasZone { get; }

    /// <exception cref="SqlException">A letter of the pattern means nothing.</exception>
    public static PatternFormat Parse(string pattern)
    {
        var parts = new List<Part>();
        bool padded = true;
        for (int i = 0; i < pattern.Length;)
        {
            string rest = pattern[i..];
            if (rest[0] == '"')
            {
                int end = rest.IndexOf('"', 1);
                end = end < 0 ? rest.Length : end;
                parts.AddRange(rest[1..end].Select(c => new Part(string.Empty, c.ToString())));
                i += Math.Min(end + 1, rest.Length);
            }
            else if (rest.StartsWith("FM", StringComparison.OrdinalIgnoreCase))
            {
                padded = false;
                i += 2;
            }
            else if (rest.StartsWith("FX", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("TM", StringComparison.OrdinalIgnoreCase))
            {
                // Input is always read as FX asks, and names are English as TM would have them.
                i += 2;
            }
            else if (Array.Find(Codes, code => rest.StartsWith(code, StringComparison.OrdinalIgnoreCase)) is { } code)
            {
                i += code.Length;
                bool ordinal = code.Length > 0 && pattern.AsSpan(i).StartsWith("TH", StringComparison.OrdinalIgnoreCase) && !pattern.AsSpan(i).StartsWith("TH24", StringComparison.OrdinalIgnoreCase);
                string ending = ordinal ? pattern.Substring(i, 2) : string.Empty;
                i += ending.Length;
                parts.Add(new(code, rest[..code.Length], padded, ending));
                padded = true;
            }
            else if (char.IsLetter(rest[0]))
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, $"\"{rest}\" in the pattern '{pattern}' begins with no pattern of dates; put text in double quotes, as in 'YYYY-MM-DD\"T\"HH24:MI'.");
            }
            else
            {
                parts.Add(new(string.Empty, rest[..1]));
                i++;
            }
        }

        return new(pattern, parts);
    }

    public void Write(SplitMoment moment, BytesBuilder output)
    {
        foreach (Part part in parts)
        {
            output.Append(part.Code.Length == 0 ? part.Text : Text(part, moment));
        }
    }

    /// <summary>An interval as text: only the parts of an interval have patterns, hours may be more than a day's.</summary>
    public void Write(SqlInterval interval, BytesBuilder output)
    {
        foreach (Part part in parts)
        {
            output.Append(part.Code.Length == 0 ? part.Text : Text(part, interval));
        }
    }

    public bool TryRead(ReadOnlySpan<char> text, out long micros, out string? problem)
    {
        var reader = new FormatReader(text);
        var moment = new ReadMoment();
        micros = 0;
        reader.SkipBlanks();
        for (int i = 0; i < parts.Count; i++)
        {
            Part part = parts[i];
            bool next = i + 1 < parts.Count && parts[i + 1].Code.Length > 0;
            if (part.Code.Length > 0 ? !TryRead(ref reader, ref moment, part, next) : !TryText(ref reader, part.Text[0]))
            {
                problem = $"{part.Text} does not fit \"{reader.Rest}\"";
                return false;
            }
        }

        // As in PostgreSQL, what the pattern does not reach is not looked at.
        return moment.TryBuild(out micros, out problem);
    }

    static string Text(Part part, SplitMoment m)
    {
        string? word = part.Code switch
        {
            "AM" or "PM" => m.Hour < 12 ? "AM" : "PM",
            "A.M." or "P.M." => m.Hour < 12 ? "A.M." : "P.M.",
            "BC" or "AD" => "AD",
            "B.C." or "A.D." => "A.D.",
            "MONTH" => Name(EnglishNames.Months[m.Month - 1], part),
            "MON" => EnglishNames.Months[m.Month - 1][..3],
            "DAY" => Name(EnglishNames.Days[m.DayOfWeek - 1], part),
            "DY" => EnglishNames.Days[m.DayOfWeek - 1][..3],
            "RM" => part.Padded ? Romans[m.Month - 1].PadRight(4) : Romans[m.Month - 1],
            "TZ" => "UTC",
            "TZH" or "OF" => "+00",
            "Y,YYY" => string.Create(CultureInfo.InvariantCulture, $"{m.Year / 1000},{m.Year % 1000:D3}"),
            _ => null,
        };
        if (word is not null)
        {
            return Cased(word, part.Text);
        }

        (int week, int isoYear) = part.Code[0] == 'I' ? (DateParts.IsoWeek(m.Day).Week, DateParts.IsoWeek(m.Day).Year) : default;
        (int value, int width) = part.Code switch
        {
            "HH24" => (m.Hour, 2),
            "HH12" or "HH" => (m.ClockHour, 2),
            "MI" => (m.Minute, 2),
            "SS" => (m.Second, 2),
            "SSSS" or "SSSSS" => ((int)(m.TimeOfDay / CivilCalendar.MicrosPerSecond), 1),
            "MS" => (m.Micros / 1000, 3),
            "US" => (m.Micros, 6),
            ['F', 'F', var digits] => (m.Micros / (int)Math.Pow(10, 6 - (digits - '0')), digits - '0'),
            "MM" => (m.Month, 2),
            "YYYY" => (m.Year, 4),
            "YYY" => (m.Year % 1000, 3),
            "YY" => (m.Year % 100, 2),
            "Y" => (m.Year % 10, 1),
            "IYYY" => (isoYear, 4),
            "IYY" => (isoYear % 1000, 3),
            "IY" => (isoYear % 100, 2),
            "I" => (isoYear % 10, 1),
            "IW" => (week, 2),
            "IDDD" => (((week - 1) * 7) + m.DayOfWeek, 3),
            "ID" => (m.DayOfWeek, 1),
            "D" => ((m.DayOfWeek % 7) + 1, 1),
            "DD" => (m.DayOfMonth, 2),
            "DDD" => (m.DayOfYear, 3),
            "W" => (((m.DayOfMonth - 1) / 7) + 1, 1),
            "WW" => (((m.DayOfYear - 1) / 7) + 1, 2),
            "CC" => ((m.Year + 99) / 100, 2),
            "J" => ((int)DateParts.OfDate(DateField.Julian, m.Day), 1),
            "Q" => (((m.Month - 1) / 3) + 1, 1),
            _ => (0, 2),
        };
        return Number(part, value, width);
    }

    string Text(Part part, SqlInterval interval)
    {
        long time = interval.Nanoseconds / CivilCalendar.NanosPerMicro;
        (long value, int width) = part.Code switch
        {
            "YYYY" => (interval.Months / 12, 4),
            "MM" => (interval.Months % 12, 2),
            "DD" => (interval.Days, 2),
            "HH24" => (time / CivilCalendar.MicrosPerHour, 2),
            "HH12" or "HH" => (time / CivilCalendar.MicrosPerHour % 12, 2),
            "MI" => (time / CivilCalendar.MicrosPerMinute % 60, 2),
            "SS" => (time / CivilCalendar.MicrosPerSecond % 60, 2),
            "MS" => (time % CivilCalendar.MicrosPerSecond / 1000, 3),
            "US" => (time % CivilCalendar.MicrosPerSecond, 6),
            _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"{part.Text} in the pattern '{pattern}' is not a part of an interval; those are YYYY, MM, DD, HH24, HH12, MI, SS, MS and US."),
        };
        return Number(part, value, width);
    }

    static string Number(Part part, long value, int width)
    {
        string text = value.ToString(part.Padded ? "D" + width.ToString(CultureInfo.InvariantCulture) : "D", CultureInfo.InvariantCulture);
        return part.Ending.Length == 0 ? text : text + (part.Ending[0] == 'T' ? Ordinal(value) : Ordinal(value).ToLowerInvariant());
    }

    static string Ordinal(long value) => (value % 100) is >= 11 and <= 13 ? "TH" : (value % 10) switch { 1 => "ST", 2 => "ND", 3 => "RD", _ => "TH" };

    /// <summary>A name padded to the longest of its kind.</summary>
    static string Name(string name, Part part) => part.Padded ? name.PadRight(9) : name;

    /// <summary>In the case in which the pattern was written: MONTH, Month or month.</summary>
    static string Cased(string word, string written) => char.IsLower(written[0]) ? word.ToLowerInvariant()
        : written.Length > 1 && char.IsLower(written[1]) ? word
        : word.ToUpperInvariant();

    static bool TryText(ref FormatReader reader, char text)
    {
        if (char.IsWhiteSpace(text))
        {
            reader.SkipBlanks();
            return true;
        }

        // Any separator stands for any other.
        if (!char.IsLetterOrDigit(text) && !reader.AtEnd && !char.IsLetterOrDigit(reader.Rest[0]) && reader.Rest[0] is not ('+' or '-'))
        {
            reader.Skip();
            return true;
        }

        return reader.TrySkip(text);
    }

    bool TryRead(ref FormatReader reader, ref ReadMoment moment, Part part, bool digitsFollow)
    {
        reader.SkipBlanks();
        int value;
        bool found;
        switch (part.Code)
        {
            case "HH24":
                return reader.TryNumber(2, out moment.Hour);
            case "HH12" or "HH":
                moment.ClockHour = true;
                return reader.TryNumber(2, out moment.Hour);
            case "MI":
                return reader.TryNumber(2, out moment.Minute);
            case "SS":
                return reader.TryNumber(2, out moment.Second);
            case "MS":
                return reader.TryFraction(3, out moment.Micros);
            case "US":
                return reader.TryFraction(6, out moment.Micros);
            case ['F', 'F', var digits]:
                return reader.TryFraction(digits - '0', out moment.Micros);
            case "SSSS" or "SSSSS":
                found = reader.TryNumber(5, out value);
                (moment.Hour, moment.Minute, moment.Second) = (value / 3600, value / 60 % 60, value % 60);
                return found;
            case "AM" or "PM" or "A.M." or "P.M.":
                found = reader.TryMeridiem(out bool afternoon);
                moment.Afternoon = afternoon;
                return found;
            case "YYYY":
                return reader.TryNumber(digitsFollow ? 4 : 9, out moment.Year);
            case "YYY" or "YY" or "Y":
                found = reader.TryNumber(part.Code.Length, out value, out int read);
                moment.Year = read == 3 ? (value < 520 ? 2000 : 1000) + value : value < 70 ? 2000 + value : 1900 + value;
                return found;
            case "MM":
                return reader.TryNumber(2, out moment.Month);
            case "MONTH" or "MON":
                found = reader.TryName(EnglishNames.Months, part.Code == "MON" ? 3 : 0, out int month);
                moment.Month = month + 1;
                return found;
            case "DAY" or "DY":
                return reader.TryName(EnglishNames.Days, part.Code == "DY" ? 3 : 0, out _);
            case "DD":
                return reader.TryNumber(2, out moment.DayOfMonth);
            case "DDD":
                found = reader.TryNumber(3, out value);
                moment.DayOfYear = value;
                return found;
            case "J":
                found = reader.TryNumber(9, out value);
                moment.EpochMicros = (value - DateParts.OfDate(DateField.Julian, 0)) * CivilCalendar.MicrosPerDay;
                return found;
            case "IYYY":
                found = reader.TryNumber(4, out value);
                moment.IsoYear = value;
                return found;
            case "IW":
                found = reader.TryNumber(2, out value);
                moment.IsoWeek = value;
                return found && value is >= 1 and <= 53;
            case "ID":
                found = reader.TryNumber(1, out value);
                moment.IsoDay = value;
                return found && value is >= 1 and <= 7;
            case "TZH" or "OF" or "TZ":
                return reader.TryOffset(out moment.Ahead);
            case "BC" or "AD" or "B.C." or "A.D.":
                return reader.TryName(["AD", "A.D."], 0, out _);
            default:
                throw new SqlException(SqlErrorCode.NotSupported, $"{part.Text} in the pattern '{pattern}' can be written but not read.");
        }
    }
}
