using System.Buffers;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// Undoes common damage to text, with the results of the Python package ftfy (version 6, default settings), which CLIP's
/// training captions went through. Line by line, the steps repeat until nothing changes.
/// </summary>
internal static class TextRepair
{
    private const char Escape = '\x1B';

    /// <summary>Plain ASCII that no step can change.</summary>
    private static readonly SearchValues<char> Untouched = SearchValues.Create(
        [.. Enumerable.Range(' ', 0x7F - ' ').Select(c => (char)c).Where(c => c != '&'), '\t', '\n', '\f']);

    /// <summary>Whether it is certain, without allocating, that repairing leaves the text as it is; false for some texts that it leaves as well.</summary>
    public static bool IsSound(string text)
    {
        var first = text.AsSpan().IndexOfAnyExcept(Untouched);
        if (first < 0)
        {
            return true;
        }

        // Lines are repaired one by one, and references only here and there: such texts are taken the long way.
        if (text.AsSpan().ContainsAny('&', '\n'))
        {
            return false;
        }

        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                if (Rune.DecodeFromUtf16(text.AsSpan(i), out _, out _) != OperationStatus.Done)
                {
                    return false;
                }

                i++;
            }
            else if (c is '\r' or '\uFFFE' || IsUnwantedControl(c) || CharacterSubstitutes.Find(c) is not null)
            {
                return false;
            }
        }

        return !MojibakeDetector.IsSuspicious(text) && ComposedText.IsComposed(text);
    }

    public static string Repair(string text)
    {
        if (IsSound(text))
        {
            return text;
        }

        // From the first line that shows a tag on, references are taken for markup that was meant.
        var resolveReferences = true;
        var result = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var lineBreak = text.IndexOf('\n', start);
            var end = lineBreak < 0 ? text.Length : lineBreak + 1;
            var line = text[start..end];
            resolveReferences &= !line.Contains('<', StringComparison.Ordinal);
            result.Append(RepairLine(line, resolveReferences));
            start = end;
        }

        return result.ToString();
    }

    private static string RepairLine(string line, bool resolveReferences)
    {
        while (true)
        {
            var before = line;
            if (resolveReferences)
            {
                line = StrictReferences.Unescape(line);
            }

            line = Compose(RemoveControls(SubstituteCharacters(MojibakeRepair.Repair(line))));
            if (line == before)
            {
                return line;
            }
        }
    }

    /// <summary>C1 controls, ligatures, full and half width, quotes, line breaks, and unpaired surrogates.</summary>
    private static string SubstituteCharacters(string text)
    {
        StringBuilder? result = null;
        for (var i = 0; i < text.Length; i++)
        {
            var length = 1;
            string? substitute;
            if (char.IsSurrogate(text[i]))
            {
                var isPair = Rune.DecodeFromUtf16(text.AsSpan(i), out _, out length) == OperationStatus.Done;
                substitute = isPair ? null : "\uFFFD";
            }
            else if (text[i] == '\r')
            {
                length = i + 1 < text.Length && text[i + 1] == '\n' ? 2 : 1;
                substitute = "\n";
            }
            else
            {
                substitute = CharacterSubstitutes.Find(text[i]);
            }

            if (substitute is not null)
            {
                result ??= new StringBuilder(text, 0, i, text.Length);
                result.Append(substitute);
            }
            else
            {
                result?.Append(text, i, length);
            }

            i += length - 1;
        }

        return result?.ToString() ?? text;
    }

    /// <summary>Removes terminal colour and cursor sequences, then control characters other than white space.</summary>
    private static string RemoveControls(string text)
    {
        StringBuilder? result = null;
        for (var i = 0; i < text.Length; i++)
        {
            var length = text[i] == Escape ? Math.Max(1, TerminalSequenceLength(text.AsSpan(i))) : 1;
            if (IsUnwantedControl(text[i]))
            {
                result ??= new StringBuilder(text, 0, i, text.Length);
            }
            else
            {
                result?.Append(text[i]);
            }

            i += length - 1;
        }

        return result?.ToString() ?? text;
    }

    /// <summary>Length of escape, bracket, digits and semicolons, letter; 0 where the text begins otherwise.</summary>
    private static int TerminalSequenceLength(ReadOnlySpan<char> text)
    {
        if (text is not [Escape, '[', ..])
        {
            return 0;
        }

        var length = 2;
        while (length < text.Length && (text[length] == ';' || char.IsDigit(text[length])))
        {
            length++;
        }

        return length < text.Length && char.IsAsciiLetter(text[length]) ? length + 1 : 0;
    }

    private static bool IsUnwantedControl(char c) => c
        is <= '\x08' or '\x0B' or (>= '\x0E' and <= '\x1F') or '\x7F'
        or (>= '\u206A' and <= '\u206F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFC');

    /// <summary>Normalization form C. .NET refuses U+FFFE, which composes with nothing, so the text is taken in pieces around it.</summary>
    private static string Compose(string text)
    {
        if (text.Contains('\uFFFE', StringComparison.Ordinal))
        {
            return string.Join('\uFFFE', text.Split('\uFFFE').Select(piece => piece.Normalize(NormalizationForm.FormC)));
        }

        return text.Normalize(NormalizationForm.FormC);
    }
}
