using System.Globalization;
using System.Text;

namespace Jammi.Sql.TextIndexes.Analysis;

/// <summary>
/// The terms of one text after the other: its words in normal form. Not thread-safe; buffers are kept, so that reading many texts allocates only for words beyond ASCII.
/// </summary>
internal sealed class TextTokens(TextAnalysis analysis)
{
    /// <summary>Longer words count as equal when their beginnings are: they are no words that anybody types.</summary>
    const int LongestTerm = 200;

    char[] text = new char[256];
    char[] term = new char[LongestTerm + 1];
    int textLength;
    int termLength;
    int position;

    /// <summary>The present term.</summary>
    public ReadOnlySpan<char> Term => term.AsSpan(0, termLength);

    /// <summary>Where its word begins in the text, in UTF-16 units.</summary>
    public int Start { get; private set; }

    public int End => position;

    /// <summary>The text being read.</summary>
    public ReadOnlySpan<char> Text => text.AsSpan(0, textLength);

    /// <summary>Begins a text in UTF-8.</summary>
    public void Read(ReadOnlySpan<byte> utf8)
    {
        Reserve(utf8.Length);
        textLength = Encoding.UTF8.GetChars(utf8, text);
        position = 0;
    }

    /// <summary>Begins a text.</summary>
    public void Read(ReadOnlySpan<char> characters)
    {
        Reserve(characters.Length);
        characters.CopyTo(text);
        textLength = characters.Length;
        position = 0;
    }

    /// <summary>Moves to the next word; false at the end.</summary>
    public bool Next()
    {
        if (!WordBreaker.Next(Text, ref position, out int start))
        {
            return false;
        }

        Start = start;
        ReadOnlySpan<char> word = text.AsSpan(start, position - start);
        if (Ascii.IsValid(word))
        {
            word = word[..Math.Min(word.Length, LongestTerm)];
            Ascii.ToLower(word, term, out termLength);
        }
        else
        {
            Normalize(word);
        }

        if (analysis.Stemming == Stemming.English)
        {
            termLength = EnglishStemmer.Stem(term, termLength);
        }

        return true;
    }

    void Reserve(int length)
    {
        if (text.Length < length)
        {
            text = new char[Math.Max(length, text.Length * 2)];
        }
    }

    /// <summary>Compatibility forms (ligatures, full width) become plain ones, then letters small; ς is σ, and ’ an apostrophe.</summary>
    void Normalize(ReadOnlySpan<char> word)
    {
        string normal = word.ToString().Normalize(NormalizationForm.FormKC).ToLowerInvariant().Replace('ς', 'σ').Replace('\u2019', '\'').Replace('\u2018', '\'');
        if (analysis.FoldAccents)
        {
            normal = string.Concat(normal.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)).Normalize(NormalizationForm.FormC);
        }

        termLength = Math.Min(normal.Length, LongestTerm);
        if (termLength < normal.Length && char.IsHighSurrogate(normal[termLength - 1]))
        {
            termLength--;
        }

        normal.AsSpan(0, termLength).CopyTo(term);
    }
}
