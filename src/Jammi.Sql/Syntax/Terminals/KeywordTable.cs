namespace Jammi.Sql.Syntax.Terminals;

/// <summary>Finds the keyword, or the longest phrase of keywords, that starts with a word. Case is ignored, ordinally.</summary>
internal sealed class KeywordTable
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _longestWord;

    public KeywordTable() => _lookup = _entries.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Adds a spelling: one word, or words separated by one blank.</summary>
    public void Add(string spelling, Keyword keyword)
    {
        string[] words = spelling.Split(' ');
        if (!_entries.TryGetValue(words[0], out Entry? entry))
        {
            _entries.Add(words[0], entry = new Entry());
            _longestWord = Math.Max(_longestWord, words[0].Length);
        }

        if (words.Length == 1)
        {
            entry.Word = keyword;
            entry.Spelling = spelling;
            return;
        }

        entry.Phrases.Add(new Phrase(words, spelling, keyword));
        entry.Phrases.Sort((left, right) => right.Words.Length - left.Words.Length);
    }

    /// <summary>
    /// The keyword that starts at <paramref name="start"/> with the word that ends at <paramref name="end"/>; a phrase moves
    /// <paramref name="end"/> behind its last word. Words of a phrase may be separated by white space and comments.
    /// </summary>
    public (Keyword? Keyword, string Spelling, bool IsPhrase) Find(string text, int start, ref int end, ParseTable table, int state)
    {
        if (end - start > _longestWord || !_lookup.TryGetValue(text.AsSpan(start, end - start), out Entry? entry))
        {
            return default;
        }

        foreach (Phrase phrase in entry.Phrases)
        {
            int position = end;
            if (phrase.Keyword.OnlyWhereExpected && !table.Takes(state, phrase.Keyword.Number))
            {
                continue;
            }

            if (Follows(text, ref position, phrase.Words))
            {
                end = position;
                return (phrase.Keyword, phrase.Spelling, true);
            }
        }

        Keyword? word = entry.Word;
        bool applies = word is not null && (word.OnlyBefore == '\0' || NextIs(text, end, word.OnlyBefore));
        return applies ? (word, entry.Spelling, false) : default;
    }

    private static bool Follows(string text, ref int position, string[] words)
    {
        for (int i = 1; i < words.Length; i++)
        {
            int start = Lexical.SkipBlanksAndComments(text, position);
            int end = Lexical.EndOfWord(text, start);
            if (start == position || !text.AsSpan(start, end - start).Equals(words[i], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            position = end;
        }

        return true;
    }

    private static bool NextIs(string text, int position, char wanted)
    {
        int next = Lexical.SkipBlanksAndComments(text, position);
        return next < text.Length && (wanted == '0' ? text[next] == '\'' || char.IsAsciiDigit(text[next]) : text[next] == wanted);
    }

    private sealed class Entry
    {
        public Keyword? Word { get; set; }

        public string Spelling { get; set; } = "";

        public List<Phrase> Phrases { get; } = [];
    }

    private sealed record Phrase(string[] Words, string Spelling, Keyword Keyword);
}
