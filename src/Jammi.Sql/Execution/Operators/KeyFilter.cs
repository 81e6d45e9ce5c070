using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Filters of a scan that give the whole of one of the table's keys: <c>id = @id</c>, <c>id IN (1, 2)</c>, <c>a = 1 AND b = 2</c>. The rows with such a key are found
/// in the blocks' key indexes. They are those that can pass, not those that do: all filters are still asked about them.
/// </summary>
internal sealed class KeyFilter
{
    readonly ValueList<int> columns;
    readonly SqlType[] types;
    readonly CellComparer[] comparers;

    /// <summary>Per key a row of values; several keys only where IN lists those of a key of one column.</summary>
    readonly Expression[][] keys;

    KeyFilter(ValueList<int> columns, SqlType[] types, Expression[][] keys)
    {
        this.columns = columns;
        this.types = types;
        this.keys = keys;
        comparers = [.. types.Select(CellComparer.For)];
    }

    /// <summary>The filter by the first key that is given whole, or null.</summary>
    public static KeyFilter? Of(LogicalScan scan)
    {
        if (scan.Filters.Count == 0)
        {
            return null;
        }

        foreach (ConstraintEntry constraint in scan.Table.Definition.Constraints)
        {
            if (constraint.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique && Of(scan, constraint.Columns) is { } filter)
            {
                return filter;
            }
        }

        return null;
    }

    /// <summary>The names of the key's columns.</summary>
    public static string? Describe(LogicalScan scan) =>
        Of(scan) is { } filter ? string.Join(", ", filter.columns.Select(c => scan.Table.Definition.Columns[c].Name)) : null;

    /// <summary>The keys of a run; null where a value cannot be converted, which the filter itself is to say if it comes to that.</summary>
    public KeyLookup? Open(ExecutionContext context)
    {
        var found = new List<KeyCells>(keys.Length);
        foreach (Expression[] key in keys)
        {
            var cells = new IArrowArray[key.Length];
            bool isKey = true;
            for (int i = 0; i < cells.Length; i++)
            {
                if (!TryEvaluate(key[i], types[i], context, out ScalarValue value))
                {
                    return null;
                }

                isKey &= !value.IsNull;
                cells[i] = value.Array;
            }

            // NULL equals nothing.
            if (isKey)
            {
                found.Add(KeyCells.Of(cells));
            }
        }

        return new(columns, comparers, found);
    }

    /// <summary>A value in the type of its column; NULL where no row can have it.</summary>
    static bool TryEvaluate(Expression expression, SqlType type, ExecutionContext context, out ScalarValue value)
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

    static KeyFilter? Of(LogicalScan scan, ValueList<int> key)
    {
        var types = new SqlType[key.Count];
        var values = new Expression[key.Count];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = scan.Table.Definition.Columns[key[i]].Type;
            if (!IsExact(types[i]))
            {
                return null;
            }

            Expression? value = null;
            foreach (Expression filter in scan.Filters)
            {
                if (key.Count == 1 && filter is InListExpression { Negated: false } list && IsColumn(list.Operand, scan, key[i], types[i]) && list.Items.All(item => IsValue(item, types[i])))
                {
                    return new(key, types, [.. list.Items.Select(item => new[] { item })]);
                }

                value ??= filter is not ComparisonExpression { Operator: ComparisonOperator.Equal } equal ? null
                    : IsColumn(equal.Left, scan, key[i], types[i]) && IsValue(equal.Right, types[i]) ? equal.Right
                    : IsColumn(equal.Right, scan, key[i], types[i]) && IsValue(equal.Left, types[i]) ? equal.Left
                    : null;
            }

            if (value is null)
            {
                return null;
            }

            values[i] = value;
        }

        return new(key, types, [values]);
    }

    /// <summary>Whether equal values are the same bytes, and numbers can be converted without rounding.</summary>
    static bool IsExact(SqlType type) => type.IsInteger
        || type.Kind is SqlTypeKind.Text or SqlTypeKind.Uuid or SqlTypeKind.Blob or SqlTypeKind.Boolean or SqlTypeKind.Date or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz;

    /// <summary>The column itself, or as an integer of another width.</summary>
    static bool IsColumn(Expression expression, LogicalScan scan, int ordinal, SqlType type) => expression switch
    {
        ColumnExpression column => column.Index < scan.Projection.Count && scan.Projection[column.Index] == ordinal,
        CastExpression { Operand: ColumnExpression column, Target.IsInteger: true } => type.IsInteger && IsColumn(column, scan, ordinal, type),
        _ => false,
    };

    /// <summary>A value that is known when the scan begins.</summary>
    static bool IsValue(Expression expression, SqlType key) => (expression.Type == key || (expression.Type.IsInteger && key.IsInteger)) && expression switch
    {
        ConstantExpression or ParameterExpression or OuterColumnExpression => true,
        CastExpression cast => cast.Operand is ConstantExpression or ParameterExpression or OuterColumnExpression,
        _ => false,
    };
}
