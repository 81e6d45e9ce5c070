using System.Globalization;
using System.Numerics;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>
/// <c>42</c>, <c>1_000</c>, <c>0x1F</c>, <c>0b101</c>: long, ulong or BigInteger. <c>1.5</c>, <c>.5</c>: the digits as a string, a decimal.
/// <c>1e5</c>: double.
/// </summary>
internal sealed class NumberTerminal() : SqlTerminal("a number")
{
    public override int Match(string text, int start, out object? value)
    {
        int radix = Radix(text, start);
        int end;
        if (radix != 10)
        {
            end = EndOfDigits(text, start + 2, radix);
            value = Whole(text, start + 2, end, radix);
        }
        else
        {
            end = EndOfDecimal(text, start, out bool hasPoint, out bool hasExponent);
            value = hasExponent ? Float(text, start, end) : hasPoint ? WithoutUnderscores(text, start, end) : Whole(text, start, end, 10);
        }

        if (end < text.Length && Lexical.IsWordPart(text[end]))
        {
            throw SourceExcerpt.SyntaxError(text, start, Lexical.EndOfWord(text, end) + 1 - start, $"the number {text[start..end]} runs into \"{text[end]}\"; put a blank between them");
        }

        return end;
    }

    private static int Radix(string text, int start)
    {
        if (text[start] != '0' || start + 2 >= text.Length)
        {
            return 10;
        }

        return text[start + 1] switch
        {
            'x' or 'X' when char.IsAsciiHexDigit(text[start + 2]) => 16,
            'b' or 'B' when text[start + 2] is '0' or '1' => 2,
            _ => 10,
        };
    }

    /// <summary>Digits with single underscores between them.</summary>
    private static int EndOfDigits(string text, int position, int radix)
    {
        while (position < text.Length)
        {
            bool isDigit = IsDigit(text[position], radix);
            bool isSeparator = text[position] == '_' && position + 1 < text.Length && IsDigit(text[position + 1], radix);
            if (!isDigit && !isSeparator)
            {
                break;
            }

            position++;
        }

        return position;
    }

    private static bool IsDigit(char c, int radix) => radix switch
    {
        16 => char.IsAsciiHexDigit(c),
        2 => c is '0' or '1',
        _ => char.IsAsciiDigit(c),
    };

    private static int EndOfDecimal(string text, int start, out bool hasPoint, out bool hasExponent)
    {
        int position = text[start] == '.' ? start : EndOfDigits(text, start, 10);
        hasPoint = position < text.Length && text[position] == '.';
        if (hasPoint)
        {
            position = EndOfDigits(text, position + 1, 10);
        }

        hasExponent = false;
        if (position < text.Length && text[position] is 'e' or 'E')
        {
            int digits = position + 1;
            digits += digits < text.Length && text[digits] is '+' or '-' ? 1 : 0;
            if (digits < text.Length && char.IsAsciiDigit(text[digits]))
            {
                hasExponent = true;
                position = EndOfDigits(text, digits, 10);
            }
        }

        return position;
    }

    private static object Whole(string text, int start, int end, int radix)
    {
        if (radix == 10 && long.TryParse(text.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out long small))
        {
            return small;
        }

        string digits = WithoutUnderscores(text, start, end);
        BigInteger value;
        if (radix == 10)
        {
            value = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        else
        {
            value = BigInteger.Parse("0" + digits, radix == 16 ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture);
        }

        return value <= long.MaxValue ? (long)value : value <= ulong.MaxValue ? (ulong)value : value;
    }

    private static double Float(string text, int start, int end)
    {
        double value = double.Parse(WithoutUnderscores(text, start, end), NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? value
            : throw SourceExcerpt.SyntaxError(text, start, end - start, $"{text[start..end]} is too large for a DOUBLE");
    }

    private static string WithoutUnderscores(string text, int start, int end) =>
        text.AsSpan(start, end - start).Contains('_') ? text[start..end].Replace("_", "", StringComparison.Ordinal) : text[start..end];
}
