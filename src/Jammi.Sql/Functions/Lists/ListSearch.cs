using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Lists;

/// <summary>Looking for items in lists, and putting them in order.</summary>
internal static class ListSearch
{
    const string Category = "Lists";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("list_contains", new(Category, "list_contains(list, item) or item = ANY (list)", "Whether the item is in the list: NULL where a NULL in the list (or as the item) leaves that open, as with IN.", "list_contains(ARRAY['red', 'blue'], 'blue')", "true"), BindContains) { Synonyms = ["array_contains", "list_has", "array_has"] },
        new GenericFunction("list_position", new(Category, "list_position(list, item)", "The place of the item's first occurrence, from 1; NULL where it does not occur. NULL finds NULL.", "list_position(ARRAY['red', 'blue'], 'blue')", "2"), BindPosition) { Synonyms = ["array_position", "list_indexof", "array_indexof"] },
        new GenericFunction("list_has_any", new(Category, "list_has_any(list, list)", "Whether the lists have an item in common; NULLs are passed over.", "list_has_any([1, 2], [2, 3])", "true"), a => BindOverlap(a, all: false)) { Synonyms = ["array_has_any"] },
        new GenericFunction("list_has_all", new(Category, "list_has_all(list, items)", "Whether every item of the second list is in the first; NULLs are passed over.", "list_has_all([1, 2, 3], [2, 3])", "true"), a => BindOverlap(a, all: true)) { Synonyms = ["array_has_all"] },
        new GenericFunction("array_remove", new(Category, "array_remove(list, item)", "The list without any occurrence of the item; NULL removes NULLs.", "array_remove([1, 2, 1], 1)", "[2]"), BindRemove),
        new GenericFunction("list_distinct", new(Category, "list_distinct(list)", "The different items in order of their first appearance, without NULL.", "list_distinct([2, 1, 2, NULL])", "[2, 1]"), BindDistinct) { Synonyms = ["array_distinct"] },
        new GenericFunction("list_sort", new(Category, "list_sort(list [, 'ASC' or 'DESC' [, 'NULLS FIRST' or 'NULLS LAST']])", "The items in order; NULLs last when ascending and first when descending, unless told otherwise.", "list_sort([3, 1, 2], 'DESC')", "[3, 2, 1]"), BindSort) { Synonyms = ["array_sort"] },
    ];

    static ScalarBinding? BindContains(IReadOnlyList<Expression> arguments) => arguments is [var list, var item] && ListArguments.ListWith(list, item) is { } type
        ? new(SqlType.Boolean, [type, type.Element!], (values, count, _) => Contains(type.Element!, values[0], values[1], count)) { MayReturnNull = true }
        : null;

    static IArrowArray Contains(SqlType item, ColumnarValue list, ColumnarValue sought, int count)
    {
        var lists = new ListColumn(list);
        var codes = new ItemCodes(item, lists.Items, sought);
        NullMask nulls = NullMask.Of(list, count);
        byte[] flags = new byte[count];
        bool[]? members = null;
        bool constantHasNull = false;
        if (list.IsConstant && count > 0 && nulls.IsValid(0))
        {
            // One list for every row: membership is a table look-up.
            members = codes.Members(0, lists.Count(0), out constantHasNull);
        }

        for (int row = 0; row < count; row++)
        {
            if (nulls.IsNull(row))
            {
                continue;
            }

            int code = codes.Sought(row);
            bool hasNull = constantHasNull;
            bool found = members is null ? codes.Find(lists.Start(row), lists.Count(row), code, out hasNull) >= 0 : code >= 0 && members[code];
            bool open = code == ItemCodes.Null ? lists.Count(row) > 0 : !found && hasNull;
            flags[row] = found && code != ItemCodes.Null ? (byte)1 : (byte)0;
            if (open)
            {
                nulls.SetNull(row);
            }
        }

        return Columns.Wrap(SqlType.Boolean, count, flags, nulls);
    }

    static ScalarBinding? BindPosition(IReadOnlyList<Expression> arguments) => arguments is [var list, var item] && ListArguments.ListWith(list, item) is { } type
        ? new(SqlType.BigInt, [type, type.Element!], (values, count, _) => Position(type.Element!, values[0], values[1], count)) { MayReturnNull = true }
        : null;

    static IArrowArray Position(SqlType item, ColumnarValue list, ColumnarValue sought, int count)
    {
        var lists = new ListColumn(list);
        var codes = new ItemCodes(item, lists.Items, sought);
        NullMask nulls = NullMask.Of(list, count);
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        for (int row = 0; row < count; row++)
        {
            int place = nulls.IsNull(row) ? -1 : codes.Find(lists.Start(row), lists.Count(row), codes.Sought(row), out _);
            output[row] = place + 1;
            if (place < 0)
            {
                nulls.SetNull(row);
            }
        }

        return Columns.Wrap(SqlType.BigInt, count, buffer, nulls);
    }

    static ScalarBinding? BindRemove(IReadOnlyList<Expression> arguments) => arguments is [var list, var item] && ListArguments.ListWith(list, item) is { } type
        ? new(type, [type, type.Element!], (values, count, _) =>
        {
            var lists = new ListColumn(values[0]);
            var codes = new ItemCodes(type.Element!, lists.Items, values[1]);
            NullMask nulls = NullMask.Of(values[0], count);
            var rows = new ListRows(count);
            for (int row = 0; row < count; row++)
            {
                int removed = codes.Sought(row);
                for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
                {
                    if (codes[lists.Start(row) + i] != removed)
                    {
                        rows.Add(lists.Start(row) + i);
                    }
                }

                rows.EndRow();
            }

            return rows.Build(type, nulls, lists.Items);
        })
        {
            MayReturnNull = arguments[0].Nullable,
        }
        : null;

    static ScalarBinding? BindOverlap(IReadOnlyList<Expression> arguments, bool all) => arguments is [var left, var right] && ListArguments.Common(left, right) is { } type
        ? new(SqlType.Boolean, [type, type], (values, count, _) => Overlap(type.Element!, values, count, all))
        : null;

    static IArrowArray Overlap(SqlType item, ReadOnlySpan<ColumnarValue> arguments, int count, bool all)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var left = new ListColumn(arguments[0]);
        var right = new ListColumn(arguments[1]);
        var codes = new ItemCodes(item, left.Items, ColumnarValue.Column(right.Items));
        byte[] flags = new byte[count];
        var members = new HashSet<int>();
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsNull(row))
            {
                continue;
            }

            members.Clear();
            for (int i = 0; i < left.Count(row); i++)
            {
                members.Add(codes[left.Start(row) + i]);
            }

            bool holds = all;
            for (int i = 0; i < right.Count(row) && holds == all; i++)
            {
                int code = codes.Sought(right.Start(row) + i);
                holds = code == ItemCodes.Null ? all : members.Contains(code);
            }

            flags[row] = holds ? (byte)1 : (byte)0;
        }

        return Columns.Wrap(SqlType.Boolean, count, flags, nulls);
    }

    static ScalarBinding? BindDistinct(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var list] || ListArguments.ListOf(list) is not { } type)
        {
            return null;
        }

        return new(type, [type], (values, count, _) =>
        {
            var lists = new ListColumn(values[0]);
            var codes = new ItemCodes(type.Element!, lists.Items);
            NullMask nulls = NullMask.Of(values[0], count);
            var rows = new ListRows(count);
            var seen = new HashSet<int>();
            for (int row = 0; row < count; row++)
            {
                seen.Clear();
                for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
                {
                    int code = codes[lists.Start(row) + i];
                    if (code != ItemCodes.Null && seen.Add(code))
                    {
                        rows.Add(lists.Start(row) + i);
                    }
                }

                rows.EndRow();
            }

            return rows.Build(type, nulls, lists.Items);
        });
    }

    public static ScalarBinding? BindSort(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not ([_] or [_, _] or [_, _, _]) || ListArguments.ListOf(arguments[0]) is not { } type || !arguments.Skip(1).All(ListArguments.IsText))
        {
            return null;
        }

        ValueList<SqlType> parameters = [type, .. Enumerable.Repeat(SqlType.Text, arguments.Count - 1)];
        return new(type, parameters, (values, count, _) => Sort(type, values, count));
    }

    static IArrowArray Sort(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var lists = new ListColumn(arguments[0]);
        var rows = new ListRows(count);
        var orders = new Dictionary<SortDirection, SortKeys>();
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                SortDirection direction = Direction(arguments, row);
                if (!orders.TryGetValue(direction, out SortKeys? keys))
                {
                    keys = SortKeyKernels.Encode([lists.Items], [direction], lists.Items.Length);
                    orders.Add(direction, keys);
                }

                int[] items = [.. Enumerable.Range(lists.Start(row), lists.Count(row))];
                items.AsSpan().Sort((a, b) => keys[a].SequenceCompareTo(keys[b]) is not 0 and var order ? order : a.CompareTo(b));
                rows.AddRange(items);
            }

            rows.EndRow();
        }

        return rows.Build(type, nulls, lists.Items);
    }

    static SortDirection Direction(ReadOnlySpan<ColumnarValue> arguments, int row)
    {
        string order = arguments.Length > 1 ? Word(arguments[1], row) : "ASC";
        bool descending = order switch
        {
            "ASC" => false,
            "DESC" => true,
            _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"list_sort sorts 'ASC' or 'DESC', not '{order}'."),
        };
        string nulls = arguments.Length > 2 ? Word(arguments[2], row) : descending ? "NULLS FIRST" : "NULLS LAST";
        return nulls switch
        {
            "NULLS FIRST" => new(descending, NullsFirst: true),
            "NULLS LAST" => new(descending, NullsFirst: false),
            _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"list_sort puts 'NULLS FIRST' or 'NULLS LAST', not '{nulls}'."),
        };
    }

    static string Word(ColumnarValue texts, int row) => System.Text.Encoding.UTF8.GetString(new BytesColumn(texts)[row]).Trim().ToUpperInvariant();
}
