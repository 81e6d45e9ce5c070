using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// The cleaning in front of the CLIP tokenizer, with the results of open_clip's: repair, resolve HTML references twice,
/// collapse white space, lower case.
/// </summary>
internal static class TextCleaner
{
    public static string Clean(string text)
    {
        var repaired = TextRepair.Repair(text);
        var unescaped = HtmlReferences.Unescape(HtmlReferences.Unescape(repaired));
        return PythonText.ToLower(PythonText.CollapseWhiteSpace(unescaped));
    }
}
