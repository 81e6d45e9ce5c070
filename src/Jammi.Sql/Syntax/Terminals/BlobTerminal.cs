using System.Buffers;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary><c>X'DEADBEEF'</c>: bytes.</summary>
internal sealed class BlobTerminal() : SqlTerminal("a blob")
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public override int Match(string text, int start, out object? value)
    {
        int close = text.IndexOf('\'', start + 2);
        if (close < 0)
        {
            throw SourceExcerpt.SyntaxError(text, start, 2, "this blob is never closed by a single quote");
        }

        ReadOnlySpan<char> digits = text.AsSpan(start + 2, close - start - 2);
        if (digits.Length % 2 != 0 || digits.ContainsAnyExcept(HexDigits))
        {
            throw SourceExcerpt.SyntaxError(text, start, close + 1 - start, "a blob is written as pairs of hexadecimal digits, such as X'00FF'");
        }

        value = Convert.FromHexString(digits);
        return close + 1;
    }
}
