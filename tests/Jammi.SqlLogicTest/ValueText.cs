using System.Collections;
using System.Globalization;
using System.Text;

namespace Jammi.SqlLogicTest;

/// <summary>How values are written.</summary>
public enum ValueStyle
{
    /// <summary>As the engine prints them; a column's type letter is checked: I integer, R real or decimal, T text, B boolean, D date, P timestamp, ? any other.</summary>
    Exact,

    /// <summary>As the classic corpora want them, by the type letter: I <c>%d</c>, R <c>%.3f</c>, T text with unprintable characters as <c>@</c>.</summary>
    Classic,
}

/// <summary>Values as text.</summary>
public static class ValueText
{
    const string Null = "NULL";
    const string Empty = "(empty)";

    /// <summary>The letter of a column's type.</summary>
    public static char Letter(Type type, string dataTypeName)
    {
        if (type == typeof(DateTime) || type == typeof(DateTimeOffset))
        {
            return dataTypeName == "DATE" ? 'D' : 'P';
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => 'B',
            TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 => 'I',
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => 'R',
            TypeCode.String => 'T',
            _ => '?',
        };
    }

    /// <summary>A value as the engine prints it.</summary>
    public static string Exact(object value, string dataTypeName) => value switch
    {
        DBNull => Null,
        string { Length: 0 } => Empty,
        string text => Visible(text),
        bool truth => truth ? "true" : "false",
        float or double => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture).Replace('E', 'e'),
        DateTime day when dataTypeName == "DATE" => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF+00", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString(span.Ticks % TimeSpan.TicksPerSecond == 0 ? "c" : @"hh\:mm\:ss\.FFFFFFF", CultureInfo.InvariantCulture),
        byte[] bytes => $"\\x{Convert.ToHexStringLower(bytes)}",
        Half[] vector => $"[{string.Join(",", vector.Select(v => v.ToString(CultureInfo.InvariantCulture)))}]",
        float[] vector => $"[{string.Join(",", vector.Select(v => Exact(v, string.Empty)))}]",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(i => Exact(i ?? DBNull.Value, string.Empty)))}]",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>A value as the classic corpora want it.</summary>
    public static string Classic(object value, string dataTypeName, char letter) => (letter, value) switch
    {
        (_, DBNull) => Null,
        ('I', bool truth) => truth ? "1" : "0",
        ('I', float or double or decimal) => Math.Truncate(Convert.ToDecimal(value, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture),
        ('I', string text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number.ToString(CultureInfo.InvariantCulture) : "0",
        ('R', string text) => ThreeDecimals(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0),
        ('R', IConvertible number) => ThreeDecimals(number.ToDouble(CultureInfo.InvariantCulture)),
        (_, string { Length: 0 }) => Empty,
        (_, string text) => Printable(text),
        ('T', bool truth) => truth ? "1" : "0",
        _ => Exact(value, dataTypeName),
    };

    /// <summary><c>%.3f</c>, which rounds exact ties to even; only odd multiples of 1/16 are such ties.</summary>
    static string ThreeDecimals(double value)
    {
        double sixteenths = value * 16;
        bool tie = Math.Abs(sixteenths) < (1L << 52) && Math.Floor(sixteenths) == sixteenths && Math.Abs(sixteenths % 2) == 1;
        return (tie ? Math.Round(value * 1000, MidpointRounding.ToEven) / 1000 : value).ToString("F3", CultureInfo.InvariantCulture);
    }

    static string Visible(string text) => text.AsSpan().IndexOfAny('\n', '\r', '\t') < 0 ? text
        : text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);

    static string Printable(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
        {
            result.Append(unit is >= (byte)' ' and <= (byte)'~' ? (char)unit : '@');
        }

        return result.ToString();
    }
}
