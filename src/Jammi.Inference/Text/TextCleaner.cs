using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// The cleaning in front of the CLIP tokenizer, with the results of open_clip's: repair, resolve HTML references twice,
/// collapse white space, lower case.
/// </summary>
internal static class TextCleaner
{
    /// <summary>Cleans what most texts are, plain ASCII, into a span of the text's length; false where it takes more than that.</summary>
    public static bool TryCleanPlain(ReadOnlySpan<char> text, Span<char> cleaned, out int length)
    {
        length = 0;
        if (!TextRepair.IsSound(text))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (c is not (' ' or '\t' or '\n' or '\f'))
            {
                cleaned[length++] = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
            }
            else if (length > 0 && cleaned[length - 1] != ' ')
            {
                cleaned[length++] = ' ';
            }
        }

        if (length > 0 && cleaned[length - 1] == ' ')
        {
            length--;
        }

        return true;
    }

    public static string Clean(string text)
    {
        var repaired = TextRepair.Repair(text);
        var unescaped = HtmlReferences.Unescape(HtmlReferences.Unescape(repaired));
        return PythonText.ToLower(PythonText.CollapseWhiteSpace(unescaped));
    }
}
