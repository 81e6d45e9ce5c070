using System.Text.RegularExpressions;

namespace Jammi.Inference.Text.Pipeline;

/// <summary>Reads the <c>pre_tokenizer</c> of a tokenizer file: how a text falls into the pieces that the model splits further.</summary>
internal static class TextSplitters
{
    /// <exception cref="InferenceException">A step is of a kind that is not supported.</exception>
    public static Func<string, IEnumerable<string>> Read(JsonSetting splitter)
    {
        if (!splitter.IsPresent)
        {
            return static text => [text];
        }

        JsonSetting type = splitter["type"];
        switch (type.Text())
        {
            case "Sequence":
                Func<string, IEnumerable<string>>[] steps = [.. splitter["pretokenizers"].Items().Select(Read)];
                return text => steps.Aggregate<Func<string, IEnumerable<string>>, IEnumerable<string>>([text], (pieces, step) => pieces.SelectMany(step));
            case "WhitespaceSplit":
                return static text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            case "Metaspace":
                return ReadMetaspace(splitter);
            case "Split":
                return ReadSplit(splitter);
            default:
                throw type.NotSupported("Sequence, WhitespaceSplit, Metaspace or Split");
        }
    }

    /// <summary>Blanks become a visible mark in front of words.</summary>
    static Func<string, IEnumerable<string>> ReadMetaspace(JsonSetting splitter)
    {
        string mark = splitter["replacement"].Text();
        bool prefix = splitter["prepend_scheme"] is { IsPresent: true } scheme ? ReadScheme(scheme) : splitter["add_prefix_space"].Boolean(otherwise: true);
        bool split = splitter["split"].Boolean(otherwise: true);
        return text =>
        {
            string marked = text.Replace(" ", mark, StringComparison.Ordinal);
            if (prefix && !marked.StartsWith(mark, StringComparison.Ordinal))
            {
                marked = mark + marked;
            }

            return split ? SplitBefore(marked, mark) : [marked];
        };
    }

    static bool ReadScheme(JsonSetting scheme)
    {
        scheme.RequireString("always", "never", "first");
        return scheme.Text() != "never";
    }

    static Func<string, IEnumerable<string>> ReadSplit(JsonSetting splitter)
    {
        splitter["invert"].RequireBoolean(false);
        JsonSetting behavior = splitter["behavior"];
        behavior.RequireString("MergedWithPrevious", "MergedWithNext", "Isolated", "Removed");
        JsonSetting pattern = splitter["pattern"];
        Regex regex = pattern["String"] is { IsPresent: true } literal ? new Regex(Regex.Escape(literal.Text()), RegexOptions.CultureInvariant) : pattern["Regex"].Regex();
        string kind = behavior.Text();
        return text => Split(text, regex, kind);
    }

    static List<string> Split(string text, Regex regex, string behavior)
    {
        var pieces = new List<string>();
        int start = 0;
        foreach (Match match in regex.Matches(text).Where(m => m.Length > 0))
        {
            int end = match.Index + match.Length;
            switch (behavior)
            {
                case "MergedWithPrevious":
                    AddPiece(pieces, text, start, end);
                    start = end;
                    break;
                case "MergedWithNext":
                    AddPiece(pieces, text, start, match.Index);
                    start = match.Index;
                    break;
                case "Isolated":
                    AddPiece(pieces, text, start, match.Index);
                    AddPiece(pieces, text, match.Index, end);
                    start = end;
                    break;
                default:
                    AddPiece(pieces, text, start, match.Index);
                    start = end;
                    break;
            }
        }

        AddPiece(pieces, text, start, text.Length);
        return pieces;
    }

    static void AddPiece(List<string> pieces, string text, int start, int end)
    {
        if (end > start)
        {
            pieces.Add(text[start..end]);
        }
    }

    static IEnumerable<string> SplitBefore(string text, string mark)
    {
        int start = 0;
        while (start < text.Length)
        {
            int next = text.IndexOf(mark, Math.Min(start + mark.Length, text.Length), StringComparison.Ordinal);
            next = next < 0 ? text.Length : next;
            yield return text[start..next];
            start = next;
        }
    }
}
