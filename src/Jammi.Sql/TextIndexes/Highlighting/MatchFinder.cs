using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.TextIndexes.Search;

namespace Jammi.Sql.TextIndexes.Highlighting;

/// <summary>Finds in a text what a query looks for: the places of its phrases, those under a NOT excepted.</summary>
internal sealed class MatchFinder(string query, TextAnalysis analysis)
{
    readonly TextQuery.Phrase[] phrases = [.. TextQueryParser.Parse(query, analysis, all: false).Scored().Distinct()];
    readonly TextTokens tokens = new(analysis);
    readonly List<Word> words = [];
    readonly List<Match> matches = [];

    /// <summary>A word of the text.</summary>
    internal readonly record struct Word(string Term, int Start, int End);

    /// <summary>Words from the first to before the end that are a phrase of the query.</summary>
    internal readonly record struct Match(int First, int End, int Phrase);

    public IReadOnlyList<Word> Words => words;

    /// <summary>In the order of the text, and none beginning inside another.</summary>
    public IReadOnlyList<Match> Matches => matches;

    public void Read(ReadOnlySpan<char> text)
    {
        words.Clear();
        matches.Clear();
        tokens.Read(text);
        while (tokens.Next())
        {
            words.Add(new(tokens.Term.ToString(), tokens.Start, tokens.End));
        }

        for (int word = 0; word < words.Count;)
        {
            Match longest = default;
            for (int p = 0; p < phrases.Length; p++)
            {
                int length = phrases[p].Terms.Count;
                if (length > longest.End - longest.First && StandsAt(phrases[p], word))
                {
                    longest = new(word, word + length, p);
                }
            }

            if (longest.End > 0)
            {
                matches.Add(longest);
            }

            word = Math.Max(longest.End, word + 1);
        }
    }

    bool StandsAt(TextQuery.Phrase phrase, int word)
    {
        if (word + phrase.Terms.Count > words.Count)
        {
            return false;
        }

        for (int i = 0; i < phrase.Terms.Count; i++)
        {
            string term = words[word + i].Term;
            bool isPrefix = phrase.EndsInPrefix && i == phrase.Terms.Count - 1;
            if (isPrefix ? !term.StartsWith(phrase.Terms[i], StringComparison.Ordinal) : term != phrase.Terms[i])
            {
                return false;
            }
        }

        return true;
    }
}
