using System.Buffers;

namespace Jammi.Inference.Text;

/// <summary>Finds runs of characters that look like UTF-8 read in one of several single-byte encodings, perhaps mixed.</summary>
internal static class Utf8LookAlike
{
    private static readonly SearchValues<char> FirstOfTwo = CharactersOf(0xC2, 0xDF);
    private static readonly SearchValues<char> FirstOfThree = CharactersOf(0xE0, 0xEF);
    private static readonly SearchValues<char> FirstOfFour = CharactersOf([0xF0, 0xF3]);

    /// <summary>Continuation bytes; the blank stands in for a no-break space.</summary>
    private static readonly SearchValues<char> Continuation = CharactersOf(0x80, 0xBF, added: " ―");

    /// <summary>Continuation bytes that seldom stand for themselves: no dashes, quotation marks, bullet or ellipsis.</summary>
    private static readonly SearchValues<char> ClearContinuation = CharactersOf(0x80, 0xBF, removed: "–—―‘’‚“”„•…");

    /// <summary>Length of the run that begins at a position, 0 where none does.</summary>
    public static int Match(string text, int start)
    {
        if (start > 0 && ClearContinuation.Contains(text[start - 1]))
        {
            return 0;
        }

        var end = start;
        while (SequenceLength(text.AsSpan(end)) is > 0 and var length)
        {
            end += length;
        }

        return end - start;
    }

    private static int SequenceLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        return FirstOfTwo.Contains(text[0]) && HasContinuations(text, 1) ? 2
            : FirstOfThree.Contains(text[0]) && HasContinuations(text, 2) ? 3
            : FirstOfFour.Contains(text[0]) && HasContinuations(text, 3) ? 4
            : 0;
    }

    private static bool HasContinuations(ReadOnlySpan<char> text, int count) =>
        text.Length > count && !text.Slice(1, count).ContainsAnyExcept(Continuation);

    private static SearchValues<char> CharactersOf(int first, int last, string added = "", string removed = "") =>
        CharactersOf([.. Enumerable.Range(first, last - first + 1)], added, removed);

    private static SearchValues<char> CharactersOf(int[] bytes, string added = "", string removed = "") =>
        SearchValues.Create([.. SingleByteEncoding.Windows
            .Append(SingleByteEncoding.Latin1)
            .SelectMany(encoding => bytes.Select(value => encoding.ToChar((byte)value)))
            .Concat(added)
            .Except(removed)]);
}
