using System.Text.RegularExpressions;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary>
/// Functions of regular expressions. Flags are letters: g every match, i any case, m ^ and $ at lines, s . matches line ends, x blanks are ignored,
/// l literal text.
/// </summary>
internal static class RegexFunctions
{
    const string Category = "Text";

    static readonly SqlType Text = SqlType.Text;
    static readonly SqlType Number = SqlType.BigInt;
    static readonly SqlType Texts = SqlType.List(SqlType.Text);

    /// <summary>A text computed from a row; null for NULL.</summary>
    delegate string? RowText(Regex regex, bool global, string text, TextArguments arguments, int row);

    delegate long RowNumber(Regex regex, string text, TextArguments arguments, int row);

    /// <summary>Adds the items of a row's list; false for NULL.</summary>
    delegate bool RowItems(Regex regex, string text, TextArguments arguments, int row, List<object?> items);

    /// <summary>substring(text FROM pattern).</summary>
    public static Overload FirstMatch { get; } = new(Text, [Text, Text], ToText(null, (regex, _, text, _, _) => regex.Match(text) is { Success: true } match ? match.Groups[match.Groups.Count > 1 ? 1 : 0].Value : null)) { MayReturnNull = true };

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new OverloadedFunction(
            "regexp_replace",
            new(Category, "regexp_replace(text, pattern, replacement [, flags])", "The first match (with the flag g every match) replaced; \\1 ... \\9 in the replacement stand for groups, \\& for the match.", "regexp_replace('fig-001', '([a-z]+)-0*', '\\1 ')", "fig 1"),
            new Overload(Text, [Text, Text, Text], ToText(null, Replace)),
            new Overload(Text, [Text, Text, Text, Text], ToText(3, Replace))),
        new OverloadedFunction(
            "regexp_extract",
            new(Category, "regexp_extract(text, pattern [, group [, flags]])", "What the pattern, or one of its groups, matches first; empty where nothing does.", "regexp_extract('fig-001', '([a-z]+)-([0-9]+)', 2)", "001"),
            new Overload(Text, [Text, Text], ToText(null, (regex, _, text, _, _) => regex.Match(text).Value)),
            new Overload(Text, [Text, Text, Number], ToText(null, (regex, _, text, a, row) => Group(regex, regex.Match(text), a.Integer(2, row)))),
            new Overload(Text, [Text, Text, Number, Text], ToText(3, (regex, _, text, a, row) => Group(regex, regex.Match(text), a.Integer(2, row))))),
        new OverloadedFunction(
            "regexp_substr",
            new(Category, "regexp_substr(text, pattern)", "What the pattern matches first; NULL where nothing does.", "regexp_substr('fig-001', '[0-9]+')", "001"),
            new Overload(Text, [Text, Text], ToText(null, (regex, _, text, _, _) => regex.Match(text) is { Success: true } match ? match.Value : null)) { MayReturnNull = true }),
        new OverloadedFunction(
            "regexp_extract_all",
            new(Category, "regexp_extract_all(text, pattern [, group])", "Everything that the pattern, or one of its groups, matches.", "regexp_extract_all('a1 b22', '[0-9]+')", "[1, 22]"),
            new Overload(Texts, [Text, Text], ToList(null, (regex, text, _, _, items) => AddAll(regex, text, 0, items))),
            new Overload(Texts, [Text, Text, Number], ToList(null, (regex, text, a, row, items) => AddAll(regex, text, a.Integer(2, row), items)))),
        new OverloadedFunction(
            "regexp_match",
            new(Category, "regexp_match(text, pattern [, flags])", "What the groups of the pattern (or, without groups, the whole pattern) match first, as a list; NULL where nothing does.", "regexp_match('fig-001', '([a-z]+)-([0-9]+)')", "[fig, 001]"),
            new Overload(Texts, [Text, Text], ToList(null, AddGroups)) { MayReturnNull = true },
            new Overload(Texts, [Text, Text, Text], ToList(2, AddGroups)) { MayReturnNull = true }),
        new OverloadedFunction(
            "regexp_split_to_array",
            new(Category, "regexp_split_to_array(text, pattern [, flags])", "The parts of a text between matches of the pattern.", "regexp_split_to_array('a, b;c', '[,;] *')", "[a, b, c]"),
            new Overload(Texts, [Text, Text], ToList(null, Split)),
            new Overload(Texts, [Text, Text, Text], ToList(2, Split)))
        {
            Synonyms = ["string_split_regex", "str_split_regex"],
        },
        Test("regexp_matches", "regexp_matches(text, pattern [, flags])", "Whether the pattern matches somewhere in the text.", "regexp_matches('fig-001', '[0-9]+$')", (regex, text) => regex.IsMatch(text), "regexp_like"),
        Test("regexp_full_match", "regexp_full_match(text, pattern [, flags])", "Whether the pattern matches the whole text.", "regexp_full_match('fig-001', '[a-z]+-[0-9]+')", IsFullMatch),
        new OverloadedFunction(
            "regexp_count",
            new(Category, "regexp_count(text, pattern [, start [, flags]])", "How often the pattern matches, from a character on.", "regexp_count('a1 b22', '[0-9]')", "3"),
            new Overload(Number, [Text, Text], ToNumber(Number, null, (regex, text, _, _) => regex.Count(text))),
            new Overload(Number, [Text, Text, Number], ToNumber(Number, null, (regex, text, a, row) => regex.Count(text, Start(text, a.Integer(2, row))))),
            new Overload(Number, [Text, Text, Number, Text], ToNumber(Number, 3, (regex, text, a, row) => regex.Count(text, Start(text, a.Integer(2, row)))))),
        new OverloadedFunction(
            "regexp_instr",
            new(Category, "regexp_instr(text, pattern)", "Where the pattern first matches, from 1; 0 where it does not.", "regexp_instr('fig-001', '[0-9]')", "5"),
            new Overload(Number, [Text, Text], ToNumber(Number, null, (regex, text, _, _) => regex.Match(text) is { Success: true } match ? Characters(text.AsSpan(0, match.Index)) + 1 : 0))),
        new OverloadedFunction(
            "regexp_escape",
            new(Category, "regexp_escape(text)", "The regular expression that matches exactly the text.", "regexp_escape('a.b')", "a\\.b"),
            new Overload(Text, [Text], TextKernels.ToText((a, row, o) => o.Append(Regex.Escape(a.String(0, row)))))),
    ];

    static OverloadedFunction Test(string name, string syntax, string description, string example, Func<Regex, string, bool> test, params string[] synonyms) => new(
        name,
        new(Category, syntax, description, example, "true"),
        new Overload(SqlType.Boolean, [Text, Text], ToNumber(SqlType.Boolean, null, (regex, text, _, _) => test(regex, text) ? 1 : 0)),
        new Overload(SqlType.Boolean, [Text, Text, Text], ToNumber(SqlType.Boolean, 2, (regex, text, _, _) => test(regex, text) ? 1 : 0)))
    {
        Synonyms = synonyms,
    };

    static ScalarKernel ToText(int? flags, RowText compute) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var input = new TextArguments(arguments);
        var patterns = new RegexColumn(arguments[1], flags is int place ? arguments[place] : null);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                Regex regex = patterns.At(row);
                string? text = compute(regex, patterns.Global, input.String(0, row), input, row);
                if (text is null)
                {
                    nulls.SetNull(row);
                }

                output.Append(text);
            }

            output.EndRow();
        }

        return output.Build(SqlType.Text, nulls);
    };

    static ScalarKernel ToNumber(SqlType type, int? flags, RowNumber compute) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var input = new TextArguments(arguments);
        var patterns = new RegexColumn(arguments[1], flags is int place ? arguments[place] : null);
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        byte[] bits = new byte[count];
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? compute(patterns.At(row), input.String(0, row), input, row) : 0;
            bits[row] = output[row] != 0 ? (byte)1 : (byte)0;
        }

        return Columns.Wrap(type, count, type.Kind == SqlTypeKind.Boolean ? bits : buffer, nulls);
    };

    static ScalarKernel ToList(int? flags, RowItems add) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var input = new TextArguments(arguments);
        var patterns = new RegexColumn(arguments[1], flags is int place ? arguments[place] : null);
        var rows = new ListRows(count);
        var items = new List<object?>();
        for (int row = 0; row < count; row++)
        {
            int before = items.Count;
            if (nulls.IsValid(row) && !add(patterns.At(row), input.String(0, row), input, row, items))
            {
                nulls.SetNull(row);
            }

            rows.AddRange(before, items.Count - before);
            rows.EndRow();
        }

        return rows.Build(Texts, nulls, ColumnFactory.FromObjects(SqlType.Text, [.. items]));
    };

    static string Replace(Regex regex, bool global, string text, TextArguments arguments, int row) =>
        RegexReplacement.Replace(regex, text, arguments.String(2, row), global);

    static string Group(Regex regex, Match match, long group)
    {
        int last = regex.GetGroupNumbers()[^1];
        return group >= 0 && group <= last
            ? match.Groups[(int)group].Value
            : throw new SqlException(SqlErrorCode.InvalidParameter, $"The pattern '{regex}' has no group {group}: its groups are 0 (the whole match) to {last}.");
    }

    static bool AddAll(Regex regex, string text, long group, List<object?> items)
    {
        for (Match match = regex.Match(text); match.Success; match = match.NextMatch())
        {
            items.Add(Group(regex, match, group));
        }

        return true;
    }

    static bool AddGroups(Regex regex, string text, TextArguments arguments, int row, List<object?> items)
    {
        Match match = regex.Match(text);
        if (!match.Success)
        {
            return false;
        }

        for (int group = match.Groups.Count > 1 ? 1 : 0; group < match.Groups.Count; group++)
        {
            items.Add(match.Groups[group].Success ? match.Groups[group].Value : null);
        }

        return true;
    }

    /// <summary>Empty matches split between characters, but not at the ends nor right behind another match, as in PostgreSQL.</summary>
    static bool Split(Regex regex, string text, TextArguments arguments, int row, List<object?> items)
    {
        int at = 0;
        for (Match match = regex.Match(text); match.Success; match = match.NextMatch())
        {
            if (match.Length == 0 && (match.Index == at || match.Index == text.Length))
            {
                continue;
            }

            items.Add(text[at..match.Index]);
            at = match.Index + match.Length;
        }

        items.Add(text[at..]);
        return true;
    }

    static bool IsFullMatch(Regex regex, string text) => RegularExpressions.Compile($@"\A(?:{regex})\z", regex.Options & ~(RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)).IsMatch(text);

    static long Characters(ReadOnlySpan<char> text)
    {
        long count = 0;
        foreach (System.Text.Rune _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    /// <summary>The UTF-16 place of the n-th character, from 1.</summary>
    static int Start(string text, long character)
    {
        if (character < 1)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"A search begins at character 1 or later, not {character}.");
        }

        int at = 0;
        for (long i = 1; i < character && at < text.Length; i++)
        {
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        }

        return at;
    }
}
