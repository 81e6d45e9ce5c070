using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Names of types, with their sizes and dimensions.</summary>
internal sealed partial class AstBuilder
{
    /// <summary>SQL Server's VARCHAR(MAX): of any length, as it is without a size.</summary>
    private void RequireMax(SyntaxNode size)
    {
        if (!Identifier(size).Equals("MAX", StringComparison.OrdinalIgnoreCase))
        {
            throw Error(size, "the size of a type is a number or MAX");
        }
    }

    private TypeName TypeNameOf(SyntaxNode node)
    {
        var dimensions = new List<int?>();
        SourcePosition position = At(node);
        for (; node.Parts[0].Term == _grammar.TypeName; node = node.Parts[0])
        {
            dimensions.Add(node.Parts.Count > 1 ? Count(node.Parts[1]) : null);
        }

        dimensions.Reverse();
        SyntaxNode word = node.Parts[0].Parts[0];
        string name = word.Term == _grammar.Word ? Identifier(word).ToUpperInvariant() : Spelling(word);
        int[] arguments = [];
        for (int i = 1; i < node.Count; i++)
        {
            SyntaxNode part = node[i];
            if (part.Term is Terminals.Keyword)
            {
                name += " " + Spelling(part);
            }
            else if (part.Parts[0].Term == _grammar.Word)
            {
                RequireMax(part.Parts[0]);
            }
            else
            {
                arguments = part.Parts[0].Parts.Select(Count);
            }
        }

        return new TypeName(name, arguments, dimensions, position);
    }

    /// <summary>A whole number that counts something: a precision, a length, a seed.</summary>
    private int Count(SyntaxNode number) =>
        number.Value is long value and <= int.MaxValue ? (int)value : throw Error(number, "expected a whole number up to 2147483647");
}
