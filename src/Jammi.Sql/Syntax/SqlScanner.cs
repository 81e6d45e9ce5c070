using Jammi.Sql.Syntax.Terminals;

namespace Jammi.Sql.Syntax;

/// <summary>Cuts a text into tokens, each when the parser asks for it: what a few phrases are depends on the parser's state.</summary>
internal ref struct SqlScanner(SqlGrammar grammar, ParseTable table, string text)
{
    int position;

    /// <summary>The next token; one without a terminal is a character that SQL has no use for.</summary>
    /// <param name="state">The parser's state.</param>
    /// <param name="previous">The token before, as the parser took it; without a terminal at the start.</param>
    public Lexeme Next(int state, in Lexeme previous)
    {
        int start = Lexical.SkipBlanksAndComments(text, position);
        if (start >= text.Length)
        {
            return new(grammar.Eof, text.Length, text.Length);
        }

        if (Lexical.EndOfComment(text, start) < 0)
        {
            throw SourceExcerpt.SyntaxError(text, start, 2, "this comment is never closed by */");
        }

        Lexeme found = At(start, state, previous);
        position = found.End;
        return found;
    }

    readonly Lexeme At(int start, int state, in Lexeme previous)
    {
        char first = text[start];
        char second = start + 1 < text.Length ? text[start + 1] : '\0';
        switch (first)
        {
            case '\'':
            case 'e' or 'E' when second == '\'':
                return Of(grammar.String, start);
            case 'x' or 'X' when second == '\'':
                return Of(grammar.Blob, start);
            case >= '0' and <= '9':
            case '.' when char.IsAsciiDigit(second):
                return Of(grammar.Number, start);
            case '[' when Of(grammar.Vector, start) is { Length: > 0 } vector:
                return vector;
            case '$' when Of(grammar.String, start) is { Length: > 0 } quoted:
                return quoted;
            case '$' or '@' or '?':
            case ':' when Lexical.IsWordStart(second) && !EndsOperand(previous):
                return Of(grammar.Parameter, start) is { Length: > 0 } parameter ? parameter : grammar.SymbolTable.Match(text, start);
        }

        Lexeme word = grammar.Word.Match(text, start, table, state);
        return word.Length > 0 ? word : grammar.SymbolTable.Match(text, start);
    }

    readonly Lexeme Of(SqlTerminal terminal, int start)
    {
        int end = terminal.Match(text, start, out object? value);
        return new(terminal, start, end) { Value = value };
    }

    /// <summary>Whether an operand ends with a token. After one, a colon can only be that of a slice (<c>a[i:n]</c>); elsewhere a colon before a name makes it a parameter.</summary>
    readonly bool EndsOperand(in Lexeme previous) =>
        previous.Terminal is not null && (previous.Terminal is not Keyword || previous.Spelling is ")" or "]" or "END" or "NULL" or "TRUE" or "FALSE");
}
