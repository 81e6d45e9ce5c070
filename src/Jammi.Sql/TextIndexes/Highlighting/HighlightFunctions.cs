using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Text;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;

namespace Jammi.Sql.TextIndexes.Highlighting;

/// <summary>highlight and snippet: a text with what a text query finds in it marked.</summary>
internal static class HighlightFunctions
{
    const string Category = "Text search";
    const int LeastArguments = 2;
    const long SnippetWords = 12;

    static readonly SqlType Text = SqlType.Text;

    static readonly (string Name, ScalarValue Default)[] Marks = [("before", ScalarValue.From("<b>")), ("after", ScalarValue.From("</b>"))];
    static readonly (string Name, ScalarValue Default)[] Analysis = [("stemming", ScalarValue.From("none")), ("accents", ScalarValue.From("keep"))];
    static readonly (string Name, ScalarValue Default)[] Texts = [("text", ScalarValue.NullOf(SqlType.Text)), ("query", ScalarValue.NullOf(SqlType.Text))];

    /// <summary>Writes a row with the matches that were found in it.</summary>
    delegate void WriteMatches(MatchFinder found, ReadOnlySpan<char> text, TextArguments arguments, int row, BytesBuilder output);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        Create(
            "highlight",
            new(Category, "highlight(text, query [, before, after, stemming => , accents => ])", "The text with the words and phrases of a query of text_search between before and after (the tags of HTML's b unless given). Give stemming and accents as the index has them. The text is not escaped for HTML.", "highlight('A red circle', 'circle', '[', ']')", "A red [circle]"),
            [.. Texts, .. Marks, .. Analysis],
            [Text, Text, Text, Text, Text, Text],
            (found, text, arguments, row, output) => Mark(found, text, 0, text.Length, arguments.String(2, row), arguments.String(3, row), output)),
        Create(
            "snippet",
            new(Category, "snippet(text, query [, words => 12, before, after, ellipsis, stemming => , accents => ])", "The part of the text, of so many words, that has the most of a query of text_search, marked as by highlight; an ellipsis stands where it was cut.", "snippet('A small picture of a red circle', 'circle', 2, '[', ']')", "…red [circle]"),
            [.. Texts, ("words", ScalarValue.From(SnippetWords)), .. Marks, ("ellipsis", ScalarValue.From("…")), .. Analysis],
            [Text, Text, SqlType.BigInt, Text, Text, Text, Text, Text],
            Cut),
    ];

    /// <summary>A function whose arguments from the third on may be left out from the end.</summary>
    static OverloadedFunction Create(string name, FunctionDocumentation page, (string Name, ScalarValue Default)[] parameters, SqlType[] types, WriteMatches write) => new(
        name,
        page,
        [.. Enumerable.Range(LeastArguments, types.Length - LeastArguments + 1).Select(given => new Overload(Text, types[..given].ToValueList(), Kernel(parameters, given, write)))])
    {
        ParametersByName = parameters,
    };

    static ScalarKernel Kernel((string Name, ScalarValue Default)[] parameters, int given, WriteMatches write) => (arguments, count, _) =>
    {
        Execution.ColumnarValue[] all = [.. arguments, .. parameters[given..].Select(p => Execution.ColumnarValue.Constant(p.Default))];
        NullMask nulls = NullMask.Any(arguments, count);
        var input = new TextArguments(all);
        var output = new BytesBuilder(count);
        var finders = new Finders(all.Length);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                string text = input.String(0, row);
                MatchFinder finder = finders.Of(input, row);
                finder.Read(text);
                write(finder, text, input, row, output);
            }

            output.EndRow();
        }

        return output.Build(Text, nulls);
    };

    static void Mark(MatchFinder found, ReadOnlySpan<char> text, int start, int end, string before, string after, BytesBuilder output)
    {
        int written = start;
        foreach (MatchFinder.Match match in found.Matches)
        {
            int first = found.Words[match.First].Start;
            int last = found.Words[match.End - 1].End;
            if (first >= written && last <= end)
            {
                output.Append(text[written..first]);
                output.Append(before);
                output.Append(text[first..last]);
                output.Append(after);
                written = last;
            }
        }

        output.Append(text[written..end]);
    }

    static void Cut(MatchFinder found, ReadOnlySpan<char> text, TextArguments arguments, int row, BytesBuilder output)
    {
        int length = (int)Math.Clamp(arguments.Integer(2, row), 1, int.MaxValue);
        string before = arguments.String(3, row);
        string after = arguments.String(4, row);
        if (found.Words.Count <= length)
        {
            Mark(found, text, 0, text.Length, before, after, output);
            return;
        }

        int first = BestWindow(found, length);
        int end = Math.Min(first + length, found.Words.Count);
        string ellipsis = arguments.String(5, row);
        output.Append(first > 0 ? ellipsis : string.Empty);
        Mark(found, text, first > 0 ? found.Words[first].Start : 0, end < found.Words.Count ? found.Words[end - 1].End : text.Length, before, after, output);
        output.Append(end < found.Words.Count ? ellipsis : string.Empty);
    }

    /// <summary>Where the window begins that has the most different phrases, then the most matches; the first of equals, ending with its last match so that it has what leads up to them.</summary>
    static int BestWindow(MatchFinder found, int length)
    {
        int best = 0;
        (int Phrases, int Matches) most = (0, 0);
        for (int last = 0; last < found.Matches.Count; last++)
        {
            int start = Math.Max(0, found.Matches[last].End - length);
            MatchFinder.Match[] inside = [.. found.Matches.Take(last + 1).Where(m => m.First >= start)];
            (int, int) has = (inside.DistinctBy(m => m.Phrase).Count(), inside.Length);
            if (has.CompareTo(most) > 0)
            {
                most = has;
                best = start;
            }
        }

        return best;
    }

    /// <summary>What finds matches for the query and the analysis of a row; made anew as they change.</summary>
    sealed class Finders(int arguments)
    {
        (string Query, string Stemming, string Accents) last;
        MatchFinder? finder;

        public MatchFinder Of(TextArguments input, int row)
        {
            (string, string, string) wanted = (input.String(1, row), input.String(arguments - 2, row), input.String(arguments - 1, row));
            if (finder is null || wanted != last)
            {
                last = wanted;
                finder = new MatchFinder(last.Query, TextAnalysis.Of(last.Stemming, last.Accents));
            }

            return finder;
        }
    }
}
