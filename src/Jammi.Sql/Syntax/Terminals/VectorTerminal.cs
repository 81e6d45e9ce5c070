using System.Globalization;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary>
/// A vector of numbers written out, <c>[0.1, -0.2, 3e-4]</c>, as one token of <c>float[]</c>: twenty times cheaper than a token a number.
/// At least one number has a point or an exponent; a list of whole numbers is left to the grammar, for it may be a subscript or an integer array.
/// </summary>
internal sealed class VectorTerminal() : SqlTerminal("a vector")
{
    public override int Match(string text, int start, out object? value)
    {
        int end = End(text, start, out int count, out bool hasFraction);
        if (end < 0 || !hasFraction)
        {
            value = null;
            return start;
        }

        value = Numbers(text, start, count);
        return end;
    }

    /// <summary>The end of the list, or -1 where it is not numbers, commas and a closing bracket.</summary>
    private static int End(string text, int start, out int count, out bool hasFraction)
    {
        count = 0;
        hasFraction = false;
        int position = start + 1;
        while (true)
        {
            int number = Lexical.SkipBlanks(text, position);
            position = EndOfNumber(text, number, ref hasFraction);
            if (position == number)
            {
                return -1;
            }

            count++;
            position = Lexical.SkipBlanks(text, position);
            if (position >= text.Length || text[position] is not (',' or ']'))
            {
                return -1;
            }

            if (text[position++] == ']')
            {
                return position;
            }
        }
    }

    private static int EndOfNumber(string text, int start, ref bool hasFraction)
    {
        int position = start;
        if (position < text.Length && text[position] is '-' or '+')
        {
            position++;
        }

        int digits = 0;
        bool hasPoint = false;
        for (; position < text.Length; position++)
        {
            char c = text[position];
            if (char.IsAsciiDigit(c))
            {
                digits++;
            }
            else if (c == '.' && !hasPoint)
            {
                hasPoint = true;
            }
            else
            {
                break;
            }
        }

        if (digits == 0)
        {
            return start;
        }

        hasFraction |= hasPoint;
        if (position < text.Length && text[position] is 'e' or 'E')
        {
            int exponent = position + 1;
            exponent += exponent < text.Length && text[exponent] is '-' or '+' ? 1 : 0;
            int end = exponent;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end == exponent)
            {
                return start;
            }

            hasFraction = true;
            position = end;
        }

        return position;
    }

    private static float[] Numbers(string text, int start, int count)
    {
        var numbers = new float[count];
        int position = start + 1;
        for (int i = 0; i < count; i++)
        {
            position = Lexical.SkipBlanks(text, position);
            bool ignored = false;
            int end = EndOfNumber(text, position, ref ignored);
            float number = float.Parse(text.AsSpan(position, end - position), NumberStyles.Float, CultureInfo.InvariantCulture);
            if (!float.IsFinite(number))
            {
                throw SourceExcerpt.SyntaxError(text, position, end - position, $"{text[position..end]} is too large for the element of a vector");
            }

            numbers[i] = number;
            position = Lexical.SkipBlanks(text, end) + 1;
        }

        return numbers;
    }
}
