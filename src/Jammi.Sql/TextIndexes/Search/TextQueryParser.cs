using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;

namespace Jammi.Sql.TextIndexes.Search;

/// <summary>
/// Reads a query as people type it: words, <c>"phrases"</c>, <c>begin*</c>, <c>-excluded</c>, AND, OR, NOT in capitals, parentheses. Words that stand side by side
/// bind tightest and mean any or all of them, as the caller says; then AND, then OR. Any text is a query: what is unfinished is closed at the end, and an operator with
/// nothing to operate on is passed over, because queries come from search boxes.
/// </summary>
internal ref struct TextQueryParser
{
    readonly ReadOnlySpan<char> text;
    readonly TextTokens tokens;
    readonly bool all;
    int position;

    TextQueryParser(ReadOnlySpan<char> text, TextAnalysis analysis, bool all)
    {
        this.text = text;
        this.all = all;
        tokens = new TextTokens(analysis);
    }

    /// <param name="all">Whether words side by side must all be there; else any.</param>
    public static TextQuery Parse(ReadOnlySpan<char> text, TextAnalysis analysis, bool all)
    {
        var parser = new TextQueryParser(text, analysis, all);
        var parts = new List<TextQuery>();
        while (!parser.AtEnd())
        {
            Add(parts, parser.Or());

            // A parenthesis that nothing opened.
            parser.position++;
        }

        return Any(parts);
    }

    TextQuery? Or()
    {
        var parts = new List<TextQuery>();
        do
        {
            Add(parts, And());
        }
        while (TakeOperator("OR"));
        return parts.Count == 0 ? null : Any(parts);
    }

    TextQuery? And()
    {
        var parts = new List<TextQuery>();
        do
        {
            Add(parts, Adjacent());
        }
        while (TakeOperator("AND"));
        return parts.Count == 0 ? null : All(parts);
    }

    /// <summary>Words side by side. Those that are excluded are so from any of the others.</summary>
    TextQuery? Adjacent()
    {
        var wanted = new List<TextQuery>();
        var excluded = new List<TextQuery>();
        while (!AtEnd() && text[position] != ')' && !SeesOperator("AND") && !SeesOperator("OR"))
        {
            bool not = false;
            while (TakeOperator("NOT") || TakeMinus())
            {
                not = !not;
            }

            if (Primary() is { } part)
            {
                (not ? excluded : wanted).Add(part);
            }
        }

        if (excluded.Count == 0)
        {
            return wanted.Count == 0 ? null : Side(wanted);
        }

        IEnumerable<TextQuery> none = excluded.Select(e => new TextQuery.Not(e));
        return All([.. wanted.Count == 0 ? [] : new[] { Side(wanted) }, .. none]);
    }

    TextQuery? Primary()
    {
        if (AtEnd())
        {
            return null;
        }

        if (text[position] == '(')
        {
            position++;
            TextQuery? inner = Or();
            position += AtEnd() ? 0 : 1;
            return inner;
        }

        if (text[position] is '"' or '\u201C' or '\u201D')
        {
            int start = ++position;
            int length = text[start..].IndexOfAny('"', '\u201C', '\u201D');
            int end = length < 0 ? text.Length : start + length;
            position = Math.Min(end + 1, text.Length);
            bool starred = position < text.Length && text[position] == '*';
            position += starred ? 1 : 0;
            return PhraseOf(text[start..end], starred);
        }

        return PhraseOf(TakeWord(out bool prefix), prefix);
    }

    /// <summary>What stands up to a blank, a quotation mark or a parenthesis.</summary>
    ReadOnlySpan<char> TakeWord(out bool prefix)
    {
        int start = position;
        while (position < text.Length && !char.IsWhiteSpace(text[position]) && text[position] is not ('"' or '(' or ')' or '\u201C' or '\u201D'))
        {
            position++;
        }

        // Something must be taken, or the parser would stand still.
        position = position == start ? start + 1 : position;
        ReadOnlySpan<char> word = text[start..position];
        prefix = word.EndsWith('*');
        return word;
    }

    /// <summary>
    /// The terms of a piece of text as a phrase, so that wi-fi is found where the two stand together; null when it has none. The beginning of a word is cut to its stem, too:
    /// purple* is to find purple, which is stored as its stem.
    /// </summary>
    readonly TextQuery.Phrase? PhraseOf(ReadOnlySpan<char> piece, bool prefix)
    {
        var terms = new List<string>();
        tokens.Read(piece);
        while (tokens.Next())
        {
            terms.Add(tokens.Term.ToString());
        }

        return terms.Count == 0 ? null : new([.. terms], prefix);
    }

    readonly TextQuery Side(List<TextQuery> parts) => all ? All(parts) : Any(parts);

    bool TakeMinus()
    {
        // A minus excludes only what it stands directly before.
        if (AtEnd() || text[position] is not ('-' or '\u2212') || position + 1 >= text.Length || char.IsWhiteSpace(text[position + 1]))
        {
            return false;
        }

        position++;
        return true;
    }

    bool SeesOperator(string word)
    {
        if (AtEnd() || !text[position..].StartsWith(word))
        {
            return false;
        }

        int end = position + word.Length;
        return end == text.Length || char.IsWhiteSpace(text[end]) || text[end] is '(' or ')' or '"';
    }

    bool TakeOperator(string word)
    {
        bool seen = SeesOperator(word);
        position += seen ? word.Length : 0;
        return seen;
    }

    bool AtEnd()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position >= text.Length;
    }

    static void Add(List<TextQuery> parts, TextQuery? part)
    {
        if (part is not null)
        {
            parts.Add(part);
        }
    }

    static TextQuery Any(List<TextQuery> parts) => parts.Count == 1 ? parts[0] : new TextQuery.AnyOf([.. parts]);

    static TextQuery All(List<TextQuery> parts) => parts.Count == 1 ? parts[0] : new TextQuery.AllOf([.. parts]);
}
