using System.Globalization;
using System.Text;

namespace Jammi.Sql.TextIndexes.Analysis;

/// <summary>
/// Finds the words of a text as UAX #29 does: runs of letters and digits with the marks that belong to them; an apostrophe or full stop between letters and a comma or
/// full stop between digits do not end a word, nor do underscores inside one. Han characters and Hiragana, which are written without blanks, are words of one character.
/// A colon ends a word (as in CLDR, where only Finnish and Swedish keep it).
/// </summary>
internal static class WordBreaker
{
    enum CharacterClass : byte
    {
        Other,
        Letter,
        Digit,
        Ideograph,
        Katakana,
        Extend,
        Underscore,
        MidLetter,
        MidNumber,
        MidBoth,
    }

    static readonly CharacterClass[] Ascii = [.. Enumerable.Range(0, 128).Select(c => (char)c switch
    {
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' => CharacterClass.Letter,
        >= '0' and <= '9' => CharacterClass.Digit,
        '_' => CharacterClass.Underscore,
        '\'' or '.' => CharacterClass.MidBoth,
        ',' or ';' => CharacterClass.MidNumber,
        _ => CharacterClass.Other,
    })];

    /// <summary>Moves to the next word from <paramref name="position"/> on; false at the end of the text.</summary>
    public static bool Next(ReadOnlySpan<char> text, ref int position, out int start)
    {
        start = position;
        while (start < text.Length)
        {
            // Blanks and punctuation, mostly.
            if (text[start] < Ascii.Length && Ascii[text[start]] is not (CharacterClass.Letter or CharacterClass.Digit))
            {
                start++;
                continue;
            }

            CharacterClass first = ClassAt(text, start, out int length);
            position = start + length;
            switch (first)
            {
                case CharacterClass.Letter or CharacterClass.Digit or CharacterClass.Katakana:
                    position = EndOfWord(text, position, first);
                    return true;
                case CharacterClass.Ideograph:
                    position = SkipExtenders(text, position);
                    return true;
            }

            start = position;
        }

        position = text.Length;
        return false;
    }

    static int EndOfWord(ReadOnlySpan<char> text, int position, CharacterClass last)
    {
        while (position < text.Length)
        {
            // Letters of ASCII, mostly, up to a blank.
            if (text[position] < Ascii.Length && last != CharacterClass.Katakana)
            {
                CharacterClass plain = Ascii[text[position]];
                if (plain is CharacterClass.Letter or CharacterClass.Digit)
                {
                    last = plain;
                    position++;
                    continue;
                }

                if (plain == CharacterClass.Other)
                {
                    return position;
                }
            }

            CharacterClass next = ClassAt(text, position, out int length);
            switch (next)
            {
                case CharacterClass.Extend:
                    position += length;
                    continue;
                case CharacterClass.Letter or CharacterClass.Digit when last is CharacterClass.Letter or CharacterClass.Digit:
                case CharacterClass.Katakana when last == CharacterClass.Katakana:
                    position += length;
                    last = next;
                    continue;
                case CharacterClass.Underscore:
                    if (SkipUnderscores(text, position) is var after && after < text.Length && ClassAt(text, after, out int width) is var joined and (CharacterClass.Letter or CharacterClass.Digit or CharacterClass.Katakana))
                    {
                        position = after + width;
                        last = joined;
                        continue;
                    }

                    return position;
                case CharacterClass.MidLetter or CharacterClass.MidBoth when last == CharacterClass.Letter && Continues(text, position + length, CharacterClass.Letter):
                case CharacterClass.MidNumber or CharacterClass.MidBoth when last == CharacterClass.Digit && Continues(text, position + length, CharacterClass.Digit):
                    position += length;
                    continue;
                default:
                    return position;
            }
        }

        return position;
    }

    static bool Continues(ReadOnlySpan<char> text, int position, CharacterClass wanted)
    {
        position = SkipExtenders(text, position);
        return position < text.Length && ClassAt(text, position, out _) == wanted;
    }

    static int SkipExtenders(ReadOnlySpan<char> text, int position)
    {
        while (position < text.Length && ClassAt(text, position, out int length) == CharacterClass.Extend)
        {
            position += length;
        }

        return position;
    }

    static int SkipUnderscores(ReadOnlySpan<char> text, int position)
    {
        while (position < text.Length && ClassAt(text, position, out int length) is CharacterClass.Underscore or CharacterClass.Extend)
        {
            position += length;
        }

        return position;
    }

    static CharacterClass ClassAt(ReadOnlySpan<char> text, int position, out int length)
    {
        char c = text[position];
        length = 1;
        if (c < Ascii.Length)
        {
            return Ascii[c];
        }

        // A lone surrogate reads as U+FFFD, which is no part of a word.
        Rune.DecodeFromUtf16(text[position..], out Rune rune, out length);
        return ClassOf(rune);
    }

    static CharacterClass ClassOf(Rune rune) => rune.Value switch
    {
        0x2018 or 0x2019 or 0x2024 or 0xFE52 or 0xFF07 or 0xFF0E => CharacterClass.MidBoth,
        0x00B7 or 0x0387 or 0x055F or 0x05F4 or 0x2027 => CharacterClass.MidLetter,
        0x037E or 0x0589 or 0x060C or 0x060D or 0x066C or 0x07F8 or 0x2044 or 0xFE10 or 0xFE14 or 0xFE50 or 0xFE54 or 0xFF0C or 0xFF1B => CharacterClass.MidNumber,
        0x200B => CharacterClass.Other,
        (>= 0x30A0 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0xFF66 and <= 0xFF9F) or (>= 0x3031 and <= 0x3035) or 0x309B or 0x309C => CharacterClass.Katakana,
        (>= 0x3041 and <= 0x309F) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) or 0x3005 or 0x3007 => CharacterClass.Ideograph,
        _ => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber => CharacterClass.Digit,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => CharacterClass.Extend,
            UnicodeCategory.ConnectorPunctuation => CharacterClass.Underscore,
            _ => CharacterClass.Other,
        },
    };
}
