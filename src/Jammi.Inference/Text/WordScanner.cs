using System.Globalization;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>What a word of the scanner stands for.</summary>
internal enum WordKind
{
    Text,
    StartOfText,
    EndOfText,
}

/// <summary>
/// Splits cleaned text into the words of CLIP's pattern, ignoring case:
/// <c>&lt;start_of_text&gt;|&lt;end_of_text&gt;|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>.
/// Works on code points, so that letters beyond U+FFFF are letters, and never looks back.
/// </summary>
internal ref struct WordScanner(ReadOnlySpan<char> text)
{
    public const string StartOfText = "<start_of_text>";
    public const string EndOfText = "<end_of_text>";

    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private ReadOnlySpan<char> _rest = text;

    private enum CharacterClass
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>The word found last.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>A marker is only taken for its token where it is spelt exactly.</summary>
    public readonly WordKind Kind =>
        Current is not ['<', _, ..] ? WordKind.Text
        : Current.SequenceEqual(StartOfText) ? WordKind.StartOfText
        : Current.SequenceEqual(EndOfText) ? WordKind.EndOfText
        : WordKind.Text;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var first = ClassAt(_rest, out var length);
            if (first == CharacterClass.Space)
            {
                _rest = _rest[length..];
                continue;
            }

            var fixedLength = FixedWordLength(_rest);
            if (fixedLength > 0)
            {
                length = fixedLength;
            }
            else if (first != CharacterClass.Number)
            {
                while (length < _rest.Length && ClassAt(_rest[length..], out var next) == first)
                {
                    length += next;
                }
            }

            Current = _rest[..length];
            _rest = _rest[length..];
            return true;
        }

        return false;
    }

    private static int FixedWordLength(ReadOnlySpan<char> text)
    {
        if (text[0] == '<')
        {
            return StartsWith(text, StartOfText) ? StartOfText.Length
                : StartsWith(text, EndOfText) ? EndOfText.Length
                : 0;
        }

        if (text[0] == '\'')
        {
            foreach (var contraction in Contractions)
            {
                if (StartsWith(text, contraction))
                {
                    return contraction.Length;
                }
            }
        }

        return 0;
    }

    /// <summary>Case is gone already; what "ignoring case" still adds is the long s, which folds to s.</summary>
    private static bool StartsWith(ReadOnlySpan<char> text, string word)
    {
        if (text.Length < word.Length)
        {
            return false;
        }

        for (var i = 0; i < word.Length; i++)
        {
            if (text[i] != word[i] && !(word[i] == 's' && text[i] == 'ſ'))
            {
                return false;
            }
        }

        return true;
    }

    private static CharacterClass ClassAt(ReadOnlySpan<char> text, out int length)
    {
        var first = text[0];
        length = 1;
        if (char.IsAscii(first))
        {
            return char.IsAsciiLetter(first) ? CharacterClass.Letter
                : char.IsAsciiDigit(first) ? CharacterClass.Number
                : PythonText.IsWhiteSpace(first) ? CharacterClass.Space
                : CharacterClass.Other;
        }

        Rune.DecodeFromUtf16(text, out var rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
            _ => PythonText.IsWhiteSpace(first) ? CharacterClass.Space : CharacterClass.Other,
        };
    }
}
