using System.Text;
using System.Text.RegularExpressions;

namespace Jammi.Inference.Text.Pipeline;

/// <summary>Reads the <c>normalizer</c> of a tokenizer file: what happens to a text before it is split.</summary>
internal static class TextNormalizers
{
    /// <summary>A function of the whole text.</summary>
    /// <exception cref="InferenceException">A step is of a kind that is not supported.</exception>
    public static Func<string, string> Read(JsonSetting normalizer)
    {
        if (!normalizer.IsPresent)
        {
            return static text => text;
        }

        JsonSetting type = normalizer["type"];
        switch (type.Text())
        {
            case "Sequence":
                Func<string, string>[] steps = [.. normalizer["normalizers"].Items().Select(Read)];
                return text => steps.Aggregate(text, (current, step) => step(current));
            case "NFC":
                return static text => text.Normalize(NormalizationForm.FormC);
            case "NFD":
                return static text => text.Normalize(NormalizationForm.FormD);
            case "NFKC":
                return static text => text.Normalize(NormalizationForm.FormKC);
            case "NFKD":
                return static text => text.Normalize(NormalizationForm.FormKD);
            case "Lowercase":
                return PythonText.ToLower;
            case "Strip":
                bool left = normalizer["strip_left"].Boolean(otherwise: true);
                bool right = normalizer["strip_right"].Boolean(otherwise: true);
                return text => (left, right) switch { (true, true) => text.Trim(), (true, false) => text.TrimStart(), (false, true) => text.TrimEnd(), _ => text };
            case "Prepend":
                string prefix = normalizer["prepend"].Text();
                return text => text.Length == 0 ? text : prefix + text;
            case "Replace":
                return ReadReplace(normalizer);
            case "Precompiled":
                return CharacterMap.Parse(normalizer["precompiled_charsmap"]).Apply;
            default:
                throw type.NotSupported("Sequence, NFC, NFD, NFKC, NFKD, Lowercase, Strip, Prepend, Replace or Precompiled");
        }
    }

    static Func<string, string> ReadReplace(JsonSetting normalizer)
    {
        string content = normalizer["content"].Text();
        JsonSetting pattern = normalizer["pattern"];
        if (pattern["String"] is { IsPresent: true } literal)
        {
            string from = literal.Text();
            return text => text.Replace(from, content, StringComparison.Ordinal);
        }

        Regex regex = pattern["Regex"].Regex();
        return text => regex.Replace(text, _ => content);
    }
}
