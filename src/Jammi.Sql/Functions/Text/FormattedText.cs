using System.Globalization;
using System.Text;
using Jammi.Sql.Syntax;

namespace Jammi.Sql.Functions.Text;

/// <summary>The formats of format (PostgreSQL: %s %I %L with places and widths) and printf (C: %d %5.2f %s ...).</summary>
internal static class FormattedText
{
    /// <summary>A conversion of a format: what stands between % and its letter, taken apart.</summary>
    readonly record struct Conversion(int? Place, string Flags, int Width, int? Precision, char Letter)
    {
        public bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);

        public string Padded(string text) => Has('-') ? text.PadRight(Width) : text.PadLeft(Width);
    }

    /// <summary>Arguments are texts or null.</summary>
    public static string Format(string format, ReadOnlySpan<string?> arguments)
    {
        var result = new StringBuilder(format.Length + 16);
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            Conversion conversion = Parse(format, ref i, "sIL");
            if (conversion.Letter == '%')
            {
                result.Append('%');
                continue;
            }

            next = (conversion.Place ?? next + 1) - 1;
            string? value = Argument(format, arguments, next++);
            result.Append(conversion.Padded(conversion.Letter switch
            {
                'L' => value is null ? "NULL" : QuoteLiteral(value),
                'I' => QuoteIdentifier(value ?? throw new SqlException(SqlErrorCode.InvalidParameter, "format: %I needs a name, and its argument is NULL.")),
                _ => value ?? string.Empty,
            }));
        }

        return result.ToString();
    }

    /// <summary>Arguments are long, double or string.</summary>
    public static string Print(string format, ReadOnlySpan<object> arguments)
    {
        var result = new StringBuilder(format.Length + 16);
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            Conversion conversion = Parse(format, ref i, "diuxXofFeEgGsc");
            if (conversion.Letter == '%')
            {
                result.Append('%');
                continue;
            }

            next = (conversion.Place ?? next + 1) - 1;
            result.Append(Print(format, conversion, Argument(format, arguments, next++)));
        }

        return result.ToString();
    }

    /// <summary>A name as SQL writes it: in double quotes unless it is plain lower case and no reserved word.</summary>
    public static string QuoteIdentifier(string name)
    {
        bool plain = name.Length > 0 && (char.IsAsciiLetterLower(name[0]) || name[0] == '_')
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') && !SqlGrammar.IsReserved(name);
        return plain ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public static string QuoteLiteral(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static T Argument<T>(string format, ReadOnlySpan<T> arguments, int place) => place >= 0 && place < arguments.Length
        ? arguments[place]
        : throw new SqlException(SqlErrorCode.InvalidParameter, $"The format '{format}' asks for argument {place + 1}, and there are {arguments.Length}.");

    /// <summary>Reads <c>%[n$][flags][width][.precision]letter</c>; <paramref name="at"/> moves from the % to the letter.</summary>
    static Conversion Parse(string format, ref int at, string letters)
    {
        int start = at++;
        int? place = null;
        int mark = at;
        if (Number(format, ref at) is int number && at < format.Length && format[at] == '$')
        {
            place = number;
            at++;
        }
        else
        {
            at = mark;
        }

        int flags = at;
        while (at < format.Length && format[at] is '-' or '+' or ' ' or '0' or '#' or ',' or '\'')
        {
            at++;
        }

        string flagText = format[flags..Math.Min(at, format.Length)];
        int width = Number(format, ref at) ?? 0;
        int? precision = null;
        if (at < format.Length && format[at] == '.')
        {
            at++;
            precision = Number(format, ref at) ?? 0;
        }

        while (at < format.Length && format[at] is 'l' or 'h')
        {
            at++;
        }

        if (at < format.Length && (letters.Contains(format[at], StringComparison.Ordinal) || (format[at] == '%' && at == start + 1)))
        {
            return new(place, flagText, Math.Min(width, 1_000_000), precision is int p ? Math.Min(p, 1_000) : null, format[at]);
        }

        throw new SqlException(SqlErrorCode.InvalidParameter, $"\"{format[start..Math.Min(at + 1, format.Length)]}\" in the format '{format}' ends in none of {string.Join(' ', letters.Select(l => "%" + l))}; a percent sign is written %%.");
    }

    static int? Number(string format, ref int at)
    {
        int start = at;
        while (at < format.Length && char.IsAsciiDigit(format[at]) && at - start < 9)
        {
            at++;
        }

        return at == start ? null : int.Parse(format.AsSpan(start..at), CultureInfo.InvariantCulture);
    }

    static string Print(string format, Conversion conversion, object argument)
    {
        switch (conversion.Letter)
        {
            case 's':
                string text = Convert.ToString(argument, CultureInfo.InvariantCulture)!;
                return conversion.Padded(conversion.Precision is int most && most < text.Length ? text[..most] : text);
            case 'c':
                return conversion.Padded(char.ConvertFromUtf32((int)Whole(format, conversion, argument)));
            case 'd' or 'i' or 'u':
                long whole = Whole(format, conversion, argument);
                string digits = Math.Abs((decimal)whole).ToString(conversion.Has(',') || conversion.Has('\'') ? "N0" : "F0", CultureInfo.InvariantCulture);
                return Signed(conversion, whole < 0, digits.PadLeft(conversion.Precision ?? 0, '0'));
            case 'x' or 'X':
                return Signed(conversion, false, (conversion.Has('#') ? "0x" : string.Empty) + Whole(format, conversion, argument).ToString(conversion.Letter == 'x' ? "x" : "X", CultureInfo.InvariantCulture));
            case 'o':
                return Signed(conversion, false, Convert.ToString(Whole(format, conversion, argument), 8));
            default:
                return PrintReal(format, conversion, argument);
        }
    }

    static string PrintReal(string format, Conversion conversion, object argument)
    {
        double value = argument switch
        {
            long number => number,
            double number => number,
            _ => throw WrongArgument(format, conversion, argument),
        };
        if (!double.IsFinite(value))
        {
            return conversion.Padded(double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
        }

        double magnitude = Math.Abs(value);
        int precision = conversion.Precision ?? 6;
        string text = char.ToLowerInvariant(conversion.Letter) switch
        {
            'f' => magnitude.ToString((conversion.Has(',') || conversion.Has('\'') ? "N" : "F") + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            'e' => magnitude.ToString((precision == 0 ? "0" : "0." + new string('0', precision)) + "e+00", CultureInfo.InvariantCulture),
            _ => magnitude.ToString("G" + Math.Max(precision, 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToLowerInvariant(),
        };
        return Signed(conversion, double.IsNegative(value), char.IsUpper(conversion.Letter) ? text.ToUpperInvariant() : text);
    }

    /// <summary>With its sign, and zeros between sign and digits where asked for.</summary>
    static string Signed(Conversion conversion, bool negative, string digits)
    {
        string sign = negative ? "-" : conversion.Has('+') ? "+" : conversion.Has(' ') ? " " : string.Empty;
        return conversion.Has('0') && !conversion.Has('-') ? sign + digits.PadLeft(conversion.Width - sign.Length, '0') : conversion.Padded(sign + digits);
    }

    static long Whole(string format, Conversion conversion, object argument) => argument is long whole ? whole : throw WrongArgument(format, conversion, argument);

    static SqlException WrongArgument(string format, Conversion conversion, object argument) =>
        new(SqlErrorCode.InvalidParameter, $"%{conversion.Letter} in the format '{format}' takes {("diuxXoc".Contains(conversion.Letter, StringComparison.Ordinal) ? "an integer" : "a number")}, not '{Convert.ToString(argument, CultureInfo.InvariantCulture)}'; %s takes any value.");
}
