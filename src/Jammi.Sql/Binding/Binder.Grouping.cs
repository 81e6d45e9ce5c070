using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    /// <summary>The most sets that CUBE and its like may expand to, and the most keys whose sets fit a 32-bit GROUPING value.</summary>
    const int MaxGroupingSets = 4096;
    const int MaxSetKeys = 31;

    Grouping? BindGroupBy(GroupByClause? clause, List<BoundItem> items, ExpressionContext context)
    {
        if (clause is null)
        {
            return null;
        }

        if (clause.All)
        {
            // A windowed call may hold aggregates and is computed after grouping, so it is no key either.
            return new(DistinctKeys(items.Select(i => i.Expression).Where(e => !e.Any(IsComputedLater))), default);
        }

        var keys = new List<Expression>();
        List<List<int>> sets = [[]];
        bool several = false;
        ExpressionContext inner = context with { Aggregates = null, Windows = null, Clause = "GROUP BY" };
        foreach (GroupingElement element in clause.Elements)
        {
            List<List<int>> own = ExpandElement(element, [.. element.Sets.Select(set => BindGroupingSet(set, keys, items, inner))]);
            several |= element.Kind != GroupingKind.Expression;
            sets = [.. sets.SelectMany(left => own.Select(right => left.Union(right).ToList()))];
            if (sets.Count > MaxGroupingSets)
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, $"GROUP BY expands to more than {MaxGroupingSets} grouping sets.");
            }
        }

        if (several && keys.Count > MaxSetKeys)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"grouping sets may have at most {MaxSetKeys} different expressions; these have {keys.Count}.");
        }

        return new(keys.ToValueList(), several ? sets.Select(s => s.Order().ToValueList()).ToValueList() : default);
    }

    List<int> BindGroupingSet(IReadOnlyList<SqlExpression> set, List<Expression> keys, List<BoundItem> items, ExpressionContext context)
    {
        var places = new List<int>();
        foreach (SqlExpression written in set)
        {
            foreach (SqlExpression part in written is RowExpression row ? row.Items : [written])
            {
                Expression key = BindGroupingKey(part, items, context);
                int place = keys.FindIndex(k => ExpressionEquality.AreSame(k, key));
                if (place < 0)
                {
                    place = keys.Count;
                    keys.Add(key);
                }

                places.Add(place);
            }
        }

        return places;
    }

    /// <summary>An ordinal, else a column of FROM, else a select alias, else an expression.</summary>
    Expression BindGroupingKey(SqlExpression written, List<BoundItem> items, ExpressionContext context)
    {
        Expression key;
        if (written is LiteralExpression { Kind: LiteralKind.Integer })
        {
            key = items[OutputIndex(written, [.. items.Select(i => (string?)i.Name)], "GROUP BY")].Expression;
        }
        else
        {
            key = BindExpression(written, context);
        }

        return key.Any(IsComputedLater)
            ? throw new SqlException(SqlErrorCode.InvalidStatement, "GROUP BY cannot use a select item that holds an aggregate or window function.", written.Position)
            : key;
    }

    static bool IsComputedLater(Expression expression) => expression is AggregateReference or WindowReference or GroupingReference || (expression is BoundSubquery subquery && OuterAggregates.UsedBy(subquery));

    static ValueList<Expression> DistinctKeys(IEnumerable<Expression> candidates)
    {
        var keys = new List<Expression>();
        foreach (Expression candidate in candidates)
        {
            if (!keys.Exists(k => ExpressionEquality.AreSame(k, candidate)))
            {
                keys.Add(candidate);
            }
        }

        return keys.ToValueList();
    }

    static List<List<int>> ExpandElement(GroupingElement element, List<List<int>> parts)
    {
        switch (element.Kind)
        {
            case GroupingKind.Expression or GroupingKind.GroupingSets:
                return parts;
            case GroupingKind.Rollup:
                return [.. Enumerable.Range(0, parts.Count + 1).Select(n => parts.Take(parts.Count - n).SelectMany(p => p).Distinct().ToList())];
            default:
                if (1L << Math.Min(parts.Count, 62) > MaxGroupingSets)
                {
                    throw new SqlException(SqlErrorCode.InvalidStatement, $"CUBE over {parts.Count} expressions expands to more than {MaxGroupingSets} grouping sets.");
                }

                return [.. Enumerable.Range(0, 1 << parts.Count)
                    .Select(mask => parts.Where((_, i) => (mask & (1 << (parts.Count - 1 - i))) == 0).SelectMany(p => p).Distinct().ToList())];
        }
    }

    static LogicalAggregate Aggregate(LogicalPlan plan, Grouping grouping, IReadOnlyList<AggregateCall> calls)
    {
        Expression Attached(Expression e) => AttachSubqueries(ref plan, e);
        ValueList<Expression> keys = grouping.Keys.Select(Attached);
        ValueList<AggregateCall> aggregates = calls.Select(c => PlanExpressions.MapCall(c, Attached)).ToArray().ToValueList();
        bool sets = grouping.Sets.Count > 0;
        var columns = new List<OutputColumn>();
        for (int i = 0; i < keys.Count; i++)
        {
            string name = keys[i] is ColumnExpression column ? column.Name : $"_key{i}";
            bool nullable = keys[i].Nullable || grouping.Sets.Any(s => !s.Contains(i));
            columns.Add(new(name, keys[i].Type, nullable, OriginOf(keys[i], plan)));
        }

        columns.AddRange(aggregates.Select(a => new OutputColumn(a.Function.Name, a.Binding.ReturnType, a.Binding.NullableResult)));
        if (sets)
        {
            columns.Add(new("_grouping", SqlType.Integer, Nullable: false));
        }

        return new(plan, keys, aggregates, grouping.Sets, new PlanSchema(columns.ToValueList()));
    }
}
