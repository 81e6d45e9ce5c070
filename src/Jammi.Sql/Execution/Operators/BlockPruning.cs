using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Decides from a block's smallest and largest values that no row of it can pass (zone maps).</summary>
internal static class BlockPruning
{
    public static bool CanSkip(LogicalScan scan, IRowBlock block)
    {
        foreach (Expression filter in scan.Filters)
        {
            if (filter is ComparisonExpression { Operator: < ComparisonOperator.NotDistinct } comparison && Excludes(scan, block, comparison))
            {
                return true;
            }
        }

        return false;
    }

    static bool Excludes(LogicalScan scan, IRowBlock block, ComparisonExpression comparison)
    {
        (ColumnExpression? column, ScalarValue? value, ComparisonOperator op) = (comparison.Left, comparison.Right) switch
        {
            (ColumnExpression c, ConstantExpression v) => (c, v.Value, comparison.Operator),
            (ConstantExpression v, ColumnExpression c) => (c, v.Value, Mirror(comparison.Operator)),
            _ => (null, null, default),
        };
        if (column is null || value is null || value.IsNull || column.Index >= scan.Projection.Count)
        {
            return false;
        }

        if (block.Statistics(scan.Projection[column.Index]) is not { Minimum: { } minimum, Maximum: { } maximum } || minimum.Type != value.Type)
        {
            return false;
        }

        CellComparer comparer = CellComparer.For(value.Type);
        int toMinimum = comparer.Compare(value.Array, 0, minimum.Array, 0);
        int toMaximum = comparer.Compare(value.Array, 0, maximum.Array, 0);
        return op switch
        {
            ComparisonOperator.Equal => toMinimum < 0 || toMaximum > 0,
            ComparisonOperator.NotEqual => toMinimum == 0 && toMaximum == 0,
            ComparisonOperator.Less => toMinimum <= 0,
            ComparisonOperator.LessOrEqual => toMinimum < 0,
            ComparisonOperator.Greater => toMaximum >= 0,
            _ => toMaximum > 0,
        };
    }

    static ComparisonOperator Mirror(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => op,
    };
}
