using System.Globalization;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Lists;

/// <summary>Series of numbers as lists, and lists with items replaced, counted, flattened or cut.</summary>
internal static class ListEditing
{
    const string Category = "Lists";

    /// <summary>More items in one list are refused.</summary>
    const long MostItems = 50_000_000;

    static readonly SqlType Numbers = SqlType.List(SqlType.BigInt);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        Series("range", "range([start,] stop [, step])", "The list of numbers from start (or 0) up to, but not including, stop.", "range(2, 10, 3)", "[2, 5, 8]", inclusive: false),
        Series("generate_series", "generate_series([start,] stop [, step])", "The list of numbers from start (or 0) to stop, both included.", "generate_series(1, 3)", "[1, 2, 3]", inclusive: true),
        new GenericFunction("array_positions", new(Category, "array_positions(list, item)", "The places of all occurrences of the item, from 1. NULL finds NULLs.", "array_positions([1, 2, 1], 1)", "[1, 3]"), BindPositions) { Synonyms = ["list_positions"] },
        new GenericFunction("array_replace", new(Category, "array_replace(list, from, to)", "The list with every item that equals from replaced.", "array_replace([1, 2, 1], 1, 9)", "[9, 2, 9]"), BindReplace) { Synonyms = ["list_replace"] },
        new GenericFunction("list_intersect", new(Category, "list_intersect(list, list)", "The different items of the first list that are in the second as well, without NULL.", "list_intersect([3, 1, 2, 3], [2, 3])", "[3, 2]"), a => BindSets(a, keep: true)) { Synonyms = ["array_intersect"] },
        new GenericFunction("list_except", new(Category, "list_except(list, list)", "The different items of the first list that are not in the second, without NULL.", "list_except([3, 1, 2, 3], [2])", "[3, 1]"), a => BindSets(a, keep: false)) { Synonyms = ["array_except"] },
        new GenericFunction("list_unique", new(Category, "list_unique(list)", "The number of different items, without NULL.", "list_unique([1, 2, 1, NULL])", "2"), BindUnique) { Synonyms = ["array_unique"] },
        new GenericFunction("flatten", new(Category, "flatten(list of lists)", "The items of all inner lists, one after the other.", "flatten(ARRAY[ARRAY[1, 2], ARRAY[3]])", "[1, 2, 3]"), BindFlatten),
        new GenericFunction("trim_array", new(Category, "trim_array(list, n)", "The list without its last n items.", "trim_array([1, 2, 3], 1)", "[1, 2]"), BindTrim),
        new GenericFunction("list_reverse_sort", new(Category, "list_reverse_sort(list)", "The items in descending order, NULLs first.", "list_reverse_sort([3, 1, 2])", "[3, 2, 1]"), BindReverseSort) { Synonyms = ["array_reverse_sort"] },
    ];

    static OverloadedFunction Series(string name, string syntax, string description, string example, string result, bool inclusive) => new(
        name,
        new(Category, syntax, description, example, result),
        [.. Enumerable.Range(1, 3).Select(n => new Overload(Numbers, Enumerable.Repeat(SqlType.BigInt, n).ToValueList(), (a, count, context) => Fill(name, inclusive, a, count, context)))]);

    static IArrowArray Fill(string name, bool inclusive, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var rows = new ListRows(count);
        var numbers = new List<long>();
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                context.ThrowIfCancelled();
                long first = arguments.Length == 1 ? 0 : new FixedColumn<long>(arguments[0])[row];
                long stop = new FixedColumn<long>(arguments[arguments.Length == 1 ? 0 : 1])[row];
                long step = arguments.Length < 3 ? 1 : new FixedColumn<long>(arguments[2])[row];
                int before = numbers.Count;
                Append(name, numbers, first, stop, step, inclusive);
                rows.AddRange(before, numbers.Count - before);
            }

            rows.EndRow();
        }

        byte[] buffer = Columns.Allocate(numbers.Count, out Span<long> values);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers).CopyTo(values);
        return rows.Build(Numbers, nulls, ColumnFactory.FromValues(SqlType.BigInt, numbers.Count, buffer));
    }

    static void Append(string name, List<long> numbers, long first, long stop, long step, bool inclusive)
    {
        if (step == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "The step of a series must not be zero.");
        }

        Int128 span = step > 0 ? (Int128)stop - first : (Int128)first - stop;
        Int128 stride = Int128.Abs(step);
        Int128 length = inclusive ? (span < 0 ? 0 : (span / stride) + 1) : span <= 0 ? 0 : ((span - 1) / stride) + 1;
        if (length > MostItems || numbers.Count + length > MostItems)
        {
            throw new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"{name} makes a list of more than {MostItems:N0} items; use {name} in FROM, which makes rows."));
        }

        long value = first;
        for (long i = 0; i < (long)length; i++)
        {
            numbers.Add(value);
            value = unchecked(value + step);
        }
    }

    static ScalarBinding? BindPositions(IReadOnlyList<Expression> arguments) => arguments is [var list, var item] && ListArguments.ListWith(list, item) is { } type
        ? new(Numbers, [type, type.Element!], (values, count, _) =>
        {
            var lists = new ListColumn(values[0]);
            var codes = new ItemCodes(type.Element!, lists.Items, values[1]);
            NullMask nulls = NullMask.Of(values[0], count);
            var rows = new ListRows(count);
            for (int row = 0; row < count; row++)
            {
                for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
                {
                    if (codes[lists.Start(row) + i] == codes.Sought(row))
                    {
                        rows.Add(i);
                    }
                }

                rows.EndRow();
            }

            int most = 0;
            for (int row = 0; row < count; row++)
            {
                most = Math.Max(most, nulls.IsNull(row) ? 0 : lists.Count(row));
            }

            byte[] buffer = Columns.Allocate(most, out Span<long> places);
            for (int i = 0; i < most; i++)
            {
                places[i] = i + 1;
            }

            return rows.Build(Numbers, nulls, ColumnFactory.FromValues(SqlType.BigInt, most, buffer));
        })
        {
            MayReturnNull = arguments[0].Nullable,
        }
        : null;

    static ScalarBinding? BindReplace(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var list, var from, var to] || ListArguments.ListWith(list, from) is not { } type
            || ListArguments.ListWith(new ConstantExpression(ScalarValue.NullOf(type)), to) is not { } common)
        {
            return null;
        }

        return new(common, [common, common.Element!, common.Element!], (values, count, _) =>
        {
            var lists = new ListColumn(values[0]);
            var codes = new ItemCodes(common.Element!, lists.Items, values[1]);
            NullMask nulls = NullMask.Of(values[0], count);
            var rows = new ListRows(count);
            for (int row = 0; row < count; row++)
            {
                for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
                {
                    int place = lists.Start(row) + i;
                    rows.Add(codes[place] == codes.Sought(row) ? lists.Items.Length + values[2].IndexOf(row) : place);
                }

                rows.EndRow();
            }

            return rows.Build(common, nulls, TakeKernels.Concat([lists.Items, values[2].Array]));
        })
        {
            MayReturnNull = arguments[0].Nullable,
        };
    }

    static ScalarBinding? BindSets(IReadOnlyList<Expression> arguments, bool keep) => arguments is [var left, var right] && ListArguments.Common(left, right) is { } type
        ? new(type, [type, type], (values, count, _) =>
        {
            NullMask nulls = NullMask.Any(values, count);
            var lists = new ListColumn(values[0]);
            var others = new ListColumn(values[1]);
            var codes = new ItemCodes(type.Element!, lists.Items, ColumnarValue.Column(others.Items));
            var rows = new ListRows(count);
            var members = new HashSet<int>();
            var seen = new HashSet<int>();
            for (int row = 0; row < count; row++)
            {
                members.Clear();
                seen.Clear();
                for (int i = 0; i < (nulls.IsNull(row) ? 0 : others.Count(row)); i++)
                {
                    members.Add(codes.Sought(others.Start(row) + i));
                }

                for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
                {
                    int code = codes[lists.Start(row) + i];
                    if (code != ItemCodes.Null && members.Contains(code) == keep && seen.Add(code))
                    {
                        rows.Add(lists.Start(row) + i);
                    }
                }

                rows.EndRow();
            }

            return rows.Build(type, nulls, lists.Items);
        })
        : null;

    static ScalarBinding? BindUnique(IReadOnlyList<Expression> arguments) => arguments is [var list] && ListArguments.ListOf(list) is { } type
        ? new(SqlType.BigInt, [type], (values, count, _) =>
        {
            var lists = new ListColumn(values[0]);
            var codes = new ItemCodes(type.Element!, lists.Items);
            NullMask nulls = NullMask.Of(values[0], count);
            byte[] buffer = Columns.Allocate(count, out Span<long> output);
            var seen = new HashSet<int>();
            for (int row = 0; row < count; row++)
            {
                seen.Clear();
                for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
                {
                    seen.Add(codes[lists.Start(row) + i]);
                }

                seen.Remove(ItemCodes.Null);
                output[row] = seen.Count;
            }

            return Columns.Wrap(SqlType.BigInt, count, buffer, nulls);
        })
        : null;

    static ScalarBinding? BindFlatten(IReadOnlyList<Expression> arguments) => arguments is [{ Type: { Kind: SqlTypeKind.List, Element: { Kind: SqlTypeKind.List } inner } type }]
        ? new(inner, [type], (values, count, _) =>
        {
            var lists = new ListColumn(values[0]);
            var inners = new ListColumn(ColumnarValue.Column(lists.Items));
            NullMask nulls = NullMask.Of(values[0], count);
            var rows = new ListRows(count);
            for (int row = 0; row < count; row++)
            {
                for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
                {
                    int place = lists.Start(row) + i;
                    rows.AddRange(inners.Start(place), lists.Items.IsNull(place) ? 0 : inners.Count(place));
                }

                rows.EndRow();
            }

            return rows.Build(inner, nulls, inners.Items);
        })
        : null;

    static ScalarBinding? BindTrim(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var list, var number] || ListArguments.ListOf(list) is not { } type || !ListArguments.IsInteger(number))
        {
            return null;
        }

        return new(type, [type, SqlType.BigInt], (values, count, _) =>
        {
            var lists = new ListColumn(values[0]);
            var numbers = new FixedColumn<long>(values[1]);
            NullMask nulls = NullMask.Any(values, count);
            var rows = new ListRows(count);
            for (int row = 0; row < count; row++)
            {
                if (nulls.IsValid(row))
                {
                    if (numbers[row] < 0 || numbers[row] > lists.Count(row))
                    {
                        throw new SqlException(SqlErrorCode.InvalidParameter, $"trim_array takes {numbers[row]} of {lists.Count(row)} items away.");
                    }

                    rows.AddRange(lists.Start(row), lists.Count(row) - (int)numbers[row]);
                }

                rows.EndRow();
            }

            return rows.Build(type, nulls, lists.Items);
        });
    }

    static ScalarBinding? BindReverseSort(IReadOnlyList<Expression> arguments) => arguments is [var list]
        ? ListSearch.BindSort([list, new ConstantExpression(ScalarValue.From("DESC"))]) is { } sort
            ? sort with { ParameterTypes = [sort.ParameterTypes[0]], Kernel = (values, count, context) => sort.Kernel([values[0], ColumnarValue.Constant(ScalarValue.From("DESC"))], count, context) }
            : null
        : null;
}
