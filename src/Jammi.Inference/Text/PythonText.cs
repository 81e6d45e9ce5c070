using System.Globalization;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// Python's notions of white space and lower case, which the vocabulary was trained with and which differ from .NET's:
/// U+001C to U+001F are white space, and lower-casing follows Unicode's full mappings.
/// </summary>
internal static class PythonText
{
    /// <summary>The one character that takes more room in lower case.</summary>
    public const char LongInLowerCase = 'İ';

    /// <summary>True for the characters at which <c>str.split()</c> splits; all lie in the basic plane.</summary>
    public static bool IsWhiteSpace(char c) => c is >= '\x1C' and <= '\x1F' || char.IsWhiteSpace(c);

    /// <summary>Trims, and turns each run of white space into one blank.</summary>
    public static string CollapseWhiteSpace(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!IsWhiteSpace(c))
            {
                result.Append(c);
            }
            else if (result.Length > 0 && result[^1] != ' ')
            {
                result.Append(' ');
            }
        }

        if (result.Length > 0 && result[^1] == ' ')
        {
            result.Length--;
        }

        return result.ToString();
    }

    /// <summary>
    /// Lower case by Unicode's full mappings. They differ from the simple ones in two places: a capital sigma that ends
    /// a word becomes U+03C2, and U+0130 becomes an i with a dot above.
    /// </summary>
    public static string ToLower(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        var result = new StringBuilder(text.Length);
        Span<char> lower = stackalloc char[2];
        for (var i = 0; i < text.Length;)
        {
            result.Append(lower[..LowerAt(text, i, lower, out var taken)]);
            i += taken;
        }

        return result.ToString();
    }

    /// <summary>Writes one character in lower case, one or two UTF-16 units; gives how many.</summary>
    /// <param name="taken">The units that the character takes in the text.</param>
    public static int LowerAt(string text, int index, Span<char> lower, out int taken)
    {
        var c = text[index];
        taken = 1;
        if (char.IsAscii(c))
        {
            lower[0] = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
            return 1;
        }

        if (c == LongInLowerCase)
        {
            "i\u0307".CopyTo(lower);
            return 2;
        }

        if (c == 'Σ')
        {
            lower[0] = EndsWord(text, index) ? 'ς' : 'σ';
            return 1;
        }

        if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out taken) == System.Buffers.OperationStatus.Done)
        {
            return Rune.ToLowerInvariant(rune).EncodeToUtf16(lower);
        }

        text.AsSpan(index, taken).CopyTo(lower);
        return taken;
    }

    /// <summary>Unicode's Final_Sigma: a cased letter before, none after, both sides without case-ignorable characters.</summary>
    private static bool EndsWord(string text, int sigma)
    {
        var before = sigma;
        Rune rune = default;
        var found = false;
        while (before > 0 && !found)
        {
            Rune.DecodeLastFromUtf16(text.AsSpan(0, before), out rune, out var length);
            before -= length;
            found = !IsCaseIgnorable(rune);
        }

        if (!found || !IsCased(rune))
        {
            return false;
        }

        for (var after = sigma + 1; after < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(after), out rune, out var length);
            if (!IsCaseIgnorable(rune))
            {
                return !IsCased(rune);
            }

            after += length;
        }

        return true;
    }

    private static bool IsCaseIgnorable(Rune rune) =>
        rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    /// <summary>Letters with case, and the Roman numerals, circled and superscript letters that Unicode counts with them.</summary>
    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9)
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
