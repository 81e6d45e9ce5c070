using System.Collections.Frozen;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// The cautious reading of character references that text repair uses: only with a semicolon, but also names that were
/// put in capitals along with the text around them (<c>&amp;EACUTE;</c>).
/// </summary>
internal static class StrictReferences
{
    private const int MaxNameLength = 24;

    private static readonly FrozenDictionary<string, string> CapitalNames = CreateCapitalNames();

    public static string Unescape(string text)
    {
        var ampersand = text.IndexOf('&', StringComparison.Ordinal);
        if (ampersand < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var copied = 0;
        for (; ampersand >= 0; ampersand = text.IndexOf('&', ampersand + 1))
        {
            var length = ReferenceLength(text.AsSpan(ampersand));
            if (length > 0 && Resolve(text.Substring(ampersand, length)) is { } value)
            {
                result.Append(text, copied, ampersand - copied).Append(value);
                copied = ampersand + length;
            }
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Length of an ampersand, perhaps a number sign, 1 to 24 letters and digits, and a semicolon; or 0.</summary>
    private static int ReferenceLength(ReadOnlySpan<char> text)
    {
        var start = text is [_, '#', ..] ? 2 : 1;
        var end = start;
        while (end < text.Length && end - start <= MaxNameLength && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        return end - start is >= 1 and <= MaxNameLength && end < text.Length && text[end] == ';' ? end + 1 : 0;
    }

    private static string? Resolve(string reference)
    {
        if (reference[1] == '#')
        {
            // A semicolon left over means that only part of the digits was a number.
            var value = HtmlReferences.Unescape(reference);
            return value.Contains(';', StringComparison.Ordinal) ? null : value;
        }

        var name = reference[1..];
        return HtmlReferences.Table.GetValueOrDefault(name) ?? CapitalNames.GetValueOrDefault(name);
    }

    /// <summary>Lower-case names in capitals, where that says nothing in HTML itself.</summary>
    private static FrozenDictionary<string, string> CreateCapitalNames()
    {
        var capitals = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in HtmlReferences.Table)
        {
            var capital = name.ToUpperInvariant();
            if (name.EndsWith(';') && !name.AsSpan().ContainsAnyInRange('A', 'Z') && HtmlReferences.Unescape("&" + capital) == "&" + capital)
            {
                capitals.Add(capital, ToUpper(value));
            }
        }

        return capitals.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Upper case by Unicode's full mappings, as far as the values of named references go.</summary>
    private static string ToUpper(string value) => value switch
    {
        "ß" => "SS",
        "ŉ" => "ʼN",
        "ﬀ" => "FF",
        "ﬁ" => "FI",
        "ﬂ" => "FL",
        "ﬃ" => "FFI",
        "ﬄ" => "FFL",
        _ => value.ToUpperInvariant(),
    };
}
