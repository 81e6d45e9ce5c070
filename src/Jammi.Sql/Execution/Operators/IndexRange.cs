using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Filters of a scan that bound the first column of an index or key: <c>k BETWEEN 5 AND 9</c>, <c>t &gt; @since</c>. The rows between are found in the blocks' orders of the column;
/// all filters are still asked about them.
/// </summary>
internal sealed class IndexRange
{
    readonly int column;
    readonly SqlType type;
    readonly CellComparer comparer;
    readonly List<(ComparisonOperator Operator, Expression Value)> bounds;

    IndexRange(int column, SqlType type, List<(ComparisonOperator Operator, Expression Value)> bounds)
    {
        this.column = column;
        this.type = type;
        this.bounds = bounds;
        comparer = CellComparer.For(type);
    }

    /// <summary>The range by the first column that has one, or null.</summary>
    public static IndexRange? Of(LogicalScan scan)
    {
        if (scan.Filters.Count == 0)
        {
            return null;
        }

        foreach (int column in IndexedColumns.First(scan))
        {
            SqlType type = scan.Table.Definition.Columns[column].Type;
            List<(ComparisonOperator, Expression)> bounds = [.. scan.Filters.Select(f => BoundOf(f, scan, column, type)).OfType<(ComparisonOperator, Expression)>()];
            if (bounds.Count > 0 && IndexedColumns.IsExact(type))
            {
                return new(column, type, bounds);
            }
        }

        return null;
    }

    /// <summary>The name of the column.</summary>
    public static string? Describe(LogicalScan scan) => Of(scan) is { } range ? scan.Table.Definition.Columns[range.column].Name : null;

    /// <summary>The bounds of a run; null where a value has no counterpart in the column's type, or is NULL.</summary>
    public IBlockLookup? Open(ExecutionContext context)
    {
        OrderBound? lower = null;
        OrderBound? upper = null;
        foreach ((ComparisonOperator comparison, Expression expression) in bounds)
        {
            if (!IndexedColumns.TryEvaluate(expression, type, context, out ScalarValue value) || value.IsNull)
            {
                return null;
            }

            bool isLower = comparison is ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual;
            var bound = new OrderBound(value.Array, comparison is ComparisonOperator.GreaterOrEqual or ComparisonOperator.LessOrEqual);
            if (isLower)
            {
                lower = Narrower(lower, bound, 1);
            }
            else
            {
                upper = Narrower(upper, bound, -1);
            }
        }

        return new Lookup(column, comparer, lower, upper);
    }

    /// <summary>The bound that lets fewer values pass; <paramref name="sign"/> is 1 for lower bounds.</summary>
    OrderBound Narrower(OrderBound? one, OrderBound other, int sign)
    {
        int order = one is null ? 1 : sign * comparer.Compare(other.Value, 0, one.Value, 0);
        return order > 0 || (order == 0 && !other.Inclusive) ? other : one!;
    }

    static (ComparisonOperator Operator, Expression Value)? BoundOf(Expression filter, LogicalScan scan, int column, SqlType type) =>
        filter is not ComparisonExpression { Operator: ComparisonOperator.Less or ComparisonOperator.LessOrEqual or ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual } comparison ? null
        : IndexedColumns.IsColumn(comparison.Left, scan, column, type) && IndexedColumns.IsValue(comparison.Right, type) ? (comparison.Operator, comparison.Right)
        : IndexedColumns.IsColumn(comparison.Right, scan, column, type) && IndexedColumns.IsValue(comparison.Left, type) ? (RangePruning.Mirror(comparison.Operator), comparison.Left)
        : null;

    sealed class Lookup(int column, CellComparer comparer, OrderBound? lower, OrderBound? upper) : IBlockLookup
    {
        readonly List<int> found = [];

        public List<int>? Find(IRowBlock block)
        {
            if (block.Ordered(column, comparer) is not { } order)
            {
                return null;
            }

            (int start, int end) = order.Between(block.Column(column), comparer, lower, upper);
            if (end - start > BlockLookups.MostRows(block))
            {
                return null;
            }

            found.Clear();
            for (int place = start; place < end; place++)
            {
                found.Add(order[place]);
            }

            found.Sort();
            BlockLookups.RemoveDeleted(found, block.Deleted.Span);
            return found;
        }
    }
}
