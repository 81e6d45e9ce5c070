using System.Runtime.InteropServices;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>Projections that only choose and order columns, and making one of two.</summary>
internal static class Projections
{
    public static ColumnExpression Column(LogicalPlan plan, int index)
    {
        OutputColumn column = plan.Schema[index];
        return new(index, column.Name, column.Type, column.Nullable);
    }

    /// <summary>The columns of the plan with these indexes, in this order.</summary>
    public static LogicalProject Columns(LogicalPlan plan, ReadOnlySpan<int> indexes)
    {
        ValueList<OutputColumn> all = plan.Schema.Columns;
        var chosen = new OutputColumn[indexes.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = all[indexes[i]];
        }

        return Columns(plan, indexes, new PlanSchema(new(ImmutableCollectionsMarshal.AsImmutableArray(chosen))));
    }

    /// <summary>The same under the names of <paramref name="schema"/>.</summary>
    public static LogicalProject Columns(LogicalPlan plan, ReadOnlySpan<int> indexes, PlanSchema schema)
    {
        ValueList<OutputColumn> all = plan.Schema.Columns;
        var expressions = new Expression[indexes.Length];
        for (int i = 0; i < expressions.Length; i++)
        {
            OutputColumn column = all[indexes[i]];
            expressions[i] = new ColumnExpression(indexes[i], column.Name, column.Type, column.Nullable);
        }

        return new(plan, new(ImmutableCollectionsMarshal.AsImmutableArray(expressions)), schema);
    }

    /// <summary>The plan's first columns, under the names of <paramref name="schema"/>.</summary>
    public static LogicalProject First(LogicalPlan plan, PlanSchema schema) => Columns(plan, [.. Enumerable.Range(0, schema.Count)], schema);

    /// <summary>Whether the projection gives its input's columns as they are.</summary>
    public static bool IsIdentity(LogicalProject project)
    {
        if (project.Expressions.Count != project.Input.Schema.Count)
        {
            return false;
        }

        for (int i = 0; i < project.Expressions.Count; i++)
        {
            if (project.Expressions[i] is not ColumnExpression column || column.Index != i)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A projection over a projection becomes one, where nothing would be computed twice.</summary>
    public static LogicalProject Merge(LogicalPlan input, ValueList<Expression> expressions, PlanSchema schema)
    {
        if (input is not LogicalProject below)
        {
            return new(input, expressions, schema);
        }

        int[] uses = new int[below.Expressions.Count];
        foreach (Expression expression in expressions)
        {
            expression.Any(e =>
            {
                uses[e is ColumnExpression column ? column.Index : 0] += e is ColumnExpression ? 1 : 0;
                return false;
            });
        }

        for (int i = 0; i < uses.Length; i++)
        {
            Expression computed = below.Expressions[i];
            if (computed is not LeafExpression && (uses[i] > 1 || ExpressionColumns.IsVolatile(computed)))
            {
                return new(input, expressions, schema);
            }
        }

        return new(below.Input, expressions.Select(e => ExpressionColumns.Substitute(e, below.Expressions)), schema);
    }
}
