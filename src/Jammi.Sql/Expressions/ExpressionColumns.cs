using Jammi.Sql.Functions;

namespace Jammi.Sql.Expressions;

/// <summary>Which columns an expression reads, and moving it to where they stand elsewhere; what its calls cost.</summary>
internal static class ExpressionColumns
{
    /// <summary>From this cost per row a call is expensive: it is placed after filters and under LIMIT.</summary>
    public const double Expensive = 1000;

    /// <summary>Adds the indexes of the columns that the expression reads.</summary>
    public static void Collect(Expression? expression, ColumnSet columns)
    {
        if (expression is ColumnExpression column)
        {
            columns.Add(column.Index);
            return;
        }

        for (int i = 0; i < expression?.ChildCount; i++)
        {
            Collect(expression.Child(i), columns);
        }
    }

    public static ColumnSet Of(Expression? expression)
    {
        var columns = new ColumnSet();
        Collect(expression, columns);
        return columns;
    }

    /// <summary>Whether every column read lies in [start, start + count).</summary>
    public static bool Within(Expression expression, int start, int count)
    {
        if (expression is ColumnExpression column)
        {
            return column.Index >= start && column.Index < start + count;
        }

        for (int i = 0; i < expression.ChildCount; i++)
        {
            if (!Within(expression.Child(i), start, count))
            {
                return false;
            }
        }

        return true;
    }

    public static Expression Map(Expression expression, Func<int, int> map) => expression.Transform(e =>
        e is ColumnExpression column && map(column.Index) is var index && index != column.Index ? column with { Index = index } : e);

    public static Expression Shift(Expression expression, int by) => by == 0 ? expression : Map(expression, i => i + by);

    /// <summary>The expression with column i replaced by <paramref name="replacements"/>[i].</summary>
    public static Expression Substitute(Expression expression, IReadOnlyList<Expression> replacements) => expression.Transform(e =>
        e is ColumnExpression column ? replacements[column.Index] : e);

    public static bool IsVolatile(Expression expression) =>
        expression.Any(e => e is CallExpression { Function.Traits.Volatility: Volatility.Volatile });

    /// <summary>Whether calls of it may run on several threads, each for some of the rows: not where the order of calls or their number matters.</summary>
    public static bool MayRunInParts(Expression expression) => !expression.Any(e =>
        e is CallExpression { Function.Traits: var traits } && (traits.Volatility == Volatility.Volatile || traits.Memoize || traits.CostPerRow >= Expensive));

    public static bool IsExpensive(Expression expression) => expression.Any(e => e is CallExpression call && IsExpensiveCall(call));

    /// <summary>A costly call that must run per row: with constant arguments and a result fixed within the statement it runs once.</summary>
    public static bool IsExpensiveCall(CallExpression call) =>
        call.Function.Traits.CostPerRow >= Expensive
        && (call.Function.Traits.Volatility == Volatility.Volatile || call.Any(e => e is ColumnExpression));

    /// <summary>Relative cost of evaluating the expression for a row.</summary>
    public static double Cost(Expression expression)
    {
        double own = expression switch
        {
            CallExpression call when call.Function.Traits.CostPerRow >= Expensive && !IsExpensiveCall(call) => 0,
            CallExpression call => call.Function.Traits.CostPerRow,
            LeafExpression => 0,
            InListExpression list => 1 + (list.Items.Count / 16.0),
            _ => 1,
        };
        for (int i = 0; i < expression.ChildCount; i++)
        {
            own += Cost(expression.Child(i));
        }

        return own;
    }
}
