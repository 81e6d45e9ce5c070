using System.Globalization;
using System.Numerics;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>What expressions are made of: literals, names, parameters, calls, and what stands in parentheses or between words of its own.</summary>
internal sealed partial class AstBuilder
{
    private SqlExpression Primary(SyntaxNode node)
    {
        SyntaxNodes children = node.Parts;
        if (children.Count == 0 || (children.Count == 1 && Is(children[0], "ARRAY")))
        {
            return new ArrayExpression([], At(node));
        }

        SyntaxNode first = children[0];
        if (children.Count == 1 && first.Term != _grammar.Expression && first.Term != _grammar.Subquery)
        {
            return Atom(first);
        }

        Enter(node);
        SqlExpression result = Composite(node, first);
        _depth--;
        return result;
    }

    /// <summary>An operand of one part.</summary>
    private SqlExpression Atom(SyntaxNode node)
    {
        if (node.Term == _grammar.Name)
        {
            return NameOrCurrent(node);
        }

        if (node.Term == _grammar.FunctionCall)
        {
            Enter(node);
            FunctionCallExpression call = FunctionCall(node);
            _depth--;
            return call.Name is [var name] && call.Arguments.Count > 1 && !call.Distinct && name.Equals("row", StringComparison.OrdinalIgnoreCase)
                ? new RowExpression([.. call.Arguments.Select(argument => argument.Value)], call.Position)
                : call;
        }

        if (node.Term == _grammar.Expressions)
        {
            Enter(node);
            var array = new ArrayExpression(Expressions(node), At(node));
            _depth--;
            return array;
        }

        return node.Term == _grammar.Parameter ? Parameter(node) : Literal(node);
    }

    private LiteralExpression Literal(SyntaxNode node)
    {
        object? value = node.Value;
        SourcePosition position = At(node);
        if (node.Term is Terminals.Keyword keyword)
        {
            return keyword.Text switch
            {
                "NULL" => new LiteralExpression(LiteralKind.Null, null, position),
                "TRUE" => new LiteralExpression(LiteralKind.Boolean, true, position),
                _ => new LiteralExpression(LiteralKind.Boolean, false, position),
            };
        }

        LiteralKind kind = value switch
        {
            long or ulong or BigInteger => LiteralKind.Integer,
            double => LiteralKind.Float,
            byte[] => LiteralKind.Blob,
            float[] => LiteralKind.Vector,
            _ => node.Term == _grammar.Number ? LiteralKind.Decimal : LiteralKind.Text,
        };
        return new LiteralExpression(kind, value, position);
    }

    private ParameterExpressionSyntax Parameter(SyntaxNode node) => node.Value switch
    {
        string name => new ParameterExpressionSyntax(name, 0, At(node)),
        int index => new ParameterExpressionSyntax(null, index, At(node)),
        _ => new ParameterExpressionSyntax(null, OrdinalOf(node.Start), At(node)),
    };

    /// <summary>The one-based place of a <c>?</c> among those of the whole text.</summary>
    private int OrdinalOf(int start)
    {
        if (_parameterOrdinals is null)
        {
            _parameterOrdinals = [];
            foreach (Lexeme token in _tree.Lexemes)
            {
                if (token.Terminal == _grammar.Parameter && token.Value is null)
                {
                    _parameterOrdinals.Add(token.Start, _parameterOrdinals.Count + 1);
                }
            }
        }

        return _parameterOrdinals[start];
    }

    private SqlExpression NameOrCurrent(SyntaxNode node)
    {
        SyntaxNodes words = node.Parts;
        if (words.Count == 1 && words[0].Text is { Length: >= 9 } text && text[0] != '"' && Identifier(words[0]) is var name && IsCurrentValue(name))
        {
            return Call(name.ToLowerInvariant(), [], At(node));
        }

        return words.Count <= 4 ? new NameExpression(Identifiers(node), At(node)) : throw Error(node, "a name has at most four parts");
    }

    /// <summary>Functions that the standard calls without parentheses.</summary>
    private static bool IsCurrentValue(string name) => CurrentValues.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static readonly string[] CurrentValues =
        ["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "session_user", "current_schema", "current_catalog"];

    /// <summary>An operand of several parts, none of them an operand to its left.</summary>
    private SqlExpression Composite(SyntaxNode node, SyntaxNode first)
    {
        SyntaxNodes children = node.Parts;
        if (first.Term == _grammar.Expression)
        {
            return children.Count == 1 ? Expression(first) : new RowExpression([Expression(first), .. Expressions(children[^1])], At(node));
        }

        if (first.Term == _grammar.Subquery)
        {
            return new SubqueryExpression(SubqueryOf(first), At(node));
        }

        if (first.Term == _grammar.FunctionCall)
        {
            return WithSuffixes(FunctionCall(first), children[1], At(node));
        }

        if (first.Term == _grammar.Word)
        {
            string name = Identifier(first).ToUpperInvariant() + (children.Count == 3 ? " " + Spelling(children[1]) : "");
            return new TypedLiteralExpression(new TypeName(name, [], [], At(first)), (string)children[^1].Value!, At(node));
        }

        switch (first.Term.Name)
        {
            case "INTERVAL":
                string text = Convert.ToString(children[1].Value, CultureInfo.InvariantCulture)!;
                text = children.Count == 3 ? text + " " + Spelling(children[2]) : text;
                return new TypedLiteralExpression(new TypeName("INTERVAL", [], [], At(first)), text, At(node));
            case "CAST":
                return new CastExpressionSyntax(Expression(children[1]), TypeNameOf(children[2]), false, At(node));
            case "TRY_CAST":
                return new CastExpressionSyntax(Expression(children[1]), TypeNameOf(children[2]), true, At(node));
            case "CASE":
                return Case(node);
            case "ARRAY":
                return children[1].Term == _grammar.Vector ? Literal(children[1]) : new ArrayExpression(Expressions(children[1]), At(node));
            default:
                return Sign(first, Operand(children[1]), At(node));
        }
    }

    /// <summary>A sign before a whole or floating number is part of the number, so that the smallest BIGINT can be written.</summary>
    private static SqlExpression Sign(SyntaxNode sign, SqlExpression operand, SourcePosition position)
    {
        if (Is(sign, "-") && operand is LiteralExpression literal)
        {
            object? negative = literal.Value switch
            {
                long value => -value,
                (ulong)long.MaxValue + 1 => long.MinValue,
                ulong value => -new BigInteger(value),
                BigInteger value => -value,
                double value => -value,
                _ => null,
            };
            if (negative is not null)
            {
                return new LiteralExpression(literal.Kind, negative, position);
            }
        }

        return new UnaryExpression(sign.Term.Name, operand, position);
    }

    private CaseExpressionSyntax Case(SyntaxNode node)
    {
        SyntaxNodes children = node.Parts;
        SqlExpression? operand = children.Count == 4 ? Expression(children[1]) : null;
        SyntaxNodes branches = children[^2].Parts;
        var whens = new WhenClause[branches.Count];
        for (int i = 0; i < whens.Length; i++)
        {
            whens[i] = new WhenClause(Expression(branches[i].Parts[0]), Expression(branches[i].Parts[1]));
        }

        return new CaseExpressionSyntax(operand, whens, Only(children[^1]) is { } otherwise ? Expression(otherwise) : null, At(node));
    }
}
