using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Filters of a scan that give the whole of one of the table's keys: <c>id = @id</c>, <c>id IN (1, 2)</c>, <c>a = 1 AND b = 2</c>; or the first columns of an index. The rows with such
/// a key are found in the blocks' key indexes. They are those that can pass, not those that do: all filters are still asked about them.
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

    /// <summary>Whether each of the keys is in one row at most.</summary>
    public bool IsUnique { get; private init; }

    /// <summary>The filter by the first key that is given whole, or by the most first columns of an index or key; null when there is none.</summary>
    public static KeyFilter? Of(LogicalScan scan)
    {
        if (scan.Filters.Count == 0)
        {
            return null;
        }

        KeyFilter? best = null;
        foreach (ValueList<int> key in IndexedColumns.Keys(scan))
        {
            if (Of(scan, key) is { } whole)
            {
                return new(key, whole.types, whole.keys) { IsUnique = true };
            }
        }

        foreach (ValueList<int> index in IndexedColumns.Keys(scan).Concat(scan.Indexes))
        {
            for (int count = index.Count; count > (best?.columns.Count ?? 0); count--)
            {
                best = Of(scan, [.. index.Take(count)]) ?? best;
            }
        }

        return best;
    }

    /// <summary>The names of the columns, after what they are.</summary>
    public static string? Describe(LogicalScan scan) =>
        Of(scan) is { } filter ? $"{(filter.IsUnique ? "key" : "index")} ({string.Join(", ", filter.columns.Select(c => scan.Table.Definition.Columns[c].Name))})" : null;

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
                if (!IndexedColumns.TryEvaluate(key[i], types[i], context, out ScalarValue value))
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

        return new(columns, comparers, found, IsUnique);
    }

    static KeyFilter? Of(LogicalScan scan, ValueList<int> key)
    {
        var types = new SqlType[key.Count];
        var values = new Expression[key.Count];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = scan.Table.Definition.Columns[key[i]].Type;
            if (!IndexedColumns.IsExact(types[i]))
            {
                return null;
            }

            Expression? value = null;
            foreach (Expression filter in scan.Filters)
            {
                if (key.Count == 1 && filter is InListExpression { Negated: false } list && IndexedColumns.IsColumn(list.Operand, scan, key[i], types[i]) && list.Items.All(item => IndexedColumns.IsValue(item, types[i])))
                {
                    return new(key, types, [.. list.Items.Select(item => new[] { item })]);
                }

                value ??= filter is not ComparisonExpression { Operator: ComparisonOperator.Equal } equal ? null
                    : IndexedColumns.IsColumn(equal.Left, scan, key[i], types[i]) && IndexedColumns.IsValue(equal.Right, types[i]) ? equal.Right
                    : IndexedColumns.IsColumn(equal.Right, scan, key[i], types[i]) && IndexedColumns.IsValue(equal.Left, types[i]) ? equal.Left
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
}
