namespace Jammi.Sql.Syntax.Terminals;

/// <summary>
/// <c>@name</c>, <c>:name</c>, <c>$name</c>, <c>$1</c> and <c>?</c>. The token's value is the name, the one-based index, or null for <c>?</c>.
/// </summary>
internal sealed class ParameterTerminal() : SqlTerminal("a parameter")
{
    public override int Match(string text, int start, out object? value)
    {
        value = null;
        if (text[start] == '?')
        {
            return start + 1;
        }

        int end = Lexical.EndOfWord(text, start + 1);
        if (end > start + 1)
        {
            value = text[(start + 1)..end];
            return end;
        }

        return text[start] == '$' && start + 1 < text.Length && char.IsAsciiDigit(text[start + 1]) ? Positional(text, start, out value) : start;
    }

    private static int Positional(string text, int start, out object? value)
    {
        int end = start + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        if (!int.TryParse(text.AsSpan(start + 1, end - start - 1), out int index) || index == 0)
        {
            throw SourceExcerpt.SyntaxError(text, start, end - start, $"there is no parameter {text[start..end]}; the first one is $1");
        }

        value = index;
        return end;
    }
}
