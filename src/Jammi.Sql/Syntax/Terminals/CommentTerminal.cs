using Irony.Parsing;

namespace Jammi.Sql.Syntax.Terminals;

/// <summary><c>-- to the end of the line</c> and <c>/* blocks, which /* nest */ */</c>.</summary>
internal sealed class CommentTerminal : Terminal
{
    public CommentTerminal()
        : base("comment", TokenCategory.Comment)
    {
        Priority = TerminalPriority.High;
    }

    public override IList<string> GetFirsts() => ["--", "/*"];

    public override Token? TryMatch(ParsingContext context, ISourceStream source)
    {
        int start = source.PreviewPosition;
        int end = Lexical.EndOfComment(source.Text, start);
        if (end < 0)
        {
            throw SourceExcerpt.SyntaxError(source.Text, start, 2, "this comment is never closed by */");
        }

        if (end == start)
        {
            return null;
        }

        // The scanner goes on after the token's text, so the text has to be the whole comment.
        source.PreviewPosition = end;
        return source.CreateToken(this);
    }
}
