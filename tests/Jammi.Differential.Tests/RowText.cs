using System.Globalization;
using System.Numerics;

namespace Jammi.Differential.Tests;

/// <summary>Rows as text that two engines can agree on: numbers by their value whatever their type, floating-point ones to 12 digits.</summary>
static class RowText
{
    public static string Of(IEnumerable<object?> row) => string.Join(" | ", row.Select(Of));

    public static List<string> Of(IEnumerable<object?[]> rows, bool sorted)
    {
        var lines = rows.Select(r => Of((IEnumerable<object?>)r)).ToList();
        if (sorted)
        {
            lines.Sort(StringComparer.Ordinal);
        }

        return lines;
    }

    static string Of(object? value) => value switch
    {
        null => "NULL",
        bool truth => truth ? "1" : "0",
        double number => OfDouble(number),
        float number => OfDouble(number),
        decimal number => OfDecimal(number),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string text => $"'{text}'",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    static string OfDecimal(decimal number) => number == decimal.Truncate(number)
        ? decimal.Truncate(number).ToString(CultureInfo.InvariantCulture)
        : OfDouble((double)number);

    static string OfDouble(double number)
    {
        if (!double.IsFinite(number))
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        // Whole numbers print as integers do; zero has no sign here.
        string text = number == 0 ? "0" : number.ToString("G12", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) && Math.Abs(number) < 1e18 && number == Math.Truncate(number)
            ? number.ToString("F0", CultureInfo.InvariantCulture)
            : text;
    }
}
