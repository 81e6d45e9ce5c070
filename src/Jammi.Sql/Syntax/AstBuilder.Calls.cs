using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Function calls, their special forms, and windows.</summary>
internal sealed partial class AstBuilder
{
    private static FunctionCallExpression Call(string name, IReadOnlyList<SqlExpression> arguments, SourcePosition position) =>
        new([name], [.. arguments.Select(argument => new FunctionArgument(null, argument))], false, [], null, false, null, position);

    private FunctionCallExpression FunctionCall(SyntaxNode node)
    {
        SyntaxNodes children = node.Parts;
        SyntaxNode head = children[0];
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

    private FunctionCallExpression GeneralCall(string[] name, SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes children = node.Parts;
        if (children.Count == 0)
        {
            return Call(name[0], [], position) with { Name = name };
        }

        if (children.Count == 1)
        {
            return Call(name[0], [new StarExpression([], [], At(children[0]))], position) with { Name = name };
        }

        SyntaxNodes arguments = children[^3].Parts;
        var values = new FunctionArgument[arguments.Count];
        for (int i = 0; i < values.Length; i++)
        {
            SyntaxNodes parts = arguments[i].Parts;
            values[i] = new FunctionArgument(parts.Count == 1 ? null : Identifier(parts[0]), Expression(parts[^1]));
        }

        return new FunctionCallExpression(
            name, values, Is(children[0], "DISTINCT"), OrderItems(Only(children[^2])), null, IgnoresNulls(Only(children[^1])), null, position);
    }

    /// <summary>EXTRACT, SUBSTRING, TRIM and OVERLAY as the standard writes them.</summary>
    private FunctionCallExpression SpecialCall(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        SourcePosition position = At(node);
        switch (parts[0].Term.Name)
        {
            case "EXTRACT":
                string field = ((string)parts[1].Value!).ToLowerInvariant();
                return Call("extract", [new LiteralExpression(LiteralKind.Text, field, At(parts[1])), Expression(parts[2])], position);
            case "TRIM":
                return Trim(parts, position);
            case "SUBSTRING" when Is(parts[2], "FOR"):
                var one = new LiteralExpression(LiteralKind.Integer, 1L, At(parts[2]));
                return Call("substring", [Expression(parts[1]), one, Expression(parts[3])], position);
            default:
                SqlExpression[] arguments = [.. parts.AsEnumerable().Skip(1).Where(part => part.Term == _grammar.Expression).Select(Expression)];
                return Call(parts[0].Term.Name.ToLowerInvariant(), arguments, position);
        }
    }

    /// <summary>The forms are [side] [characters] [FROM] string; FROM is dropped from the tree.</summary>
    private FunctionCallExpression Trim(SyntaxNodes parts, SourcePosition position)
    {
        SqlExpression[] arguments = [.. parts.AsEnumerable().Skip(1).Where(part => part.Term == _grammar.Expression).Select(Expression)];
        string name = parts[1].Term.Name switch { "LEADING" => "ltrim", "TRAILING" => "rtrim", _ => "trim" };
        return Call(name, arguments is [var characters, var text] ? [text, characters] : arguments, position);
    }

    private FunctionCallExpression WithSuffixes(FunctionCallExpression call, SyntaxNode suffixes, SourcePosition position)
    {
        foreach (SyntaxNode suffix in suffixes.Parts)
        {
            SyntaxNodes parts = suffix.Parts;
            SyntaxNode head = parts[0];
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

    private static bool IgnoresNulls(SyntaxNode? keyword) => keyword is { } found && Spelling(found).StartsWith("IGNORE", StringComparison.Ordinal);

    /// <summary>A window by name, or written out in parentheses.</summary>
    private WindowSpecification Window(SyntaxNode node)
    {
        if (node.Term == _grammar.Word)
        {
            return new WindowSpecification(Identifier(node), [], [], null, At(node));
        }

        SyntaxNodes parts = node.Parts;
        return new WindowSpecification(
            Only(parts[0]) is { } name ? Identifier(name) : null,
            Only(parts[1]) is { } partition ? Expressions(partition) : [],
            OrderItems(Only(parts[2])),
            parts[3].Parts.Count == 0 ? null : Frame(parts[3]),
            At(node));
    }

    private WindowFrame Frame(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
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

    private FrameBound Bound(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
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
