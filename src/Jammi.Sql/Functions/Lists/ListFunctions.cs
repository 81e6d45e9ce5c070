using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Lists;

/// <summary>
/// Making lists and taking them apart. Items count from 1; a negative place counts from the end. Where PostgreSQL's arrays and DuckDB's lists
/// differ in the treatment of NULL, PostgreSQL's way is taken: a NULL list joined to something counts as empty.
/// </summary>
internal static class ListFunctions
{
    const string Category = "Lists";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("list_value", new(Category, "list_value(item, ...), [item, ...] or ARRAY[item, ...]", "A list of the items, which are brought to one type.", "[1, 2, 3]", "[1, 2, 3]"), BindValue) { Synonyms = ["list_pack"] },
        new GenericFunction("list_extract", new(Category, "list_extract(list, n) or list[n]", "The n-th item, from 1 (a negative n counts from the end); NULL where there is none.", "ARRAY['a', 'b', 'c'][2]", "b"), BindExtract) { Synonyms = ["array_extract", "list_element"] },
        new GenericFunction("list_slice", new(Category, "list_slice(list, first, last) or list[first:last]", "The items from first to last, both included; a bound that is left out or NULL is open, a negative one counts from the end.", "ARRAY['a', 'b', 'c'][2:]", "[b, c]"), BindSlice) { Synonyms = ["array_slice"] },
        new GenericFunction("array_length", new(Category, "array_length(list [, 1])", "Number of items.", "array_length([4, 5, 6])", "3"), BindLength) { Synonyms = ["cardinality", "list_length"] },
        new GenericFunction("list_append", new(Category, "list_append(list, item)", "The list with one more item at its end.", "list_append([1, 2], 3)", "[1, 2, 3]"), BindAppend) { Synonyms = ["array_append", "array_push_back"] },
        new GenericFunction("list_prepend", new(Category, "list_prepend(item, list)", "The list with one more item at its start.", "list_prepend(0, [1, 2])", "[0, 1, 2]"), BindPrepend) { Synonyms = ["array_prepend"] },
        new GenericFunction("list_concat", new(Category, "list_concat(list, list)", "The items of one list, then those of the other; a NULL list counts as empty.", "list_concat([1, 2], [3])", "[1, 2, 3]"), BindConcat) { Synonyms = ["list_cat", "array_cat", "array_concat"] },
        new GenericFunction("list_reverse", new(Category, "list_reverse(list)", "The items in reverse order.", "list_reverse([1, 2, 3])", "[3, 2, 1]"), BindReverse) { Synonyms = ["array_reverse"] },
    ];

    /// <summary>How <c>||</c> joins a list to a list or to an item; null where the types do not go together.</summary>
    public static ScalarBinding? BindJoin(IReadOnlyList<Expression> arguments) => arguments is not [var left, var right] ? null
        : left.Type.Kind is SqlTypeKind.List && right.Type.Kind is not (SqlTypeKind.List or SqlTypeKind.Null) && !right.Type.IsVector ? BindAppend(arguments)
        : right.Type.Kind is SqlTypeKind.List && left.Type.Kind is not (SqlTypeKind.List or SqlTypeKind.Null) && !left.Type.IsVector ? BindPrepend(arguments)
        : BindConcat(arguments);

    static ScalarBinding? BindValue(IReadOnlyList<Expression> arguments)
    {
        SqlType? item = SqlType.Null;
        foreach (Expression argument in arguments)
        {
            item = item is null ? null : TypeCoercion.CommonType(item, argument.Type);
        }

        if (item is null)
        {
            return null;
        }

        SqlType type = SqlType.List(item);
        return new(type, Enumerable.Repeat(item, arguments.Count).ToValueList(), (values, count, _) => Collect(type, values, count)) { NeverNull = true };
    }

    static IArrowArray Collect(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        var rows = new ListRows(count);
        var columns = new IArrowArray[arguments.Length];
        var starts = new int[arguments.Length];
        for (int i = 0, start = 0; i < columns.Length; i++)
        {
            columns[i] = arguments[i].Array;
            starts[i] = start;
            start += columns[i].Length;
        }

        for (int row = 0; row < count; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                rows.Add(starts[i] + arguments[i].IndexOf(row));
            }

            rows.EndRow();
        }

        return rows.Build(type, NullMask.None(count), columns.Length == 0 ? ColumnFactory.Nulls(type.Element!, 0) : TakeKernels.Concat(columns));
    }

    static ScalarBinding? BindExtract(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var list, var place] || ListArguments.ListOf(list) is not { } type || !ListArguments.IsInteger(place))
        {
            return null;
        }

        return new(type.Element!, [type, SqlType.BigInt], (values, count, _) =>
        {
            NullMask nulls = NullMask.Any(values, count);
            var lists = new ListColumn(values[0]);
            var places = new FixedColumn<long>(values[1]);
            var picks = new int[count];
            for (int row = 0; row < count; row++)
            {
                long index = nulls.IsNull(row) ? -1 : FromStart(places[row], lists.Count(row)) - 1;
                picks[row] = index >= 0 && index < lists.Count(row) ? lists.Start(row) + (int)index : -1;
            }

            return TakeKernels.Take(lists.Items, picks);
        })
        {
            MayReturnNull = true,
        };
    }

    static ScalarBinding? BindSlice(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var list, var first, var last] || ListArguments.ListOf(list) is not { } type || !ListArguments.IsInteger(first) || !ListArguments.IsInteger(last))
        {
            return null;
        }

        return new(type, [type, SqlType.BigInt, SqlType.BigInt], (values, count, _) =>
        {
            NullMask nulls = NullMask.Of(values[0], count);
            var lists = new ListColumn(values[0]);
            var rows = new ListRows(count);
            for (int row = 0; row < count; row++)
            {
                int length = nulls.IsNull(row) ? 0 : lists.Count(row);
                long from = Math.Max(1, Bound(values[1], row, length) ?? 1);
                long to = Math.Min(length, Bound(values[2], row, length) ?? length);
                rows.AddRange(lists.Start(row) + (int)Math.Min(from, length) - 1, (int)Math.Max(0, to - from + 1));
                rows.EndRow();
            }

            return rows.Build(type, nulls, lists.Items);
        });
    }

    static long? Bound(ColumnarValue places, int row, int length) =>
        Cells.IsNull(places.Array, places.IndexOf(row)) ? null : FromStart(new FixedColumn<long>(places)[row], length);

    /// <summary>A place counted from the end, from the start.</summary>
    static long FromStart(long place, int length) => place < 0 ? place + length + 1 : place;

    static ScalarBinding? BindLength(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not ([_] or [_, _]) || ListArguments.ListOf(arguments[0]) is not { } type || (arguments.Count == 2 && !ListArguments.IsInteger(arguments[1])))
        {
            return null;
        }

        return new(SqlType.BigInt, arguments.Count == 1 ? [type] : [type, SqlType.BigInt], Length);
    }

    /// <summary>The number of items of each row; a second argument names the dimension, of which there is one.</summary>
    public static IArrowArray Length(ReadOnlySpan<ColumnarValue> arguments, int count, Execution.ExecutionContext context)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var lists = new ListColumn(arguments[0]);
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        for (int row = 0; row < count; row++)
        {
            if (arguments.Length == 2 && nulls.IsValid(row) && new FixedColumn<long>(arguments[1])[row] is not 1 and var dimension)
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, $"array_length is asked for dimension {dimension}; a list has one, so write array_length(list) or array_length(list[n]).");
            }

            output[row] = lists.Count(row);
        }

        return Columns.Wrap(SqlType.BigInt, count, buffer, nulls);
    }

    static ScalarBinding? BindAppend(IReadOnlyList<Expression> arguments) => arguments is [var list, var item] && ListArguments.ListWith(list, item) is { } type
        ? new(type, [type, type.Element!], (values, count, _) => AddItem(type, values[0], values[1], count, atStart: false)) { NeverNull = true }
        : null;

    static ScalarBinding? BindPrepend(IReadOnlyList<Expression> arguments) => arguments is [var item, var list] && ListArguments.ListWith(list, item) is { } type
        ? new(type, [type.Element!, type], (values, count, _) => AddItem(type, values[1], values[0], count, atStart: true)) { NeverNull = true }
        : null;

    static IArrowArray AddItem(SqlType type, ColumnarValue list, ColumnarValue item, int count, bool atStart)
    {
        var lists = new ListColumn(list);
        NullMask missing = NullMask.Of(list, count);
        var rows = new ListRows(count);
        for (int row = 0; row < count; row++)
        {
            int place = lists.Items.Length + item.IndexOf(row);
            if (atStart)
            {
                rows.Add(place);
            }

            rows.AddRange(lists.Start(row), missing.IsNull(row) ? 0 : lists.Count(row));
            if (!atStart)
            {
                rows.Add(place);
            }

            rows.EndRow();
        }

        return rows.Build(type, NullMask.None(count), TakeKernels.Concat([lists.Items, item.Array]));
    }

    static ScalarBinding? BindConcat(IReadOnlyList<Expression> arguments) => arguments is [var left, var right] && ListArguments.Common(left, right) is { } type
        ? new(type, [type, type], (values, count, _) => Concat(type, values, count))
        : null;

    static IArrowArray Concat(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        var left = new ListColumn(arguments[0]);
        var right = new ListColumn(arguments[1]);
        NullMask leftNulls = NullMask.Of(arguments[0], count);
        NullMask rightNulls = NullMask.Of(arguments[1], count);
        NullMask nulls = NullMask.None(count);
        var rows = new ListRows(count);
        for (int row = 0; row < count; row++)
        {
            rows.AddRange(left.Start(row), leftNulls.IsNull(row) ? 0 : left.Count(row));
            rows.AddRange(left.Items.Length + right.Start(row), rightNulls.IsNull(row) ? 0 : right.Count(row));
            rows.EndRow();
            if (leftNulls.IsNull(row) && rightNulls.IsNull(row))
            {
                nulls.SetNull(row);
            }
        }

        return rows.Build(type, nulls, TakeKernels.Concat([left.Items, right.Items]));
    }

    static ScalarBinding? BindReverse(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var list] || ListArguments.ListOf(list) is not { } type)
        {
            return null;
        }

        return new(type, [type], (values, count, _) =>
        {
            NullMask nulls = NullMask.Of(values[0], count);
            var lists = new ListColumn(values[0]);
            var rows = new ListRows(count);
            for (int row = 0; row < count; row++)
            {
                for (int i = nulls.IsNull(row) ? 0 : lists.Count(row); i > 0; i--)
                {
                    rows.Add(lists.Start(row) + i - 1);
                }

                rows.EndRow();
            }

            return rows.Build(type, nulls, lists.Items);
        });
    }
}
