using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Which columns of a scan's table keys and indexes are over, and which expressions compare them with values that look-ups can search for.</summary>
internal static class IndexedColumns
{
    /// <summary>The columns of primary keys and UNIQUE constraints.</summary>
    public static IEnumerable<ValueList<int>> Keys(LogicalScan scan) =>
        scan.Table.Definition.Constraints.Where(c => c.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique).Select(c => c.Columns);

    /// <summary>The first columns of keys and indexes.</summary>
    public static IEnumerable<int> First(LogicalScan scan) => Keys(scan).Concat(scan.Indexes).Select(columns => columns[0]);

    /// <summary>Whether equal values are the same bytes, and numbers can be converted without rounding.</summary>
    public static bool IsExact(SqlType type) => type.IsInteger
        || type.Kind is SqlTypeKind.Text or SqlTypeKind.Uuid or SqlTypeKind.Blob or SqlTypeKind.Boolean or SqlTypeKind.Date or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz;

    /// <summary>The column itself, or as an integer of another width.</summary>
    public static bool IsColumn(Expression expression, LogicalScan scan, int ordinal, SqlType type) => expression switch
    {
        ColumnExpression column => column.Index < scan.Projection.Count && scan.Projection[column.Index] == ordinal,
        CastExpression { Operand: ColumnExpression column, Target.IsInteger: true } => type.IsInteger && IsColumn(column, scan, ordinal, type),
        _ => false,
    };

    /// <summary>A value that is known when the scan begins.</summary>
    public static bool IsValue(Expression expression, SqlType key) => (expression.Type == key || (expression.Type.IsInteger && key.IsInteger)) && expression switch
    {
        ConstantExpression or ParameterExpression or OuterColumnExpression => true,
        CastExpression cast => cast.Operand is ConstantExpression or ParameterExpression or OuterColumnExpression,
        _ => false,
    };

    /// <summary>A value in the type of its column, NULL where no row can have it; false where it cannot be converted, which the filter itself is to say if it comes to that.</summary>
    public static bool TryEvaluate(Expression expression, SqlType type, ExecutionContext context, out ScalarValue value)
    {
        if (expression is CastExpression { Try: false } cast)
        {
            value = ConstantEvaluator.Evaluate(cast with { Try = true }, context);
            if (value.IsNull && !ConstantEvaluator.Evaluate(cast.Operand, context).IsNull)
            {
                return false;
            }
        }
        else
        {
            value = ConstantEvaluator.Evaluate(expression, context);
        }

        if (!value.IsNull && value.Type != type)
        {
            value = new ScalarValue(type, CastKernels.Cast(ColumnarValue.Constant(value), value.Type, type, tryCast: true, 1));
        }

        return true;
    }
}
