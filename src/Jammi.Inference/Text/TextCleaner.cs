using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// The cleaning in front of the CLIP tokenizer, with the results of open_clip's: repair, resolve HTML references twice,
/// collapse white space, lower case.
/// </summary>
internal static class TextCleaner
{
    /// <summary>Cleans what most texts are, in no need of repair, into a span of the text's length; false where it takes more than that.</summary>
    public static bool TryCleanSound(string text, Span<char> cleaned, out int length)
    {
        length = 0;
        if (!TextRepair.IsSound(text) || text.Contains(PythonText.LongInLowerCase, StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 0; i < text.Length;)
        {
            if (!PythonText.IsWhiteSpace(text[i]))
            {
                length += PythonText.LowerAt(text, i, cleaned[length..], out var taken);
                i += taken;
                continue;
            }

            if (length > 0 && cleaned[length - 1] != ' ')
            {
                cleaned[length++] = ' ';
            }

            i++;
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
