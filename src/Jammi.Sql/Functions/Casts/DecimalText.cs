using System.Buffers.Text;
using System.Globalization;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>DECIMAL as text and as a float.</summary>
internal static class DecimalText
{
    /// <summary>More digits than any Int128 has; digits beyond them can only decide rounding.</summary>
    const int MostDigits = 38;

    /// <summary>Largest power of ten that a double holds exactly.</summary>
    const int ExactPower = 22;

    const long ExactInteger = 1L << 53;

    static readonly double[] Powers = [.. Enumerable.Range(0, ExactPower + 1).Select(i => double.Parse($"1e{i}", CultureInfo.InvariantCulture))];

    /// <summary>Bytes that any DECIMAL needs as text: sign, zero, point, 38 digits.</summary>
    public const int MaxLength = 41;

    /// <summary>
    /// Reads <c>[+-]digits[.digits][e[+-]digits]</c> with white space around it, rounding half away from zero at the scale.
    /// False when it is no number or has more digits than the precision allows.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int precision, int scale, out Int128 unscaled)
    {
        unscaled = 0;
        text = text.Trim(" \t\r\n"u8);
        bool negative = false;
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            text = text[1..];
        }

        int exponent = 0;
        int mark = text.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            if (!TryParseExponent(text[(mark + 1)..], out exponent))
            {
                return false;
            }

            text = text[..mark];
        }

        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? [] : text[(point + 1)..];
        if (whole.Length + fraction.Length == 0 || whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        // The digit at index `kept` (of whole and fraction together) is the first below the scale.
        int kept = whole.Length + exponent + scale;
        Int128 value = 0;
        int significant = 0;
        for (int i = 0; i < Math.Min(kept, whole.Length + fraction.Length); i++)
        {
            int digit = Digit(whole, fraction, i);
            significant += significant > 0 || digit > 0 ? 1 : 0;
            if (significant > MostDigits)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        int missing = kept - (whole.Length + fraction.Length);
        if (missing > 0 && value != 0)
        {
            if (significant + missing > MostDigits)
            {
                return false;
            }

            value *= DecimalValue.PowerOfTen(missing);
        }
        else if (kept >= 0 && missing < 0 && Digit(whole, fraction, kept) >= 5)
        {
            value++;
        }

        unscaled = negative ? -value : value;
        return DecimalValue.Fits(unscaled, precision);
    }

    /// <summary>Writes with exactly <paramref name="scale"/> digits after the point.</summary>
    public static int Format(Int128 unscaled, int scale, Span<byte> target)
    {
        Span<byte> digits = stackalloc byte[MaxLength];
        UInt128 magnitude = unscaled < 0 ? (UInt128)(-unscaled) : (UInt128)unscaled;
        int length;
        if (magnitude <= ulong.MaxValue)
        {
            Utf8Formatter.TryFormat((ulong)magnitude, digits, out length);
        }
        else
        {
            magnitude.TryFormat(digits, out length, default, CultureInfo.InvariantCulture);
        }

        int at = 0;
        if (unscaled < 0)
        {
            target[at++] = (byte)'-';
        }

        int whole = length - scale;
        if (whole <= 0)
        {
            target[at++] = (byte)'0';
        }
        else
        {
            digits[..whole].CopyTo(target[at..]);
            at += whole;
        }

        if (scale > 0)
        {
            target[at++] = (byte)'.';
            for (int zeros = whole; zeros < 0; zeros++)
            {
                target[at++] = (byte)'0';
            }

            digits[Math.Max(whole, 0)..length].CopyTo(target[at..]);
            at += length - Math.Max(whole, 0);
        }

        return at;
    }

    /// <summary>The nearest double.</summary>
    public static double ToDouble(Int128 unscaled, int scale)
    {
        // Both operands are exact, so the one division rounds once.
        if (scale <= ExactPower && unscaled <= ExactInteger && unscaled >= -ExactInteger)
        {
            return (long)unscaled / Powers[scale];
        }

        Span<byte> text = stackalloc byte[MaxLength];
        int length = Format(unscaled, scale, text);
        return double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    static int Digit(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int index) =>
        (index < whole.Length ? whole[index] : fraction[index - whole.Length]) - '0';

    static bool TryParseExponent(ReadOnlySpan<byte> text, out int exponent) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) && exponent is >= -10_000 and <= 10_000;
}
