using System.Globalization;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Queries and the tables they read.</summary>
internal sealed partial class AstBuilder
{
    private QueryExpression SubqueryOf(SyntaxNode subquery) => Query(subquery.Parts[0]);

    private QueryExpression Query(SyntaxNode node)
    {
        Enter(node);
        SyntaxNodes parts = node.Parts;
        WithClause? with = parts.Count == 4 ? With(parts[0]) : null;
        QueryBody body = Body(parts[^3]);
        OrderItem[] orderBy = OrderItems(Only(parts[^2]));
        var result = new QueryExpression(with, body, orderBy, null, null, false, At(node));
        foreach (SyntaxNode limit in parts[^1].Parts)
        {
            result = Limited(result, limit);
        }

        _depth--;
        return result;
    }

    private QueryExpression Limited(QueryExpression query, SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        if (Is(parts[0], "OFFSET"))
        {
            return query.Offset is null ? query with { Offset = Expression(parts[1]) } : throw Error(node, "this query has an OFFSET already");
        }

        if (query.Limit is not null)
        {
            throw Error(node, "this query has a LIMIT already");
        }

        SqlExpression? limit = parts[1].Term == _grammar.Expression ? Expression(parts[1])
            : Is(parts[0], "FETCH FIRST") ? new LiteralExpression(LiteralKind.Integer, 1L, At(node))
            : null;
        return query with { Limit = limit, WithTies = Is(parts[^1], "ROWS WITH TIES") };
    }

    private WithClause With(SyntaxNode node)
    {
        SyntaxNodes tables = node.Parts[^1].Parts;
        var result = new CommonTableExpression[tables.Count];
        for (int i = 0; i < result.Length; i++)
        {
            SyntaxNodes parts = tables[i].Parts;
            string[] columns = parts[1].Term == _grammar.NameList ? Identifiers(parts[1]) : [];
            bool? materialized = Is(parts[^2], "MATERIALIZED") ? true : Is(parts[^2], "NOT MATERIALIZED") ? false : null;
            result[i] = new CommonTableExpression(Identifier(parts[0]), columns, SubqueryOf(parts[^1]), materialized, At(tables[i]));
        }

        return new WithClause(node.Parts.Count == 3, result);
    }

    private QueryBody Body(SyntaxNode node)
    {
        int depth = _depth;
        var spine = new List<SyntaxNode>();
        for (; node.Parts.Count == 3; node = node.Parts[0])
        {
            spine.Add(node);
        }

        Enter(node, spine.Count);
        QueryBody result = SingleBody(node);
        for (int i = spine.Count - 1; i >= 0; i--)
        {
            _depth = depth + i + 1;
            string spelling = Spelling(spine[i].Parts[1]);
            SetOperation operation = spelling[0] switch { 'U' => SetOperation.Union, 'I' => SetOperation.Intersect, _ => SetOperation.Except };
            bool all = spelling.EndsWith(" ALL", StringComparison.Ordinal);
            result = new SetOperationBody(operation, all, result, Body(spine[i].Parts[2]), At(spine[i]));
        }

        _depth = depth;
        return result;
    }

    private QueryBody SingleBody(SyntaxNode node)
    {
        SyntaxNode first = node.Parts[0];
        if (first.Term == _grammar.Select)
        {
            return Select(first);
        }

        if (first.Term == _grammar.Values)
        {
            return Values(first);
        }

        if (first.Term == _grammar.Subquery)
        {
            // Parentheses that hold nothing but a body change nothing.
            QueryExpression query = SubqueryOf(first);
            bool isBare = query is { With: null, OrderBy.Count: 0, Limit: null, Offset: null };
            return isBare ? query.Body : new NestedQuery(query, At(first));
        }

        var star = new SelectItem(new StarExpression([], [], At(first)), null);
        var table = new NamedTable(Identifiers(node.Parts[1]), false, null, At(node.Parts[1]));
        return new SelectBody(false, [], [star], table, null, null, null, [], null, At(node));
    }

    private ValuesBody Values(SyntaxNode node)
    {
        SyntaxNodes rows = node.Parts[0].Parts;
        var result = new IReadOnlyList<SqlExpression>[rows.Count];
        for (int i = 0; i < result.Length; i++)
        {
            SyntaxNodes values = rows[i].Parts;
            var row = new SqlExpression[values.Count];
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = ValueOrDefault(values[j]);
            }

            result[i] = row;
        }

        return new ValuesBody(result, At(node));
    }

    private SelectBody Select(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNode? quantifier = Only(parts[0]);
        bool isDistinctOn = quantifier is { } on && on.Term == _grammar.Expressions;
        return new SelectBody(
            quantifier is { } word && Is(word, "DISTINCT"),
            isDistinctOn ? Expressions(quantifier!.Value) : [],
            SelectItems(parts[1]),
            Tables(Only(parts[2])),
            OptionalExpression(parts[3]),
            parts[4].Parts.Count == 0 ? null : GroupBy(parts[4]),
            OptionalExpression(parts[5]),
            Only(parts[6]) is { } windows ? windows.Parts.Select(NamedWindow) : [],
            OptionalExpression(parts[7]),
            At(node));
    }

    private SqlExpression? OptionalExpression(SyntaxNode clause) => Only(clause) is { } expression ? Expression(expression) : null;

    private NamedWindow NamedWindow(SyntaxNode node) => new(Identifier(node.Parts[0]), Window(node.Parts[1]));

    private SelectItem[] SelectItems(SyntaxNode list)
    {
        var result = new SelectItem[list.Parts.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = SelectItem(list.Parts[i]);
        }

        return result;
    }

    private SelectItem SelectItem(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNode first = parts[0];
        if (first.Term == _grammar.Expression)
        {
            return new SelectItem(Expression(first), parts.Count > 1 ? Identifier(parts[1]) : null);
        }

        string[] qualifier = first.Term == _grammar.Name ? Identifiers(first) : [];
        string[] exclude = parts[^1].Term == _grammar.NameList ? Identifiers(parts[^1]) : [];
        return new SelectItem(new StarExpression(qualifier, exclude, At(node)), null);
    }

    private GroupByClause GroupBy(SyntaxNode node)
    {
        SyntaxNode list = node.Parts[0];
        return Is(list, "ALL") ? new GroupByClause(true, []) : new GroupByClause(false, list.Parts.Select(GroupingElement));
    }

    private GroupingElement GroupingElement(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        if (parts.Count == 0)
        {
            return new GroupingElement(GroupingKind.GroupingSets, [[]]);
        }

        SyntaxNode first = parts[0];
        if (first.Term == _grammar.Expression)
        {
            return new GroupingElement(GroupingKind.Expression, [[Expression(first)]]);
        }

        if (Is(first, "GROUPING SETS"))
        {
            return new GroupingElement(GroupingKind.GroupingSets, [.. parts[1].Parts.AsEnumerable().SelectMany(GroupingSets)]);
        }

        GroupingKind kind = Is(first, "ROLLUP") ? GroupingKind.Rollup : GroupingKind.Cube;
        return new GroupingElement(kind, [.. Expressions(parts[1]).Select(MembersOf)]);
    }

    /// <summary>The sets that one member of GROUPING SETS stands for; ROLLUP and CUBE within the list are written out.</summary>
    private IReadOnlyList<IReadOnlyList<SqlExpression>> GroupingSets(SyntaxNode node)
    {
        GroupingElement element = GroupingElement(node);
        return element.Kind switch
        {
            GroupingKind.Expression => [MembersOf(element.Sets[0][0])],
            GroupingKind.Rollup => [.. Enumerable.Range(0, element.Sets.Count + 1).Select(dropped => Union(element.Sets.SkipLast(dropped)))],
            GroupingKind.Cube when element.Sets.Count > 12 => throw Error(node, "CUBE takes at most 12 columns here"),
            GroupingKind.Cube => [.. Enumerable.Range(0, 1 << element.Sets.Count).Select(mask => Union(element.Sets.Where((_, i) => (mask >> i & 1) == 0)))],
            _ => element.Sets,
        };

        static SqlExpression[] Union(IEnumerable<IReadOnlyList<SqlExpression>> sets) => [.. sets.SelectMany(set => set)];
    }

    /// <summary>A row <c>(a, b)</c> is a set of its members, anything else a set of one.</summary>
    private static IReadOnlyList<SqlExpression> MembersOf(SqlExpression expression) => expression is RowExpression row ? row.Items : [expression];

    private OrderItem[] OrderItems(SyntaxNode? list)
    {
        if (list is not { } items)
        {
            return [];
        }

        var result = new OrderItem[items.Count];
        for (int i = 0; i < result.Length; i++)
        {
            SyntaxNodes parts = items[i].Parts;
            bool? nullsFirst = Is(parts[^1], "NULLS FIRST") ? Spelling(parts[^1]) == "NULLS FIRST" : null;
            result[i] = new OrderItem(Is(parts[0], "ALL") ? new EveryColumnExpression(At(parts[0])) : Expression(parts[0]), parts.Count > 1 && Is(parts[1], "DESC"), nullsFirst);
        }

        return result;
    }

    /// <summary>A list of tables; commas are cross joins.</summary>
    private TableReference? Tables(SyntaxNode? list)
    {
        if (list is not { } tables)
        {
            return null;
        }

        int depth = _depth;
        Enter(tables, tables.Count);
        TableReference result = Table(tables[0]);
        for (int i = 1; i < tables.Count; i++)
        {
            SyntaxNode table = tables[i];
            TableReference right = Table(table);
            result = new JoinReference(JoinKind.Cross, result, right, null, null, false, At(table));
        }

        _depth = depth;
        return result;
    }

    private TableReference Table(SyntaxNode node)
    {
        int depth = _depth;
        var spine = new List<SyntaxNode>();
        for (; node.Term == _grammar.JoinedTable; node = node.Parts[0])
        {
            spine.Add(node);
        }

        Enter(node, spine.Count + 1);
        TableReference result = SingleTable(node);
        for (int i = spine.Count - 1; i >= 0; i--)
        {
            _depth = depth + i + 1;
            result = Join(result, spine[i]);
        }

        _depth = depth;
        return result;
    }

    private JoinReference Join(TableReference left, SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        string spelling = Spelling(parts[1]);
        TableReference right = Table(parts[2]);
        SyntaxNode? condition = parts.Count > 3 ? parts[3] : null;
        SqlExpression? on = condition is { } written && written.Term == _grammar.Expression ? Expression(written) : null;
        string[]? columns = condition is not null && on is null ? Identifiers(condition) : null;
        bool natural = spelling.StartsWith("NATURAL", StringComparison.Ordinal);
        return new JoinReference(JoinKindOf(spelling), left, right, on, columns, natural, At(node));
    }

    private static JoinKind JoinKindOf(string spelling) =>
        spelling.Contains("SEMI", StringComparison.Ordinal) ? JoinKind.Semi
        : spelling.Contains("ANTI", StringComparison.Ordinal) ? JoinKind.Anti
        : spelling.Contains("LEFT", StringComparison.Ordinal) ? JoinKind.Left
        : spelling.Contains("RIGHT", StringComparison.Ordinal) ? JoinKind.Right
        : spelling.Contains("FULL", StringComparison.Ordinal) ? JoinKind.Full
        : spelling.Contains("CROSS", StringComparison.Ordinal) ? JoinKind.Cross
        : JoinKind.Inner;

    private TableReference SingleTable(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNode first = parts[0];
        if (first.Term == _grammar.JoinedTable)
        {
            return Table(first);
        }

        bool lateral = Is(first, "LATERAL");
        SyntaxNode source = lateral ? parts[1] : first;
        if (source.Term == _grammar.Subquery)
        {
            return lateral
                ? new DerivedTable(SubqueryOf(source), lateral, Alias(parts[^1]), At(node))
                : Sampled(new DerivedTable(SubqueryOf(source), lateral, Alias(parts[1]), At(node)), parts[2]);
        }

        if (source.Term == _grammar.FunctionCall)
        {
            bool withOrdinality = Is(parts[1], "WITH ORDINALITY");
            return lateral || withOrdinality
                ? new TableFunctionReference(FunctionCall(source), lateral, withOrdinality, Alias(parts[^1]), At(node))
                : Sampled(new TableFunctionReference(FunctionCall(source), lateral, withOrdinality, Alias(parts[1]), At(node)), parts[2]);
        }

        return Sampled(
            source.Term == _grammar.Name
                ? new NamedTable(Identifiers(source), false, Alias(parts[1]), At(source))
                : new NamedTable([(string)source.Value!], true, Alias(parts[1]), At(source)),
            parts[2]);
    }

    private TableReference Sampled(TableReference table, SyntaxNode sample) => Sample(sample) is { } how ? new SampledTable(table, how, table.Position) : table;

    private static TableAlias? Alias(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        return parts.Count == 0 ? null : new TableAlias(Identifier(parts[0]), Identifiers(parts.Count > 1 ? parts[1] : null));
    }

    private TableSample? Sample(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        if (parts.Count == 0)
        {
            return null;
        }

        SyntaxNodes method = parts[0].Parts;
        SyntaxNodes size = method[^1].Parts;
        double amount = Convert.ToDouble(size[0].Value, CultureInfo.InvariantCulture);
        SampleUnit unit = size.Count == 1 ? SampleUnit.Unsaid
            : Is(size[1], "ROWS") ? SampleUnit.Rows
            : Is(size[1], "PERCENT") || size[1].Text is "%" ? SampleUnit.Percent
            : throw Error(size[1], "TABLESAMPLE takes a percentage, as in TABLESAMPLE 10 PERCENT, or a number of rows, as in TABLESAMPLE 100 ROWS");
        return new TableSample(method.Count > 1 ? Identifier(method[0]).ToLowerInvariant() : null, amount, unit, parts.Count > 1 ? Count(parts[1]) : null);
    }
}
