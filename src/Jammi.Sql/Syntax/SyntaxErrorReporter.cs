using System.Globalization;
using Irony.Parsing;
using Jammi.Sql.Syntax.Terminals;

namespace Jammi.Sql.Syntax;

/// <summary>
/// Turns the parser's refusal into a message:
/// <c>syntax error at "b" (line 1, column 29): expected AND, OR, GROUP BY, ORDER BY or end of statement</c>, the line, a caret.
/// </summary>
internal sealed class SyntaxErrorReporter
{
    private const int MaximumExpected = 10;

    /// <summary>Keywords in the order in which a message lists them; the others follow by name.</summary>
    private static readonly string[] Order =
    [
        ",", ")", "]", "(", "=", "AS", "AND", "OR", "FROM", "JOIN", "LEFT JOIN", "ON", "USING", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT",
        "VALUES", "SELECT", "SET", "RETURNING", "UNION",
    ];

    /// <summary>Reserved words that people use as column names.</summary>
    private static readonly string[] WordsToQuote =
    [
        "ALL", "ASC", "CASE", "CHECK", "CONSTRAINT", "DEFAULT", "DESC", "END", "FOREIGN", "GROUP", "IN", "IS", "LIKE", "LIMIT", "OFFSET", "ORDER",
        "PRIMARY", "REFERENCES", "UNIQUE", "USING", "WHEN", "WINDOW",
    ];

    private static readonly string[] Operators =
        ["+", "-", "*", "/", "^", "||", "::", "[", "=", "<", "~", "BETWEEN", "IN", "LIKE", "IS NULL", "IS DISTINCT FROM", "AT TIME ZONE"];

    private readonly SqlLanguage _language;
    private readonly Automaton _automaton;
    private readonly Automaton.Stack _start;
    private readonly string _text;

    private SyntaxErrorReporter(SqlLanguage language, NonTerminal root, string text)
    {
        _language = language;
        _automaton = new Automaton(language.Table);
        _start = _automaton.Start(root);
        _text = text;
    }

    /// <summary>The error of a tree whose last token the parser has no use for.</summary>
    public static SqlException Report(SqlLanguage language, SyntaxTree tree, NonTerminal root)
    {
        Lexeme offending = tree.Lexemes[^1];
        return offending.Terminal is null
            ? UnknownCharacter(tree.Text, offending.Start)
            : new SyntaxErrorReporter(language, root, tree.Text).At(offending, tree.Lexemes[..^1]);
    }

    private static SqlException UnknownCharacter(string text, int offset)
    {
        int length = offset + 1 < text.Length && char.IsSurrogatePair(text, offset) ? 2 : 1;
        string character = text.Substring(offset, length);
        string code = length == 2 ? char.ConvertToUtf32(text, offset).ToString("X", CultureInfo.InvariantCulture) : ((int)text[offset]).ToString("X4", CultureInfo.InvariantCulture);
        string shown = char.IsControl(text[offset]) || char.IsSurrogate(text[offset]) && length == 1 ? "" : $" \"{character}\"";
        return SourceExcerpt.SyntaxError(text, offset, length, $"syntax error at the character{shown} U+{code}, which SQL uses only within quotes");
    }

    private SqlException At(Lexeme offending, ReadOnlySpan<Lexeme> before)
    {
        bool atEnd = offending.Terminal == _language.Grammar.Eof || offending.Length == 0;
        SourcePosition position = atEnd
            ? new SourcePosition(before.Length == 0 ? 0 : before[^1].End, 1)
            : new SourcePosition(offending.Start, offending.Length);

        Automaton.Stack? stack = _automaton.Replay(_start, before);
        HashSet<Terminal> expected = stack is null ? [] : _automaton.Expected(stack);
        string detail = expected.Count == 0 ? "" : ": expected " + Join(Describe(expected)) + Hint(offending, before, expected);
        string what = atEnd ? "the end of the text" : $"\"{Shortened(TextOf(offending))}\"";
        return SourceExcerpt.Error(SqlErrorCode.SyntaxError, _text, position, "syntax error at " + what, detail);
    }

    private string TextOf(Lexeme token) => _text.Substring(token.Start, token.Length);

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static string Join(List<string> names) => names.Count == 1 ? names[0] : string.Join(", ", names.SkipLast(1)) + " or " + names[^1];

    /// <summary>The expected terminals as a reader thinks of them: groups, then keywords, then the end.</summary>
    private List<string> Describe(HashSet<Terminal> expected)
    {
        SqlGrammar grammar = _language.Grammar;
        var rest = new HashSet<Terminal>(expected);
        var names = new List<string>();
        bool atEnd = rest.Remove(grammar.Eof);
        atEnd |= rest.Remove(Key(";"));

        HashSet<Terminal> statements = _automaton.Expected(_automaton.Start(grammar.Script));
        HashSet<Terminal> expressions = _automaton.Expected(_automaton.Start(grammar.Expression));
        if (rest.Contains(Key("SELECT")) && rest.Contains(Key("INSERT")))
        {
            names.Add("a statement");
            rest.ExceptWith(statements);
        }

        if (rest.Contains(grammar.Number) && rest.Contains(Key("CASE")))
        {
            names.Add("an expression");
            bool star = rest.Contains(Key("*"));
            rest.ExceptWith(expressions);
            if (star && rest.Remove(Key("*")))
            {
                names.Add("*");
            }
        }

        if (rest.Contains(Key("SELECT")) && rest.Contains(Key("VALUES")))
        {
            names.Add("a query");
            rest.ExceptWith(new[] { "SELECT", "VALUES", "TABLE", "WITH", "(" }.Select(Key));
        }

        if (Operators.Count(symbol => rest.Contains(Key(symbol))) > 3)
        {
            names.Add("an operator");
            rest.ExceptWith(Operators.Select(Key));
        }

        if (rest.Remove(grammar.Word))
        {
            names.Add(rest.Contains(Key("AS")) ? "an alias" : "a name");
        }

        names.AddRange(rest.OrderBy(Rank).ThenBy(terminal => terminal.Name, StringComparer.Ordinal).Select(NameOf));
        if (names.Count > MaximumExpected)
        {
            names.RemoveRange(MaximumExpected, names.Count - MaximumExpected);
            names.Add(atEnd ? "end of statement" : "another keyword");
        }
        else if (atEnd)
        {
            names.Add("end of statement");
        }

        return names;
    }

    private KeyTerm Key(string text) => _language.Grammar.KeyTerms[text];

    private static int Rank(Terminal terminal) => Array.IndexOf(Order, terminal.Name) is var rank and >= 0 ? rank : Order.Length;

    private static string NameOf(Terminal terminal) =>
        terminal is Keyword && !char.IsLetter(terminal.Name[0]) ? $"\"{terminal.Name}\"" : terminal.Name;

    private string Hint(Lexeme offending, ReadOnlySpan<Lexeme> before, HashSet<Terminal> expected)
    {
        string? meant = NearMiss(TextOf(offending), expected);
        if (meant is not null)
        {
            return $"; did you mean {meant}?";
        }

        // A misspelt keyword is often taken for an alias, and the error shows one word later.
        if (before.Length > 0 && _automaton.Replay(_start, before[..^1]) is { } stack && NearMiss(TextOf(before[^1]), _automaton.Expected(stack)) is { } earlier)
        {
            return $"; did you mean {earlier} instead of \"{TextOf(before[^1])}\"?";
        }

        bool isUsableQuoted = offending.Terminal is Keyword && WordsToQuote.Contains(TextOf(offending).ToUpperInvariant()) && expected.Contains(_language.Grammar.Word);
        return isUsableQuoted ? $"; to use {TextOf(offending)} as a name, write \"{TextOf(offending)}\" in double quotes" : "";
    }

    /// <summary>The expected keyword that the token probably misspells: one or two letters wrong, or the first word of a phrase.</summary>
    private static string? NearMiss(string text, HashSet<Terminal> expected)
    {
        if (text.Length < 3 || !char.IsAsciiLetter(text[0]))
        {
            return null;
        }

        string word = text.ToUpperInvariant();
        int allowed = word.Length <= 4 ? 1 : 2;
        string? best = null;
        foreach (Terminal terminal in expected.Where(terminal => terminal is Keyword && char.IsAsciiLetter(terminal.Name[0])).OrderBy(terminal => terminal.Name, StringComparer.Ordinal))
        {
            string first = terminal.Name.Split(' ')[0];
            int distance = first == word && first != terminal.Name ? 0 : first == word ? int.MaxValue : EditDistance.Between(word, first);
            if (distance <= allowed && distance < first.Length - 1)
            {
                (best, allowed) = (terminal.Name, distance - 1);
            }
        }

        return best;
    }
}
