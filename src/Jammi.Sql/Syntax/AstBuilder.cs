using System.Runtime.CompilerServices;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>
/// Parse tree to records. Chains that grow to the left (<c>a + b + c</c>, AND, UNION, JOIN) are walked in loops; everything else
/// recurses and is counted, so that whoever walks the records may recurse freely.
/// </summary>
internal sealed partial class AstBuilder
{
    /// <summary>Deepest nesting of the records that are built.</summary>
    public const int MaximumDepth = 1000;

    private readonly SqlGrammar _grammar;
    private readonly SyntaxTree _tree;
    private readonly string _text;
    private int _depth;
    private Dictionary<int, int>? _parameterOrdinals;

    public AstBuilder(SqlGrammar grammar, SyntaxTree tree)
    {
        _grammar = grammar;
        _tree = tree;
        _text = tree.Text;
    }

    public IReadOnlyList<Statement> Script()
    {
        SyntaxNodes statements = _tree.Root.Parts;
        var result = new Statement[statements.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Statement(statements[i]);
        }

        return result;
    }

    public SqlExpression RootExpression() => Expression(_tree.Root);

    private static SyntaxNode? Only(SyntaxNode node) => node.Parts.Count == 0 ? null : node.Parts[0];

    /// <summary>A name without its quotes.</summary>
    private static string Identifier(SyntaxNode word) => (string)word.Value!;

    /// <summary>The canonical spelling of a keyword, phrase or symbol.</summary>
    private static string Spelling(SyntaxNode keyword) => (string)keyword.Value!;

    private static bool Is(SyntaxNode node, string keyword) => node.Term is Terminals.Keyword found && found.Text == keyword;

    private static string[] Identifiers(SyntaxNode? list) => list is { } names ? names.Parts.Select(Identifier) : [];

    /// <summary>The text of a node without the white space that an empty last part brings in.</summary>
    private SourcePosition At(SyntaxNode node)
    {
        int start = node.Start;
        int end = Math.Min(node.End, _text.Length);
        while (end > start && Terminals.Lexical.IsBlank(_text[end - 1]))
        {
            end--;
        }

        return new SourcePosition(start, Math.Max(1, end - start));
    }

    private SqlException Error(SyntaxNode node, string message) => SourceExcerpt.Error(SqlErrorCode.SyntaxError, _text, At(node), message);

    /// <summary>Goes <paramref name="levels"/> deeper. Whoever entered leaves by lowering the depth; an error abandons the builder.</summary>
    private void Enter(SyntaxNode node, int levels = 1)
    {
        _depth += levels;
        if (_depth > MaximumDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            SourcePosition start = At(node) with { Length = 1 };
            throw SourceExcerpt.Error(SqlErrorCode.SyntaxError, _text, start, $"the statement is nested more than {MaximumDepth} levels deep; split it, or use IN or a join instead of long chains");
        }
    }
}
