using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// Tells text that looks like mojibake: it has two to four characters in a row that people hardly ever write, but that
/// UTF-8 bytes turn into when read as another encoding. The classes and sequences are those of ftfy 6 (Robyn Speer).
/// </summary>
internal static class MojibakeDetector
{
    private const CharacterClass Accented = CharacterClass.LowerAccented | CharacterClass.UpperAccented;
    private const CharacterClass Punctuation = CharacterClass.Opening | CharacterClass.Closing;
    private const CharacterClass Quantity = CharacterClass.Currency | CharacterClass.Numeric;
    private const CharacterClass Mark = Punctuation | Quantity | CharacterClass.Law | CharacterClass.Box;

    /// <summary>Pairs of classes that are suspicious wherever they stand.</summary>
    private static readonly (CharacterClass First, CharacterClass Second)[] SuspiciousPairs =
    [
        (CharacterClass.Bad | Accented | Mark, CharacterClass.Bad),
        (CharacterClass.Bad, Accented | Mark),
        (CharacterClass.LowerAccented | CharacterClass.LowerCommon | CharacterClass.Box | CharacterClass.Closing | Quantity, CharacterClass.UpperAccented),
        (CharacterClass.Box | CharacterClass.Closing | Quantity, CharacterClass.LowerAccented),
        (CharacterClass.LowerAccented | CharacterClass.Box | CharacterClass.Closing, CharacterClass.Currency),
        (CharacterClass.UpperAccented | CharacterClass.Box, CharacterClass.Numeric | CharacterClass.Law),
        (Quantity | CharacterClass.Box, CharacterClass.Opening),
        (Accented | Quantity | Punctuation | CharacterClass.Law, CharacterClass.Box),
        (CharacterClass.Box, CharacterClass.Closing | CharacterClass.Kaomoji),
    ];

    private static readonly CharacterClass[] Classes = CreateClasses();

    /// <summary>What a character is in the light of mojibake; some are of two classes.</summary>
    [Flags]
    private enum CharacterClass : ushort
    {
        None = 0,

        /// <summary>Seen in many contexts, so no sign of anything.</summary>
        Common = 1 << 0,

        /// <summary>C1 controls, which nobody writes.</summary>
        Control = 1 << 1,

        /// <summary>Hardly ever seen but in mojibake.</summary>
        Bad = 1 << 2,
        Law = 1 << 3,
        Currency = 1 << 4,
        Opening = 1 << 5,
        Closing = 1 << 6,
        Numeric = 1 << 7,

        /// <summary>Letters and signs that faces are drawn with, next to box drawings too.</summary>
        Kaomoji = 1 << 8,
        UpperAccented = 1 << 9,
        LowerAccented = 1 << 10,

        /// <summary>Capitals of whole alphabets, which also end words.</summary>
        UpperCommon = 1 << 11,
        LowerCommon = 1 << 12,
        Box = 1 << 13,
    }

    public static bool IsSuspicious(string text)
    {
        var current = CharacterClass.None;
        for (var i = 0; i < text.Length; i++)
        {
            var previous = current;
            current = ClassOf(text[i]);
            if (current == CharacterClass.Control
                || (previous != CharacterClass.None && current != CharacterClass.None && IsSuspiciousPair(previous, current))
                || IsSuspiciousTriple(text, i)
                || IsKnownSequence(text, i))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSuspiciousPair(CharacterClass first, CharacterClass second)
    {
        foreach (var pair in SuspiciousPairs)
        {
            if ((first & pair.First) != 0 && (second & pair.Second) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Three characters, of which the middle one alone would not be odd next to either neighbour.</summary>
    private static bool IsSuspiciousTriple(string text, int start)
    {
        if (start + 2 >= text.Length || char.IsAscii(text[start + 1]))
        {
            return false;
        }

        var first = text[start];
        var one = ClassOf(first);
        var two = ClassOf(text[start + 1]);
        var three = ClassOf(text[start + 2]);
        return (char.IsAsciiLetter(first) && Is(two, CharacterClass.LowerCommon | CharacterClass.UpperCommon) && Is(three, CharacterClass.Bad))
            || (Is(two, CharacterClass.UpperAccented)
                && ((PythonText.IsWhiteSpace(first) && Is(three, CharacterClass.Currency))
                    || (char.IsAsciiLetterLower(first) && Is(three, CharacterClass.Opening | CharacterClass.Currency))))
            || (Is(one, Accented | CharacterClass.Box | CharacterClass.Currency | CharacterClass.Closing)
                && Is(two, CharacterClass.Opening) && Is(three, CharacterClass.Numeric))
            || (Is(one, Accented | Quantity | CharacterClass.Box | CharacterClass.Law)
                && Is(two, CharacterClass.Closing) && Is(three, CharacterClass.Opening))
            || (Is(one, Accented) && Is(two, Punctuation) && IsWordCharacter(text.AsSpan(start + 2)));
    }

    /// <summary>Sequences that begin with one certain character, which the classes do not cover.</summary>
    private static bool IsKnownSequence(string text, int start)
    {
        var first = text[start];
        var two = At(text, start + 1);
        var three = At(text, start + 2);
        return first switch
        {
            <= '\x7F' => false,
            'Œ' or 'œ' => start + 1 < text.Length && !char.IsAsciiLetter(two),
            'Â' or 'Ã' or 'Î' or 'Ð' when IsLatinContinuation(two) => true,
            'Â' or 'Ã' when start == 0 && two == ' ' => true,
            '×' => two is '²' or '³',
            'Ø' or 'Ù' when IsArabicSecond(two) && three is 'Ø' or 'Ù' && IsArabicSecond(At(text, start + 3)) => true,
            'à' => two is '²' or 'µ' or '¹' or '¼' or '½' or '¾',
            '√' => "±∂†≠®™´≤≥¥µø".Contains(two, StringComparison.Ordinal),
            '≈' => two is '°' or '¢',
            '‚' => (two == 'Ä' && "ìîïòôúùû†°¢π".Contains(three, StringComparison.Ordinal)) || (two is 'â' or 'ó' && three is 'à' or 'ä' or '°' or 'ê'),
            'в' => two == 'Ђ',
            'В' or 'Г' or 'Р' or 'С' => (three is 'В' or 'Г' or 'Р' or 'С' && IsCyrillicOrGreekSecond(two, orMicro: true))
                || (string.CompareOrdinal(text, start, "ГўВЂВ", 0, 5) == 0 && (char.IsAsciiLetter(At(text, start + 6)) || At(text, start + 6) == ' ')),
            'β' => two == '€' && three is '™' or '\xA0' or 'Ά' or '\xAD' or '®' or '°',
            'Β' or 'Γ' or 'Ξ' or 'Ο' => three is 'Β' or 'Γ' or 'Ξ' or 'Ο' && IsCyrillicOrGreekSecond(two, orMicro: false),
            'ā' => two == '€',
            _ => false,
        } || IsStrayCapital(text, start)
          || (two == '°' && Is(ClassOf(first), CharacterClass.UpperAccented));
    }

    /// <summary>A small letter, perhaps a blank, "Ã" or "Â", blank; and "Â" between a word or clause and a mark.</summary>
    private static bool IsStrayCapital(string text, int start)
    {
        var first = text[start];
        var two = At(text, start + 1);
        if (two == 'Â' && (char.IsAsciiLetterLower(first) || first is '.' or ',' or '?' or '!' || Is(ClassOf(first), CharacterClass.Closing)))
        {
            var three = At(text, start + 2);
            if (three == ' ' || Is(ClassOf(three), Punctuation))
            {
                return true;
            }
        }

        if (!char.IsAsciiLetterLower(first))
        {
            return false;
        }

        var capital = PythonText.IsWhiteSpace(two) ? start + 2 : start + 1;
        return At(text, capital) is 'Â' or 'Ã' && At(text, capital + 1) == ' ';
    }

    /// <summary>Second characters of Latin-1, Greek and Cyrillic letters whose UTF-8 was read as Windows-1252.</summary>
    private static bool IsLatinContinuation(char c) =>
        "€œŠš¢£Ÿž\xA0\xAD®©·»–—´".Contains(c, StringComparison.Ordinal) || Is(ClassOf(c), Punctuation);

    /// <summary>Second characters of Arabic letters whose UTF-8 was read as Windows-1252.</summary>
    private static bool IsArabicSecond(char c) =>
        c is 'Ÿ' or 'Š' or '®' or '°' or 'µ' or '»'
        || Is(ClassOf(c), CharacterClass.Common | Quantity | CharacterClass.Bad | CharacterClass.Opening);

    private static bool IsCyrillicOrGreekSecond(char c, bool orMicro) =>
        c == '°' || (orMicro && c == 'µ') || Is(ClassOf(c), CharacterClass.Control | CharacterClass.Bad | Punctuation | CharacterClass.Currency);

    private static bool IsWordCharacter(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out var rune, out _);
        return rune.Value == '_' || Rune.IsLetter(rune) || Rune.IsNumber(rune);
    }

    private static bool Is(CharacterClass actual, CharacterClass wanted) => (actual & wanted) != 0;

    private static char At(string text, int index) => index < text.Length ? text[index] : '\0';

    private static CharacterClass ClassOf(char c) => c < Classes.Length
        ? Classes[c]
        : c switch
        {
            '\uF8FF' => CharacterClass.Opening,
            '\uFFFD' => CharacterClass.Bad,
            'ﬁ' or 'ﬂ' => CharacterClass.LowerAccented,
            _ => CharacterClass.None,
        };

    private static CharacterClass[] CreateClasses()
    {
        var classes = new CharacterClass[0x2600];
        Add(CharacterClass.Common, "\xA0\xAD·´–—―…’");
        AddRange(CharacterClass.Control, '\x80', '\x9F');
        Add(CharacterClass.Bad, "¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊ªº");
        Add(CharacterClass.Law, "¶§");
        Add(CharacterClass.Currency, "¢£¥₧€");
        Add(CharacterClass.Opening, "¡«¿©΄΅‘‚“„•‹");
        Add(CharacterClass.Closing, "®»˝”›™");
        Add(CharacterClass.Numeric, "²³¹±¼½¾×µ÷⁄∂∆∏∑√∞∩∫≈≠≡≤≥№");
        AddRange(CharacterClass.Kaomoji, 'Ò', 'Ö');
        AddRange(CharacterClass.Kaomoji, 'Ù', 'Ü');
        AddRange(CharacterClass.Kaomoji, 'ò', 'ö');
        AddRange(CharacterClass.Kaomoji, 'ø', 'ü');
        Add(CharacterClass.Kaomoji, "ŐŌŪŲ°");
        AddRange(CharacterClass.UpperAccented, 'À', 'Ñ');
        Add(CharacterClass.UpperAccented, "ØÜÝĂĀĄĆČĎĐĘĚĒĖĞĢİĪĶĹĽŁĻŃŇŅŒŘŚŞŠŢŤŮŰŸŹŻŽҐ");
        AddRange(CharacterClass.LowerAccented, 'à', 'ñ');
        Add(CharacterClass.LowerAccented, "ßăāąćčďđęěēėğģīįķĺľłļœŕśşšťüźżžґ");
        AddRange(CharacterClass.UpperCommon, 'Α', 'Ω');
        AddRange(CharacterClass.UpperCommon, 'Ё', 'Я');
        Add(CharacterClass.UpperCommon, "ÞΆΈΉΊΌΎΏΪΫ");
        AddRange(CharacterClass.LowerCommon, 'α', 'ω');
        AddRange(CharacterClass.LowerCommon, 'а', 'џ');
        Add(CharacterClass.LowerCommon, "άέήίΰ");
        Add(CharacterClass.Box, "│┌┐┘├┤┬┼▀▄█▌▐░▒▓");
        AddRange(CharacterClass.Box, '═', '╬');
        return classes;

        void Add(CharacterClass category, string characters)
        {
            foreach (var c in characters)
            {
                classes[c] |= category;
            }
        }

        void AddRange(CharacterClass category, char first, char last)
        {
            for (var c = first; c <= last; c++)
            {
                classes[c] |= category;
            }
        }
    }
}
