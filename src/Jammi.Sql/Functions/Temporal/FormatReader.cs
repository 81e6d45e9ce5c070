using System.Text;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>Reads the pieces of a formatted date from left to right.</summary>
internal ref struct FormatReader(ReadOnlySpan<char> text)
{
    readonly ReadOnlySpan<char> text = text;
    int at;

    public readonly bool AtEnd => at >= text.Length;

    public readonly ReadOnlySpan<char> Rest => text[at..];

    public void SkipBlanks()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    public bool TrySkip(char symbol)
    {
        if (at < text.Length && text[at] == symbol)
        {
            at++;
            return true;
        }

        return false;
    }

    /// <summary>Skips one character, whatever it is.</summary>
    public void Skip() => at = Math.Min(at + 1, text.Length);

    /// <summary>One to <paramref name="most"/> digits.</summary>
    public bool TryNumber(int most, out int value) => TryNumber(most, out value, out _);

    public bool TryNumber(int most, out int value, out int digits)
    {
        long number = 0;
        int start = at;
        while (at < text.Length && at - start < most && char.IsAsciiDigit(text[at]))
        {
            number = (number * 10) + text[at++] - '0';
        }

        digits = at - start;
        value = (int)Math.Min(number, int.MaxValue);
        return digits > 0;
    }

    /// <summary>A run of digits after a decimal point, as millionths.</summary>
    public bool TryFraction(int most, out int micros)
    {
        bool found = TryNumber(Math.Min(most, 9), out int value, out int digits);
        double scaled = value * Math.Pow(10, 6 - digits);
        micros = (int)Math.Min(999_999, Math.Round(scaled));
        return found;
    }

    /// <summary>The place in <paramref name="names"/> of a name, or of its first <paramref name="length"/> letters where that is not zero; case is ignored.</summary>
    public bool TryName(string[] names, int length, out int index)
    {
        for (index = 0; index < names.Length; index++)
        {
            string name = length == 0 ? names[index] : names[index][..length];
            if (Rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                at += name.Length;
                return true;
            }
        }

        return false;
    }

    /// <summary>AM or PM, with or without points.</summary>
    public bool TryMeridiem(out bool afternoon)
    {
        string[] words = ["am", "pm", "a.m.", "p.m."];
        bool found = TryName(words, 0, out int index);
        afternoon = index % 2 == 1;
        return found;
    }

    /// <summary>Z, or hours and perhaps minutes ahead of UTC, in microseconds.</summary>
    public bool TryOffset(out long ahead)
    {
        Span<byte> utf8 = stackalloc byte[16];
        ahead = 0;
        int end = at;
        while (end < text.Length && end - at < 9 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '+' or '-' or ':'))
        {
            end++;
        }

        int length = Encoding.UTF8.GetBytes(text[at..end], utf8);
        if (length == 0 || !new Casts.TextCursor(utf8[..length]).TryZone(out ahead))
        {
            return false;
        }

        at = end;
        return true;
    }
}
