using System.Globalization;
using System.Numerics;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Expressions: comparisons and logic first, then operands, then what operands are made of.</summary>
internal sealed partial class AstBuilder
{
    private SqlExpression[] Expressions(SyntaxNode list)
    {
        SyntaxNodes children = list.Parts;
        var result = new SqlExpression[children.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Expression(children[i]);
        }

        return result;
    }

    private SqlExpression Expression(SyntaxNode node)
    {
        SyntaxNode first = node.Parts[0];
        if (node.Parts.Count == 1)
        {
            return first.Term == _grammar.Operand ? Operand(first)
                : throw Error(node, "DEFAULT stands for a whole value of INSERT ... VALUES or of SET, not for a part of an expression");
        }

        Enter(node);
        SqlExpression result = first.Term == _grammar.Operand ? Comparison(node) : Logical(node);
        _depth--;
        return result;
    }

    /// <summary>An expression where the word DEFAULT is allowed too.</summary>
    private SqlExpression ValueOrDefault(SyntaxNode node) =>
        node.Parts.Count == 1 && Is(node.Parts[0], "DEFAULT") ? new DefaultExpression(At(node)) : Expression(node);

    private SqlExpression Logical(SyntaxNode node)
    {
        SyntaxNodes children = node.Parts;
        SyntaxNode first = children[0];
        if (first.Term != _grammar.Expression)
        {
            return Is(first, "EXISTS")
                ? new ExistsExpression(SubqueryOf(children[1]), At(node))
                : new UnaryExpression("NOT", Expression(children[1]), At(node));
        }

        SyntaxNode operation = children[1];
        if (Is(operation, "IS NULL"))
        {
            string spelling = Spelling(operation);
            return new IsExpression(Expression(first), spelling[(spelling.LastIndexOf(' ') + 1)..], spelling.Contains("NOT", StringComparison.Ordinal), At(node));
        }

        return Is(operation, "IS DISTINCT FROM")
            ? new IsDistinctExpression(Expression(first), Operand(children[2]), Spelling(operation).Contains("NOT", StringComparison.Ordinal), At(node))
            : LogicalChain(node, operation.Term);
    }

    private LogicalChainExpression LogicalChain(SyntaxNode node, Irony.Parsing.BnfTerm operation)
    {
        var operands = new List<SqlExpression>();
        SourcePosition position = At(node);
        while (node.Parts.Count == 3 && node.Parts[1].Term == operation)
        {
            operands.Add(Expression(node.Parts[2]));
            node = node.Parts[0];
        }

        operands.Add(Expression(node));
        operands.Reverse();
        return new LogicalChainExpression(operation.Name == "AND", operands, position);
    }

    private SqlExpression Comparison(SyntaxNode node)
    {
        SyntaxNodes children = node.Parts;
        SyntaxNode operation = children[1];
        string spelling = Spelling(operation);
        bool negated = spelling.StartsWith("NOT ", StringComparison.Ordinal);
        SqlExpression operand = Operand(children[0]);
        switch (operation.Term.Name)
        {
            case "BETWEEN":
                return new BetweenExpression(operand, Operand(children[2]), Operand(children[4]), negated, spelling.EndsWith(" SYMMETRIC", StringComparison.Ordinal), At(node));
            case "LIKE":
                SqlExpression? escape = children.Count > 3 ? Operand(children[4]) : null;
                return new LikeExpression(LikeKindOf(spelling), operand, Operand(children[2]), escape, negated, At(node));
            case "IN":
                return Membership(operand, children[2], negated, At(node));
        }

        spelling = spelling switch { "!=" => "<>", "==" => "=", _ => spelling };
        if (children.Count == 3)
        {
            return new BinaryExpression(spelling, operand, Operand(children[2]), At(node));
        }

        bool isAll = Is(children[2], "ALL");
        return children[3].Term == _grammar.Subquery
            ? new QuantifiedExpression(operand, spelling, isAll, SubqueryOf(children[3]), null, At(node))
            : new QuantifiedExpression(operand, spelling, isAll, null, Expression(children[3]), At(node));
    }

    private static LikeKind LikeKindOf(string spelling) =>
        spelling.EndsWith("ILIKE", StringComparison.Ordinal) ? LikeKind.ILike
        : spelling.EndsWith("LIKE", StringComparison.Ordinal) ? LikeKind.Like
        : spelling.EndsWith("GLOB", StringComparison.Ordinal) ? LikeKind.Glob
        : LikeKind.SimilarTo;

    private SqlExpression Membership(SqlExpression operand, SyntaxNode member, bool negated, SourcePosition position)
    {
        if (Only(member) is not { } list)
        {
            return new InListExpression(operand, [], negated, position);
        }

        if (list.Term == _grammar.Subquery)
        {
            return new InSubqueryExpression(operand, SubqueryOf(list), negated, position);
        }

        SqlExpression[] items = list.Term == _grammar.Expressions ? Expressions(list) : [Atom(list)];
        return new InListExpression(operand, items, negated, position);
    }

    private SqlExpression Operand(SyntaxNode node)
    {
        if (!ContinuesOperand(node))
        {
            return Primary(node);
        }

        int depth = _depth;
        var spine = new List<SyntaxNode>();
        for (; ContinuesOperand(node); node = node.Parts[0])
        {
            spine.Add(node);
        }

        Enter(spine[0], spine.Count);
        SqlExpression result = Primary(node);
        for (int i = spine.Count - 1; i >= 0; i--)
        {
            _depth = depth + i + 1;
            result = Continuation(result, spine[i]);
        }

        _depth = depth;
        return result;
    }

    /// <summary>Whether the node is a smaller operand with something behind it: an operator, a cast, a subscript.</summary>
    private bool ContinuesOperand(SyntaxNode node) => node.Parts.Count > 1 && node.Parts[0].Term == _grammar.Operand;

    private SqlExpression Continuation(SqlExpression left, SyntaxNode node)
    {
        SyntaxNodes children = node.Parts;
        SyntaxNode second = children[1];
        if (second.Term == _grammar.Expression || Is(second, ":"))
        {
            return Subscript(left, node);
        }

        SyntaxNode right = children[2];
        if (right.Term == _grammar.TypeName)
        {
            return new CastExpressionSyntax(left, TypeNameOf(right), false, At(node));
        }

        return Is(second, "AT TIME ZONE")
            ? Call("timezone", [Operand(right), left], At(node))
            : new BinaryExpression(Spelling(second), left, Operand(right), At(node));
    }

    private SubscriptExpression Subscript(SqlExpression operand, SyntaxNode node)
    {
        SyntaxNodes children = node.Parts;
        SyntaxNode last = children[^1];
        bool isSlice = children.Count > 2;
        SqlExpression? low = children[1].Term == _grammar.Expression ? Expression(children[1]) : null;
        SqlExpression? high = isSlice && last.Term == _grammar.Expression ? Expression(last) : null;
        return new SubscriptExpression(operand, low, high, isSlice, At(node));
    }

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
