using System.Text;

namespace Jammi.Sql.Functions.Text;

/// <summary>Characters (code points) of UTF-8 text.</summary>
internal static class Utf8
{
    /// <summary>Number of characters: bytes that do not continue one.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte b in text)
        {
            count += (b & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }

    /// <summary>Where character <paramref name="index"/> begins; the text's length when it has fewer.</summary>
    public static int Offset(ReadOnlySpan<byte> text, int index)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if ((text[i] & 0xC0) != 0x80 && index-- == 0)
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary><paramref name="count"/> characters from <paramref name="start"/> (0 is the first); what lies outside the text is left out.</summary>
    public static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> text, long start, long count)
    {
        long end = Math.Min(start + Math.Max(count, 0), int.MaxValue);
        start = Math.Max(start, 0);
        if (end <= start)
        {
            return default;
        }

        ReadOnlySpan<byte> rest = text[Offset(text, (int)Math.Min(start, int.MaxValue))..];
        return rest[..Offset(rest, (int)(end - start))];
    }

    /// <summary>The text without the leading and trailing characters that are in <paramref name="set"/>.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text, ReadOnlySpan<byte> set, bool start, bool end)
    {
        while (start && !text.IsEmpty && Rune.DecodeFromUtf8(text, out _, out int width) is var _ && Contains(set, text[..width]))
        {
            text = text[width..];
        }

        while (end && !text.IsEmpty && Rune.DecodeLastFromUtf8(text, out _, out int width) is var _ && Contains(set, text[^width..]))
        {
            text = text[..^width];
        }

        return text;
    }

    /// <summary>Whether a set of characters contains one: a whole character can only be found at a character's start.</summary>
    static bool Contains(ReadOnlySpan<byte> set, ReadOnlySpan<byte> character) => set.IndexOf(character) >= 0;
}
