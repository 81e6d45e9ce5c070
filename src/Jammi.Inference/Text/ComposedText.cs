using System.Buffers;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// Whether text is in normalization form C. Asking .NET allocates, so the scripts that most text is written in are known here: of their characters each has
/// combining class 0 and passes the quick check of Unicode's annex 15, section 9, whatever stands beside it.
/// </summary>
internal static class ComposedText
{
    private static readonly (char First, char Last)[] Ranges =
    [
        ('\0', '\u02FF'), // Latin
        ('Α', 'ώ'), // Greek
        ('\u0400', '\u0482'), // Cyrillic
        ('\u048A', '\u052F'),
        ('א', 'ת'), // Hebrew
        ('\u0620', '\u064A'), // Arabic
        ('\u1E00', '\u1EFF'), // Latin of Vietnam
        ('\u2010', '\u2027'), // Dashes and quotation marks
        ('\u2190', '\u21FF'), // Arrows
        ('\u2500', '\u27BF'), // Shapes and symbols
        ('\u3001', '\u3029'), // Japanese
        ('\u3041', '\u3096'),
        ('\u309B', '\u30FF'),
        ('\u4E00', '\u9FFF'), // Chinese
        ('\uAC00', '\uD7A3'), // Korean
        ('\uD83C', '\uD83E'), // Emoji: U+1F000 to U+1FBFF as pairs
        ('\uDC00', '\uDFFF'),
        ('\uFE0F', '\uFE0F'),
        ('\uFF01', '\uFF9D'),
    ];

    private static readonly SearchValues<char> Composed =
        SearchValues.Create([.. Ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(c => (char)c)]);

    /// <summary>Whether the character has its place in every text of form C.</summary>
    public static bool IsAlwaysComposed(char c) => Composed.Contains(c);

    /// <param name="text">Well-formed, without U+FFFE.</param>
    public static bool IsComposed(string text) => !text.AsSpan().ContainsAnyExcept(Composed) || text.IsNormalized(NormalizationForm.FormC);
}
