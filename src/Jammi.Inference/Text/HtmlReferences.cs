using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// Character references as HTML5 reads them: all 2,231 names, those that need no semicolon as prefixes too, and the
/// standard's replacements for numbers. This is what Python's <c>html.unescape</c> does; .NET's decoders know only HTML 4 names.
/// </summary>
internal static class HtmlReferences
{
    private const int MaxNameLength = 32;

    private static readonly SearchValues<char> NameEnds = SearchValues.Create("\t\n\f <&#;");

    /// <summary>The names of the WHATWG table; those that end in a semicolon need it.</summary>
    private static readonly FrozenDictionary<string, string> Names = ReadNames();

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> NamesBySpan =
        Names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>All names, without the ampersand, and what they stand for.</summary>
    public static IReadOnlyDictionary<string, string> Table => Names;

    /// <summary>Replaces every reference; what is none stays as it is.</summary>
    public static string Unescape(string text)
    {
        var ampersand = text.IndexOf('&', StringComparison.Ordinal);
        if (ampersand < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var copied = 0;
        while (ampersand >= 0)
        {
            result.Append(text, copied, ampersand - copied);
            copied = ampersand + 1 + AppendReference(text.AsSpan(ampersand + 1), result);
            ampersand = text.IndexOf('&', copied);
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Appends what the text after an ampersand stands for.</summary>
    /// <returns>The characters used up; 0, with the ampersand itself appended, where this is no reference.</returns>
    private static int AppendReference(ReadOnlySpan<char> text, StringBuilder result)
    {
        var length = text is ['#', ..] ? AppendNumber(text, result) : AppendName(text, result);
        if (length == 0)
        {
            result.Append('&');
        }

        return length;
    }

    private static int AppendName(ReadOnlySpan<char> text, StringBuilder result)
    {
        var length = text[..Math.Min(text.Length, MaxNameLength)].IndexOfAny(NameEnds);
        length = length < 0 ? Math.Min(text.Length, MaxNameLength) : length;
        if (length == 0)
        {
            return 0;
        }

        if (length < text.Length && text[length] == ';')
        {
            length++;
        }

        for (; length >= 2; length--)
        {
            if (NamesBySpan.TryGetValue(text[..length], out var value))
            {
                result.Append(value);
                return length;
            }
        }

        return 0;
    }

    private static int AppendNumber(ReadOnlySpan<char> text, StringBuilder result)
    {
        var isHexadecimal = text is [_, 'x' or 'X', ..];
        var start = isHexadecimal ? 2 : 1;
        var length = start;
        var number = 0;
        while (length < text.Length && (isHexadecimal ? char.IsAsciiHexDigit(text[length]) : char.IsAsciiDigit(text[length])))
        {
            // A number past the last code point stays past it, whatever digits follow.
            if (number <= 0x10FFFF)
            {
                number = (number * (isHexadecimal ? 16 : 10)) + DigitValue(text[length]);
            }

            length++;
        }

        if (length == start)
        {
            return 0;
        }

        AppendCodePoint(number, result);
        return length < text.Length && text[length] == ';' ? length + 1 : length;
    }

    private static int DigitValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary>
    /// C1 controls are read as Windows-1252, other controls and non-characters vanish, and what is no code point becomes U+FFFD.
    /// </summary>
    private static void AppendCodePoint(int number, StringBuilder result)
    {
        switch (number)
        {
            case 0 or (>= 0xD800 and <= 0xDFFF) or > 0x10FFFF:
                result.Append('\uFFFD');
                break;
            case >= 0x80 and <= 0x9F:
                result.Append(SingleByteEncoding.Windows1252.ToChar((byte)number));
                break;
            case (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or (>= 0xFDD0 and <= 0xFDEF):
            case var _ when (number & 0xFFFE) == 0xFFFE:
                break;
            default:
                result.Append(new Rune(number).ToString());
                break;
        }
    }

    private static FrozenDictionary<string, string> ReadNames()
    {
        const string Resource = "Jammi.Inference.Text.Data.html5-entities.txt";
        using var stream = typeof(HtmlReferences).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InferenceException(InferenceError.Internal, $"The assembly lacks its resource {Resource}.");
        using var reader = new StreamReader(stream);
        var names = new Dictionary<string, string>(2300, StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(' ');
            names.Add(fields[0], string.Concat(fields.Skip(1).Select(
                code => char.ConvertFromUtf32(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))));
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
