using System.Globalization;
using System.Text;
using Jammi.Sql.Functions.Kernels;

namespace Jammi.Sql.Functions.Text;

/// <summary>
/// The patterns of PostgreSQL's to_char for numbers: 9 and 0 are digits (0 is written even where it leads), . or D the point, , or G the thousands'
/// separator, S SG MI PL PR the sign, L or $ currency, TH an ordinal's ending, FM no padding; text stands in double quotes.
/// </summary>
internal sealed class NumberPattern
{
    enum Kind
    {
        Digit,
        Zero,
        Point,
        Group,
        Sign,
        Minus,
        Plus,
        PlusOrMinus,
        Ordinal,
        Text,
    }

    /// <summary>The largest double that a decimal holds, with some room for rounding.</summary>
    const double Largest = 7e27;

    static readonly (string Code, Kind Kind)[] Codes =
    [
        ("9", Kind.Digit), ("0", Kind.Zero), (".", Kind.Point), ("D", Kind.Point), (",", Kind.Group), ("G", Kind.Group), ("SG", Kind.PlusOrMinus), ("S", Kind.Sign),
        ("MI", Kind.Minus), ("PL", Kind.Plus), ("TH", Kind.Ordinal),
    ];

    readonly string pattern;
    readonly List<(Kind Kind, string Text)> parts = [];
    readonly bool filled = true;
    readonly bool brackets;
    readonly int whole;
    readonly int firstZero = int.MaxValue;
    readonly int decimals;
    readonly int keptDecimals;

    NumberPattern(string pattern)
    {
        this.pattern = pattern;
        for (int i = 0; i < pattern.Length;)
        {
            string rest = pattern[i..];
            if (rest[0] == '"')
            {
                int end = rest.IndexOf('"', 1);
                end = end < 0 ? rest.Length : end;
                parts.Add((Kind.Text, rest[1..end]));
                i += Math.Min(end + 1, rest.Length);
            }
            else if (rest.StartsWith("FM", StringComparison.OrdinalIgnoreCase))
            {
                filled = false;
                i += 2;
            }
            else if (rest.StartsWith("PR", StringComparison.OrdinalIgnoreCase))
            {
                brackets = true;
                i += 2;
            }
            else if (Array.Find(Codes, c => rest.StartsWith(c.Code, StringComparison.OrdinalIgnoreCase)) is { Code: { } code } found)
            {
                parts.Add((found.Kind, rest[..code.Length]));
                i += code.Length;
            }
            else if (char.ToUpperInvariant(rest[0]) == 'L' || !char.IsLetter(rest[0]))
            {
                parts.Add((Kind.Text, char.ToUpperInvariant(rest[0]) == 'L' ? "$" : rest[..1]));
                i++;
            }
            else
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, $"\"{rest}\" in the pattern '{pattern}' begins with no pattern of numbers; those are 9 0 . D , G S SG MI PL PR L TH FM. Put text in double quotes.");
            }
        }

        foreach ((Kind kind, _) in parts.TakeWhile(p => p.Kind != Kind.Point))
        {
            firstZero = kind == Kind.Zero ? Math.Min(firstZero, whole) : firstZero;
            whole += kind is Kind.Digit or Kind.Zero ? 1 : 0;
        }

        foreach ((Kind kind, _) in parts.SkipWhile(p => p.Kind != Kind.Point))
        {
            decimals += kind is Kind.Digit or Kind.Zero ? 1 : 0;
            keptDecimals = kind == Kind.Zero ? decimals : keptDecimals;
        }
    }

    /// <exception cref="SqlException">A letter of the pattern means nothing.</exception>
    public static NumberPattern Parse(string pattern) => new(pattern);

    public void Write(long value, BytesBuilder output) => Write((decimal)value, output);

    public void Write(double value, BytesBuilder output)
    {
        if (!(Math.Abs(value) < Largest))
        {
            throw new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"to_char({value}, '{pattern}'): the number has too many digits for a pattern."));
        }

        Write((decimal)value, output);
    }

    void Write(decimal value, BytesBuilder output)
    {
        decimal magnitude = Math.Round(Math.Abs(value), decimals, MidpointRounding.AwayFromZero);
        bool negative = value < 0 && magnitude != 0;
        string digits = magnitude.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        string integer = (point < 0 ? digits : digits[..point]).TrimStart('0');
        string fraction = point < 0 ? string.Empty : digits[(point + 1)..];
        if (integer.Length == 0 && decimals == 0)
        {
            integer = "0";
        }

        bool overflow = integer.Length > whole;
        int begin = Math.Min(firstZero, Math.Max(whole - integer.Length, 0));
        int shown = filled ? decimals : Math.Max(fraction.TrimEnd('0').Length, keptDecimals);
        var text = new StringBuilder();
        int place = 0;
        int decimalPlace = 0;
        bool afterPoint = false;
        int signAt = -1;
        foreach ((Kind kind, string written) in parts)
        {
            switch (kind)
            {
                case Kind.Digit or Kind.Zero when afterPoint:
                    text.Append(overflow ? "#" : decimalPlace < shown ? fraction[decimalPlace].ToString() : string.Empty);
                    decimalPlace++;
                    break;
                case Kind.Digit or Kind.Zero:
                    bool leads = !overflow && place < begin;
                    signAt = !leads && signAt < 0 ? text.Length : signAt;
                    int at = place - (whole - integer.Length);
                    text.Append(overflow ? "#" : leads ? Blank() : at < 0 ? "0" : integer[at].ToString());
                    place++;
                    break;
                case Kind.Group:
                    text.Append(place > begin || overflow ? written == "G" || written == "g" ? "," : written : Blank());
                    break;
                case Kind.Point:
                    signAt = signAt < 0 ? text.Length : signAt;
                    afterPoint = true;
                    text.Append('.');
                    break;
                case Kind.Sign:
                    // Before the number the sign stands beside its first digit.
                    text.Append(place == 0 && !afterPoint ? string.Empty : negative ? "-" : "+");
                    break;
                case Kind.Minus:
                    text.Append(negative ? "-" : Blank());
                    break;
                case Kind.Plus:
                    text.Append(negative ? Blank() : "+");
                    break;
                case Kind.PlusOrMinus:
                    text.Append(negative ? '-' : '+');
                    break;
                case Kind.Ordinal:
                    text.Append(negative || decimals > 0 ? string.Empty : Ending(magnitude, written));
                    break;
                default:
                    text.Append(written);
                    break;
            }
        }

        text.Insert(Math.Max(signAt, 0), Sign(negative));
        text.Append(brackets ? (negative ? ">" : Blank()) : string.Empty);
        output.Append(text.ToString());
    }

    string Blank() => filled ? " " : string.Empty;

    /// <summary>What stands before the first digit.</summary>
    string Sign(bool negative)
    {
        bool leading = parts.FindIndex(p => p.Kind == Kind.Sign) is >= 0 and int at && at < parts.FindIndex(p => p.Kind is Kind.Digit or Kind.Zero);
        if (leading)
        {
            return negative ? "-" : "+";
        }

        bool elsewhere = parts.Exists(p => p.Kind is Kind.Sign or Kind.Minus or Kind.Plus or Kind.PlusOrMinus);
        return elsewhere ? string.Empty : brackets ? (negative ? "<" : Blank()) : negative ? "-" : Blank();
    }

    static string Ending(decimal value, string written)
    {
        string ending = (value % 100) is >= 11 and <= 13 ? "th" : (int)(value % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" };
        return char.IsUpper(written[0]) ? ending.ToUpperInvariant() : ending;
    }
}
