using Irony.Parsing;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Function calls, their special forms, and windows.</summary>
internal sealed partial class AstBuilder
{
    private static FunctionCallExpression Call(string name, IReadOnlyList<SqlExpression> arguments, SourcePosition position) =>
        new([name], [.. arguments.Select(argument => new FunctionArgument(null, argument))], false, [], null, false, null, position);

    private FunctionCallExpression FunctionCall(ParseTreeNode node)
    {
        ParseTreeNodeList children = node.ChildNodes;
        ParseTreeNode head = children[0];
        if (children.Count > 2)
        {
            return SpecialCall(node);
        }

        string[] name = head.Term == _grammar.Name ? Identifiers(head) : [Identifier(head).ToLowerInvariant()];
        FunctionCallExpression call = GeneralCall(name, children[1], At(node));
        bool isPosition = call is { Name: [var only], Arguments: [{ Value: InListExpression { Items.Count: 1, Negated: false } }] }
            && only.Equals("position", StringComparison.OrdinalIgnoreCase);
        return isPosition && call.Arguments[0].Value is InListExpression search
            ? Call("position", [search.Operand, search.Items[0]], call.Position)
            : call;
    }

    private FunctionCallExpression GeneralCall(string[] name, ParseTreeNode node, SourcePosition position)
    {
        ParseTreeNodeList children = node.ChildNodes;
        if (children.Count == 0)
        {
            return Call(name[0], [], position) with { Name = name };
        }

        if (children.Count == 1)
        {
            return Call(name[0], [new StarExpression([], [], At(children[0]))], position) with { Name = name };
        }

        ParseTreeNodeList arguments = children[^3].ChildNodes;
        var values = new FunctionArgument[arguments.Count];
        for (int i = 0; i < values.Length; i++)
        {
            ParseTreeNodeList parts = arguments[i].ChildNodes;
            values[i] = new FunctionArgument(parts.Count == 1 ? null : Identifier(parts[0]), Expression(parts[^1]));
        }

        return new FunctionCallExpression(
            name, values, Is(children[0], "DISTINCT"), OrderItems(Only(children[^2])), null, IgnoresNulls(Only(children[^1])), null, position);
    }

    /// <summary>EXTRACT, SUBSTRING, TRIM and OVERLAY as the standard writes them.</summary>
    private FunctionCallExpression SpecialCall(ParseTreeNode node)
    {
        ParseTreeNodeList parts = node.ChildNodes;
        SourcePosition position = At(node);
        switch (parts[0].Term.Name)
        {
            case "EXTRACT":
                string field = ((string)parts[1].Token.Value).ToLowerInvariant();
                return Call("extract", [new LiteralExpression(LiteralKind.Text, field, At(parts[1])), Expression(parts[2])], position);
            case "TRIM":
                return Trim(parts, position);
            case "SUBSTRING" when Is(parts[2], "FOR"):
                var one = new LiteralExpression(LiteralKind.Integer, 1L, At(parts[2]));
                return Call("substring", [Expression(parts[1]), one, Expression(parts[3])], position);
            default:
                SqlExpression[] arguments = [.. parts.Skip(1).Where(part => part.Term == _grammar.Expression).Select(Expression)];
                return Call(parts[0].Term.Name.ToLowerInvariant(), arguments, position);
        }
    }

    /// <summary>The forms are [side] [characters] [FROM] string; FROM is dropped from the tree.</summary>
    private FunctionCallExpression Trim(ParseTreeNodeList parts, SourcePosition position)
    {
        SqlExpression[] arguments = [.. parts.Skip(1).Where(part => part.Term == _grammar.Expression).Select(Expression)];
        string name = parts[1].Term.Name switch { "LEADING" => "ltrim", "TRAILING" => "rtrim", _ => "trim" };
        return Call(name, arguments is [var characters, var text] ? [text, characters] : arguments, position);
    }

    private FunctionCallExpression WithSuffixes(FunctionCallExpression call, ParseTreeNode suffixes, SourcePosition position)
    {
        foreach (ParseTreeNode suffix in suffixes.ChildNodes)
        {
            ParseTreeNodeList parts = suffix.ChildNodes;
            ParseTreeNode head = parts[0];
            call = head.Term.Name switch
            {
                _ when call.Over is not null => throw Error(suffix, "nothing more may follow OVER"),
                "FILTER" when call.Filter is null => call with { Filter = Expression(parts[1]) },
                "WITHIN GROUP" when call.OrderBy.Count == 0 => call with { OrderBy = OrderItems(parts[1]) },
                "OVER" => call with { Over = Window(parts[1]) },
                "IGNORE NULLS OVER" => call with { IgnoreNulls = IgnoresNulls(head), Over = Window(parts[1]) },
                _ => throw Error(suffix, $"this call has its {(head.Term.Name == "FILTER" ? "FILTER" : "ORDER BY")} already"),
            };
        }

        return call with { Position = position };
    }

    private static bool IgnoresNulls(ParseTreeNode? keyword) => keyword is not null && Spelling(keyword).StartsWith("IGNORE", StringComparison.Ordinal);

    /// <summary>A window by name, or written out in parentheses.</summary>
    private WindowSpecification Window(ParseTreeNode node)
    {
        if (node.Term == _grammar.Word)
        {
            return new WindowSpecification(Identifier(node), [], [], null, At(node));
        }

        ParseTreeNodeList parts = node.ChildNodes;
        return new WindowSpecification(
            Only(parts[0]) is { } name ? Identifier(name) : null,
            Only(parts[1]) is { } partition ? Expressions(partition) : [],
            OrderItems(Only(parts[2])),
            parts[3].ChildNodes.Count == 0 ? null : Frame(parts[3]),
            At(node));
    }

    private WindowFrame Frame(ParseTreeNode node)
    {
        ParseTreeNodeList parts = node.ChildNodes;
        bool isBetween = parts.Count > 3;
        FrameUnit unit = Spelling(parts[0]) switch { "RANGE" => FrameUnit.Range, "GROUPS" => FrameUnit.Groups, _ => FrameUnit.Rows };
        FrameBound start = Bound(parts[isBetween ? 2 : 1]);
        FrameBound end = isBetween ? Bound(parts[4]) : new FrameBound(FrameBoundKind.CurrentRow, null);
        string exclusion = Only(parts[^1]) is { } exclude ? Spelling(exclude)["EXCLUDE".Length..].Trim() : "NO OTHERS";
        if (exclusion.Length == 0)
        {
            throw Error(parts[^1], "EXCLUDE of a frame is followed by NO OTHERS, CURRENT ROW, GROUP or TIES");
        }

        return new WindowFrame(unit, start, end, exclusion);
    }

    private FrameBound Bound(ParseTreeNode node)
    {
        ParseTreeNodeList parts = node.ChildNodes;
        string spelling = Spelling(parts[^1]);
        return spelling switch
        {
            "UNBOUNDED PRECEDING" => new FrameBound(FrameBoundKind.UnboundedPreceding, null),
            "UNBOUNDED FOLLOWING" => new FrameBound(FrameBoundKind.UnboundedFollowing, null),
            "CURRENT ROW" => new FrameBound(FrameBoundKind.CurrentRow, null),
            "PRECEDING" => new FrameBound(FrameBoundKind.Preceding, Operand(parts[0])),
            _ => new FrameBound(FrameBoundKind.Following, Operand(parts[0])),
        };
    }
}
