using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Statements that read or change data, and those that steer the session.</summary>
internal sealed partial class AstBuilder
{
    private Statement Statement(SyntaxNode node)
    {
        Enter(node);
        SyntaxNode body = node.Parts[^1];
        WithClause? with = node.Parts.Count > 1 ? With(node.Parts[0]) : null;
        SourcePosition position = StatementPosition(node);
        Statement result = body.Term switch
        {
            _ when body.Term == _grammar.Query => new QueryStatement(Query(body), position),
            _ when body.Term == _grammar.Insert => Insert(body, with, position),
            _ when body.Term == _grammar.Update => Update(body, with, position),
            _ when body.Term == _grammar.Delete => Delete(body, with, position),
            _ when body.Term == _grammar.CreateObject => Create(body, position),
            _ when body.Term == _grammar.Drop => Drop(body, position),
            _ when body.Term == _grammar.AlterTable => AlterTable(body, position),
            _ when body.Term == _grammar.Transaction => Transaction(body, position),
            _ when body.Term == _grammar.Copy => Copy(body, position),
            _ when body.Term == _grammar.Setting => Setting(body, position),
            _ when body.Term == _grammar.Inspect => Inspect(body, position),
            _ => Explain(body, position),
        };
        _depth--;
        return result;
    }

    /// <summary>From the first to the last token: no trailing white space or comment.</summary>
    private SourcePosition StatementPosition(SyntaxNode node)
    {
        SourcePosition position = At(node);
        int low = 0;
        int high = _tree.Lexemes.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_tree.Lexemes[middle].Start < position.Offset + position.Length)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? position : position with { Length = Math.Max(1, _tree.Lexemes[low - 1].End - position.Offset) };
    }

    private ObjectName ObjectNameOf(SyntaxNode name) => name.Parts.Count <= 3
        ? new ObjectName(Identifiers(name), At(name))
        : throw Error(name, "the name of a table, view or index has at most three parts");

    private InsertStatement Insert(SyntaxNode node, WithClause? with, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNodes head = parts[0].Parts;
        SyntaxNode source = parts[^3];
        var overriding = InsertOverriding.None;
        if (source.Term == _grammar.OverridingQuery)
        {
            overriding = Spelling(source.Parts[0]) == "OVERRIDING USER VALUE" ? InsertOverriding.UserValue : InsertOverriding.SystemValue;
            source = source.Parts[1];
        }

        return new InsertStatement(
            ObjectNameOf(head[1]),
            head.Count > 2 ? new TableAlias(Identifier(head[2]), []) : null,
            Identifiers(parts.Count > 4 ? parts[1] : null),
            source.Term == _grammar.Query ? Query(source) : null,
            parts[^2].Parts.Count == 0 ? null : OnConflict(parts[^2]),
            Returning(parts[^1]),
            with,
            position)
        {
            Overriding = overriding,
        };
    }

    private OnConflictClause OnConflict(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNodes action = parts[2].Parts;
        string[] columns = Identifiers(Only(parts[1]));
        return action.Count == 1
            ? new OnConflictClause(columns, true, [], null, At(node))
            : new OnConflictClause(columns, false, Assignments(action[1]), OptionalExpression(action[2]), At(node));
    }

    private SelectItem[] Returning(SyntaxNode node) => Only(node) is { } items ? SelectItems(items) : [];

    private List<Assignment> Assignments(SyntaxNode list)
    {
        var result = new List<Assignment>(list.Parts.Count);
        foreach (SyntaxNode assignment in list.Parts)
        {
            SyntaxNode target = assignment.Parts[0];
            SqlExpression value = ValueOrDefault(assignment.Parts[2]);
            if (target.Parts.Count == 0)
            {
                result.Add(new Assignment(Identifier(target), value, At(assignment)));
            }
            else
            {
                AddRow(Identifiers(target), value, At(assignment), result);
            }
        }

        return result;
    }

    /// <summary><c>(a, b) = (1, 2)</c></summary>
    private static void AddRow(string[] columns, SqlExpression value, SourcePosition position, List<Assignment> result)
    {
        IReadOnlyList<SqlExpression> values = value is RowExpression row ? row.Items : [value];
        if (value is SubqueryExpression && columns.Length > 1)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "SET (...) = (SELECT ...) is not supported yet: give each column its own subquery, or use UPDATE ... FROM.", position);
        }

        if (values.Count != columns.Length)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"SET gives {values.Count} values to {columns.Length} columns.", position);
        }

        for (int i = 0; i < columns.Length; i++)
        {
            result.Add(new Assignment(columns[i], values[i], position));
        }
    }

    private UpdateStatement Update(SyntaxNode node, WithClause? with, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        return new UpdateStatement(
            ObjectNameOf(parts[1]), Alias(parts[2]), Assignments(parts[3]), Tables(Only(parts[4])), OptionalExpression(parts[5]), Returning(parts[6]), with, position);
    }

    private Statement Delete(SyntaxNode node, WithClause? with, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        if (!Is(parts[0], "TRUNCATE"))
        {
            return new DeleteStatement(
                ObjectNameOf(parts[1]), Alias(parts[2]), Tables(Only(parts[3])), OptionalExpression(parts[4]), Returning(parts[5]), with, position);
        }

        return with is null ? new TruncateStatement(ObjectNameOf(parts[1]), position) : throw Error(node, "TRUNCATE takes no WITH");
    }

    private static TransactionStatement Transaction(SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        TransactionAction action = parts[0].Term.Name switch
        {
            "BEGIN" => TransactionAction.Begin,
            "COMMIT" => TransactionAction.Commit,
            "ROLLBACK" => TransactionAction.Rollback,
            "ROLLBACK TO" => TransactionAction.RollbackTo,
            "SAVEPOINT" => TransactionAction.Savepoint,
            _ => TransactionAction.Release,
        };
        return new TransactionStatement(action, parts.Count > 1 ? Identifier(parts[1]) : null, position);
    }

    private CopyStatement Copy(SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNodes source = parts[1].Parts;
        bool fromFile = !Is(parts[2], "TO");
        QueryExpression? query = source[0].Term == _grammar.Subquery ? SubqueryOf(source[0]) : null;
        if (fromFile && query is not null)
        {
            throw Error(parts[1], "COPY ... FROM fills a table; a query can only be copied TO a file");
        }

        FunctionArgument[] options = Only(parts[^1]) is null ? [] : parts[^1].Parts[^1].Parts.Select(CopyOption);
        return new CopyStatement(
            query is null ? ObjectNameOf(source[0]) : null,
            Identifiers(source.Count > 1 ? source[1] : null),
            query,
            fromFile,
            (string)parts[^2].Value!,
            options,
            position);
    }

    /// <summary>An option without a value is switched on.</summary>
    private FunctionArgument CopyOption(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        SqlExpression value = parts.Count > 1 ? Expression(parts[1]) : new LiteralExpression(LiteralKind.Boolean, true, At(node));
        return new FunctionArgument(((string)parts[0].Value!).ToLowerInvariant(), value);
    }

    private Statement Setting(SyntaxNode node, SourcePosition position)
    {
        // SET and ON are dropped from the tree.
        SyntaxNodes parts = node.Parts;
        SyntaxNode name = parts[0].Term == _grammar.Name ? parts[0] : parts[1];
        string setting = string.Join('.', Identifiers(name));
        if (Is(parts[0], "PRAGMA") && parts.Count == 2)
        {
            return new ShowStatement(setting, position);
        }

        SqlExpression? value = parts[^1].Term == _grammar.Expression ? ValueOrDefault(parts[^1])
            : Is(parts[0], "RESET") ? null
            : new NameExpression(["on"], At(node));
        return new SetStatement(setting, value is DefaultExpression ? null : value, position);
    }

    private Statement Inspect(SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        switch (parts[0].Term.Name)
        {
            case "SHOW":
                return new ShowStatement(string.Join('.', Identifiers(parts[1])), position);
            case "SHOW ALL":
                return new ShowStatement("ALL", position);
            default:
                bool isName = parts[1].Term == _grammar.Name;
                return new DescribeStatement(isName ? ObjectNameOf(parts[1]) : null, isName ? null : Query(parts[1]), position);
        }
    }

    private ExplainStatement Explain(SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        bool analyze = Is(parts[0], "EXPLAIN ANALYZE");
        string format = "text";
        foreach (SyntaxNode option in parts.Count == 3 ? parts[1].Parts : default)
        {
            string name = Identifier(option.Parts[0]);
            string? value = option.Parts.Count > 1 ? (string)option.Parts[1].Value! : null;
            if (name.Equals("analyze", StringComparison.OrdinalIgnoreCase))
            {
                analyze = !"false".Equals(value, StringComparison.OrdinalIgnoreCase);
            }
            else if (name.Equals("format", StringComparison.OrdinalIgnoreCase) && value is not null)
            {
                format = value.ToLowerInvariant();
            }
            else
            {
                throw Error(option, "EXPLAIN knows the options ANALYZE and FORMAT text or json");
            }
        }

        return new ExplainStatement(Statement(parts[^1]), analyze, format, position);
    }
}
