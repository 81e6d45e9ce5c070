using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Expressions: comparisons and logic first, then operands with what follows them.</summary>
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
            case "LIKE" when Is(children[2], "ANY") || Is(children[2], "ALL"):
                bool ofAll = Is(children[2], "ALL");
                return children[3].Term == _grammar.Subquery
                    ? new QuantifiedLikeExpression(LikeKindOf(spelling), operand, [], SubqueryOf(children[3]), ofAll, negated, At(node))
                    : new QuantifiedLikeExpression(LikeKindOf(spelling), operand, Expressions(children[3]), null, ofAll, negated, At(node));
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
}
