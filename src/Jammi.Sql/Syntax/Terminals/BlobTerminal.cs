using System.Buffers;
using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary><c>X'DEADBEEF'</c>: bytes.</summary>
internal sealed class BlobTerminal : Terminal
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public BlobTerminal()
        : base("a blob", TokenCategory.Content)
    {
    }

    public override IList<string> GetFirsts() => ["x'", "X'"];

    public override Token? TryMatch(ParsingContext context, ISourceStream source)
    {
        string text = source.Text;
        int start = source.PreviewPosition;
        if (start + 1 >= text.Length || text[start + 1] != '\'')
        {
            return null;
        }

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

        source.PreviewPosition = close + 1;
        return new Token(this, source.Location, text[start..(close + 1)], Convert.FromHexString(digits));
    }
}
