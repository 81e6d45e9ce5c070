using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>SELECT: FROM, WHERE, grouping, windows, the select list, DISTINCT and ORDER BY, in the order in which SQL computes them.</summary>
internal sealed partial class Binder
{
    /// <summary>A column of the select list.</summary>
    sealed record BoundItem(string Name, Expression Expression, ColumnOrigin? Origin, SourcePosition Position);

    /// <summary>An ORDER BY or DISTINCT ON item: an output column, or an expression of its own.</summary>
    sealed record BoundOrder(int Output, Expression? Expression, SourcePosition Position);

    /// <param name="query">Whose ORDER BY and limits apply to this SELECT; null for an operand of a set operation.</param>
    LogicalPlan BindSelect(SelectBody select, QueryExpression? query, Scope? outer, CteFrame? tables)
    {
        FromItem from = select.From is null
            ? new FromItem(LogicalValues.OneRow, default, default)
            : BindFrom(select.From, outer, outer, tables);
        LogicalPlan plan = from.Plan;
        Scope scope = from.ToScope(outer);
        if (select.Where is { } where)
        {
            FilterBy(ref plan, where, new ExpressionContext(scope, tables, "WHERE"));
        }

        IReadOnlyList<SelectItem> written = select.Items;
        if (BindSelectUnnest(select, plan, from, outer, tables) is var (unnested, shown, replaced))
        {
            from = unnested;
            plan = unnested.Plan;
            scope = shown;
            written = replaced;
        }

        var aggregates = new AggregateCollector();
        var windows = new WindowCollector(select.Windows);
        var context = new ExpressionContext(scope, tables, "SELECT") { Aggregates = aggregates, Windows = windows };
        List<BoundItem> items = BindItems(written, from, context);
        var aliased = context with { Aliases = AliasesOf(written, items) };

        Grouping? grouping = BindGroupBy(select.GroupBy, items, aliased);
        Expression? having = select.Having is null ? null : BindCondition(select.Having, aliased with { Clause = "HAVING", Windows = null }, "the condition of HAVING");
        Expression? qualify = select.Qualify is null ? null : BindCondition(select.Qualify, aliased with { Clause = "QUALIFY" }, "the condition of QUALIFY");
        List<BoundOrder> on = [.. select.DistinctOn.Select(e => BindOrder(e, items, aliased with { Clause = "DISTINCT ON" }))];
        if (!ReferenceEquals(written, select.Items) && (aggregates.Calls.Count > 0 || windows.Calls.Count > 0))
        {
            throw UnnestBesideGroups(select);
        }

        query = query is null ? null : query with { OrderBy = EveryColumn(query.OrderBy, items.Count) };
        IReadOnlyList<OrderItem> orderBy = query?.OrderBy ?? [];
        List<BoundOrder> order = [.. orderBy.Select(o => BindOrder(o.Expression, items, aliased with { Clause = "ORDER BY" }))];

        // From here expressions are moved, step by step, from FROM's columns to those of the node last put on top.
        Func<Expression, Expression> move = e => e;
        if (grouping is not null || aggregates.Calls.Count > 0 || having is not null)
        {
            grouping ??= Grouping.None;
            plan = Aggregate(plan, grouping, aggregates.Calls);
            var grouped = new GroupedExpressions(grouping, (LogicalAggregate)plan, positions);
            move = grouped.Rewrite;
            if (having is not null)
            {
                FilterBy(ref plan, move(having));
            }
        }

        if (windows.Calls.Count > 0)
        {
            // Subqueries in windows put columns on the plan first.
            List<PendingWindow> moved = MoveWindows(ref plan, windows.Calls, move);
            plan = AddWindows(plan, moved, out ColumnExpression[] results);
            Func<Expression, Expression> below = move;
            move = e => below(e).Transform(part => part is WindowReference window ? results[window.Index] : part);
        }

        if (qualify is not null)
        {
            FilterBy(ref plan, move(qualify));
        }

        return ProjectAndSort(plan, select, query, items, on, order, move, outer, tables);
    }

    LogicalPlan ProjectAndSort(
        LogicalPlan plan,
        SelectBody select,
        QueryExpression? query,
        List<BoundItem> items,
        List<BoundOrder> on,
        List<BoundOrder> order,
        Func<Expression, Expression> move,
        Scope? outer,
        CteFrame? tables)
    {
        var expressions = new List<Expression>();
        var columns = new List<OutputColumn>();
        foreach (BoundItem item in items)
        {
            Expression expression = AttachSubqueries(ref plan, move(item.Expression));
            expressions.Add(expression);
            columns.Add(new(item.Name, expression.Type, expression.Nullable, item.Origin));
        }

        ColumnExpression Place(BoundOrder item, string clause)
        {
            int place = item.Output;
            if (item.Expression is not null)
            {
                Expression expression = AttachSubqueries(ref plan, move(item.Expression));
                place = expressions.FindIndex(e => ExpressionEquality.AreSame(e, expression));
                if (place < 0 && select.Distinct && select.DistinctOn.Count == 0)
                {
                    throw new SqlException(SqlErrorCode.InvalidStatement, $"with SELECT DISTINCT, an expression of {clause} must be in the select list.", item.Position);
                }

                if (place < 0)
                {
                    place = expressions.Count;
                    expressions.Add(expression);
                    columns.Add(new($"_order{place}", expression.Type, expression.Nullable));
                }
            }

            return new(place, columns[place].Name, columns[place].Type, columns[place].Nullable);
        }

        ValueList<Expression> distinctOn = on.Select(o => (Expression)Place(o, "DISTINCT ON")).ToArray().ToValueList();
        ValueList<SortKey> keys = order.Select((o, i) => ToSortKey(query!.OrderBy[i], Place(o, "ORDER BY"))).ToArray().ToValueList();
        plan = new LogicalProject(plan, expressions.ToValueList(), new PlanSchema(columns.ToValueList()));
        if (select.DistinctOn.Count > 0)
        {
            plan = keys.Count > 0 ? new LogicalSort(plan, keys) : plan;
            plan = new LogicalDistinct(plan, distinctOn);
            plan = query is null ? plan : SortAndLimit(plan, default, query with { WithTies = false }, outer, tables);
        }
        else
        {
            plan = select.Distinct ? new LogicalDistinct(plan, default) : plan;
            plan = query is null ? plan : SortAndLimit(plan, keys, query, outer, tables);
        }

        return columns.Count == items.Count ? plan : Projections.First(plan, new PlanSchema(columns.Take(items.Count).ToValueList()));
    }

    List<BoundItem> BindItems(IReadOnlyList<SelectItem> items, FromItem from, ExpressionContext context)
    {
        var bound = new List<BoundItem>();
        foreach (SelectItem item in items)
        {
            if (item.Expression is StarExpression star)
            {
                bound.AddRange(ExpandStar(star, from));
                continue;
            }

            Expression expression = BindExpression(item.Expression, context);
            string name = item.Alias ?? ColumnNames.Of(item.Expression);
            bound.Add(new(name, expression, OriginOf(expression, from.Plan), item.Expression.Position));
        }

        return bound;
    }

    IEnumerable<BoundItem> ExpandStar(StarExpression star, FromItem from)
    {
        IEnumerable<ScopeColumn> columns = from.Columns;
        string name = string.Join('.', star.Qualifier);
        if (star.Qualifier.Count > 0)
        {
            ScopeRelation relation = from.Relations.FirstOrDefault(r => r.Matches(star.Qualifier))
                ?? throw new SqlException(SqlErrorCode.UndefinedTable, $"no table or alias \"{name}\" is in FROM here.{NameSuggestions.DidYouMean(name, from.Relations.Select(r => r.Name))}", star.Position);
            columns = relation.Columns;
        }
        else if (from.Relations.Count == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "SELECT * needs a FROM.", star.Position);
        }

        var excluded = new HashSet<string>(star.Exclude, StringComparer.OrdinalIgnoreCase);
        foreach (string missing in excluded.Where(e => !columns.Any(c => string.Equals(c.Name, e, StringComparison.OrdinalIgnoreCase))))
        {
            throw new SqlException(SqlErrorCode.UndefinedColumn, $"EXCLUDE names \"{missing}\", which is not among the columns.{Choices(missing, columns.Select(c => c.Name))}", star.Position);
        }

        foreach (ScopeColumn column in columns.Where(c => !excluded.Contains(c.Name)))
        {
            Expression use = column.Expression is ColumnExpression plain ? plain with { } : column.Expression;
            positions[use] = star.Position;
            yield return new(column.Name, use, OriginOf(use, from.Plan), star.Position);
        }
    }

    static ColumnOrigin? OriginOf(Expression expression, LogicalPlan plan) =>
        expression is ColumnExpression column && column.Index < plan.Schema.Count ? plan.Schema[column.Index].Origin : null;

    static Dictionary<string, Expression> AliasesOf(IReadOnlyList<SelectItem> written, List<BoundItem> items)
    {
        var aliases = new Dictionary<string, Expression>(StringComparer.OrdinalIgnoreCase);
        var named = new HashSet<string>(written.Where(w => w.Alias is not null).Select(w => w.Alias!), StringComparer.OrdinalIgnoreCase);
        foreach (BoundItem item in items.Where(i => named.Contains(i.Name)))
        {
            aliases.TryAdd(item.Name, item.Expression);
        }

        return aliases;
    }

    BoundOrder BindOrder(SqlExpression expression, List<BoundItem> items, ExpressionContext context)
    {
        int output = OutputIndex(expression, [.. items.Select(i => (string?)i.Name)], context.Clause);
        return output >= 0
            ? new(output, null, expression.Position)
            : new(-1, BindExpression(expression, context), expression.Position);
    }

    static List<PendingWindow> MoveWindows(ref LogicalPlan plan, IReadOnlyList<PendingWindow> calls, Func<Expression, Expression> move)
    {
        LogicalPlan current = plan;
        Expression Moved(Expression e) => AttachSubqueries(ref current, move(e));
        List<PendingWindow> moved = [.. calls.Select(c => c with
        {
            PartitionBy = c.PartitionBy.Select(Moved),
            OrderBy = PlanExpressions.MapKeys(c.OrderBy, Moved),
            Call = PlanExpressions.MapCall(c.Call, Moved),
        })];
        plan = current;
        return moved;
    }
}
