using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;
using BoundCase = Jammi.Sql.Expressions.CaseExpression;

namespace Jammi.Sql.Binding;

/// <summary>The keys of GROUP BY over FROM's columns, and for ROLLUP and the like the sets of them (none: one set of all).</summary>
internal sealed record Grouping(ValueList<Expression> Keys, ValueList<ValueList<int>> Sets)
{
    public static Grouping None { get; } = new(default, default);
}

/// <summary>Moves expressions over FROM's columns to the output of the aggregation: keys and aggregates become columns, anything else that needs a row is an error.</summary>
internal sealed class GroupedExpressions(Grouping grouping, LogicalAggregate aggregate, IReadOnlyDictionary<Expression, SourcePosition> positions)
{
    public Expression Rewrite(Expression expression)
    {
        for (int i = 0; i < grouping.Keys.Count; i++)
        {
            if (ExpressionEquality.AreSame(expression, grouping.Keys[i]))
            {
                return Output(i);
            }
        }

        switch (expression)
        {
            case AggregateReference reference:
                return Output(grouping.Keys.Count + reference.Index);
            case GroupingReference reference:
                return Indicator(reference);
            case ColumnExpression column:
                throw NotGrouped(column);
            case BoundSubquery subquery:
                return RewriteSubquery(subquery);
        }

        return expression.Children.Count == 0 ? expression : expression.WithChildren(expression.Children.Select(Rewrite));
    }

    ColumnExpression Output(int index) => new(index, aggregate.Schema[index].Name, aggregate.Schema[index].Type, aggregate.Schema[index].Nullable);

    BoundSubquery RewriteSubquery(BoundSubquery subquery)
    {
        LogicalPlan plan = OuterReferences.Map(subquery.Plan, (column, nesting) =>
        {
            if (column.Depth - nesting != 1)
            {
                return column;
            }

            if (OuterAggregates.NumberOf(column) is { } number)
            {
                return column with { Index = grouping.Keys.Count + number };
            }

            return Rewrite(new ColumnExpression(column.Index, column.Name, column.Type, column.Nullable)) is ColumnExpression moved
                ? new OuterColumnExpression(column.Depth, moved.Index, moved.Name, moved.Type, moved.Nullable)
                : throw NotGrouped(column.Name, subquery.Position);
        });
        return (BoundSubquery)(subquery with { Plan = plan }).WithChildren(subquery.Children.Select(Rewrite));
    }

    /// <summary>GROUPING(a, b): one bit per argument, set in rows of a set without it. The node tells rows of different sets apart by its last column.</summary>
    Expression Indicator(GroupingReference reference)
    {
        int[] keys = [.. reference.Arguments.Select(a => KeyOf(a, reference.Position))];
        if (grouping.Sets.Count == 0)
        {
            return Literals.Integer(0);
        }

        ColumnExpression set = Output(aggregate.Schema.Count - 1);
        var seen = new Dictionary<int, int>();
        foreach (ValueList<int> members in grouping.Sets)
        {
            seen.TryAdd(
                Bits(Enumerable.Range(0, grouping.Keys.Count), members),
                Bits(keys, members));
        }

        ValueList<Expression> conditions = seen.Keys.Select(bits => (Expression)new ComparisonExpression(ComparisonOperator.Equal, set, Literals.Integer(bits))).ToValueList();
        return new BoundCase(conditions, seen.Values.Select(bits => (Expression)Literals.Integer(bits)).ToValueList(), Literals.Integer(0));
    }

    /// <summary>The first key is the most significant bit.</summary>
    static int Bits(IEnumerable<int> keys, ValueList<int> members) => keys.Aggregate(0, (bits, key) => (bits << 1) | (members.Contains(key) ? 0 : 1));

    int KeyOf(Expression argument, SourcePosition position)
    {
        for (int i = 0; i < grouping.Keys.Count; i++)
        {
            if (ExpressionEquality.AreSame(argument, grouping.Keys[i]))
            {
                return i;
            }
        }

        throw new SqlException(SqlErrorCode.InvalidStatement, "the arguments of grouping() must be expressions of GROUP BY.", position);
    }

    SqlException NotGrouped(ColumnExpression column) => NotGrouped(column.Name, positions.TryGetValue(column, out SourcePosition position) ? position : SourcePosition.None);

    static SqlException NotGrouped(string column, SourcePosition position) =>
        new(SqlErrorCode.InvalidStatement, $"column \"{column}\" must appear in the GROUP BY clause or be used in an aggregate function.", position);
}
