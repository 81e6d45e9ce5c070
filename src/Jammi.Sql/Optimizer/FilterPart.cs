using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;

namespace Jammi.Sql.Optimizer;

/// <summary>A condition on its way down, with what decides where it may go: found out once, not again at every node that it passes.</summary>
internal readonly struct FilterPart
{
    FilterPart(Expression expression, int firstColumn, int lastColumn, bool isVolatile, bool isExpensive)
    {
        Expression = expression;
        FirstColumn = firstColumn;
        LastColumn = lastColumn;
        IsVolatile = isVolatile;
        IsExpensive = isExpensive;
    }

    public Expression Expression { get; }

    /// <summary>The lowest column that it reads; beyond every column where it reads none.</summary>
    public int FirstColumn { get; }

    /// <summary>The highest column that it reads; -1 where it reads none.</summary>
    public int LastColumn { get; }

    public bool IsVolatile { get; }

    public bool IsExpensive { get; }

    public static FilterPart Of(Expression expression)
    {
        int first = int.MaxValue;
        int last = -1;
        bool isVolatile = false;
        bool isExpensive = false;
        Visit(expression);
        return new(expression, first, last, isVolatile, isExpensive);

        void Visit(Expression e)
        {
            switch (e)
            {
                case ColumnExpression column:
                    first = Math.Min(first, column.Index);
                    last = Math.Max(last, column.Index);
                    return;
                case CallExpression call:
                    isVolatile |= call.Function.Traits.Volatility == Volatility.Volatile;
                    isExpensive |= ExpressionColumns.IsExpensiveCall(call);
                    break;
            }

            for (int i = 0; i < e.ChildCount; i++)
            {
                Visit(e.Child(i));
            }
        }
    }

    public static List<FilterPart> Split(Expression? condition) => Conjuncts.Split(condition).ConvertAll(Of);

    /// <summary>Whether every column read lies in [start, end).</summary>
    public bool IsWithin(int start, int end) => FirstColumn >= start && LastColumn < end;

    public FilterPart Shift(int by) => new(
        ExpressionColumns.Shift(Expression, by),
        LastColumn < 0 ? FirstColumn : FirstColumn + by,
        LastColumn < 0 ? LastColumn : LastColumn + by,
        IsVolatile,
        IsExpensive);
}
