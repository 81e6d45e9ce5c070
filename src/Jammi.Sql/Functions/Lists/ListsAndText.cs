using System.Text;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Text;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Lists;

/// <summary>Texts joined from lists and split into them.</summary>
internal static class ListsAndText
{
    const string Category = "Lists";

    /// <summary>Appends the parts of one row to the column of parts, null for NULL.</summary>
    delegate void Splitter(TextArguments arguments, int row, List<string?> parts);

    static readonly SqlType Texts = SqlType.List(SqlType.Text);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("array_to_string", new(Category, "array_to_string(list, separator [, null])", "The items' texts with a separator between them; NULLs are left out, or written as the third argument.", "array_to_string([1, 2, 3], '-')", "1-2-3"), BindJoin) { Synonyms = ["list_to_string", "array_join"] },
        new OverloadedFunction(
            "string_to_array",
            new(Category, "string_to_array(text, separator [, null])", "The parts of a text between separators, its characters where the separator is NULL; a part equal to the third argument becomes NULL.", "string_to_array('a,b,c', ',')", "[a, b, c]"),
            new Overload(Texts, [SqlType.Text, SqlType.Text], Split(ToArray, required: 1)),
            new Overload(Texts, [SqlType.Text, SqlType.Text, SqlType.Text], Split(ToArray, required: 1))),
        new OverloadedFunction(
            "string_split",
            new(Category, "string_split(text, separator)", "The parts of a text between separators; its characters where the separator is empty.", "string_split('a,b,c', ',')", "[a, b, c]"),
            new Overload(Texts, [SqlType.Text, SqlType.Text], Split(Parts, required: 2)))
        {
            Synonyms = ["str_split", "split"],
        },
    ];

    static ScalarBinding? BindJoin(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not ([_, _] or [_, _, _]) || ListArguments.ListOf(arguments[0]) is not { } type || !arguments.Skip(1).All(ListArguments.IsText))
        {
            return null;
        }

        ValueList<SqlType> parameters = [type, .. Enumerable.Repeat(SqlType.Text, arguments.Count - 1)];
        return new(SqlType.Text, parameters, (values, count, _) => Join(type.Element!, values, count)) { MayReturnNull = arguments[0].Nullable || arguments[1].Nullable };
    }

    static IArrowArray Join(SqlType item, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        NullMask nulls = NullMask.Any(arguments[..2], count);
        var lists = new ListColumn(arguments[0]);
        IArrowArray items = CastKernels.Cast(ColumnarValue.Column(lists.Items), item, SqlType.Text, tryCast: false, lists.Items.Length);
        var texts = new BytesColumn(items);
        var separators = new BytesColumn(arguments[1]);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            bool substitute = arguments.Length == 3 && !Cells.IsNull(arguments[2].Array, arguments[2].IndexOf(row));
            bool first = true;
            int end = nulls.IsNull(row) ? 0 : lists.Start(row) + lists.Count(row);
            for (int i = lists.Start(row); i < end; i++)
            {
                bool missing = items.IsNull(i);
                if (missing && !substitute)
                {
                    continue;
                }

                output.Append(first ? default : separators[row]);
                output.Append(missing ? new BytesColumn(arguments[2])[row] : texts[i]);
                first = false;
            }

            output.EndRow();
        }

        return output.Build(SqlType.Text, nulls);
    }

    /// <summary>A kernel that gives lists of texts; rows in which one of the first <paramref name="required"/> arguments is NULL are NULL.</summary>
    static ScalarKernel Split(Splitter split, int required) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments[..required], count);
        var input = new TextArguments(arguments);
        var rows = new ListRows(count);
        var parts = new List<string?>();
        for (int row = 0; row < count; row++)
        {
            int before = parts.Count;
            if (nulls.IsValid(row))
            {
                split(input, row, parts);
            }

            rows.AddRange(before, parts.Count - before);
            rows.EndRow();
        }

        return rows.Build(Texts, nulls, ColumnFactory.FromObjects(SqlType.Text, [.. parts]));
    };

    static void Parts(TextArguments arguments, int row, List<string?> parts)
    {
        string text = arguments.String(0, row);
        string separator = arguments.String(1, row);
        if (separator.Length == 0)
        {
            parts.AddRange(Characters(text));
        }
        else
        {
            parts.AddRange(text.Split(separator));
        }
    }

    static void ToArray(TextArguments arguments, int row, List<string?> parts)
    {
        string text = arguments.String(0, row);
        if (text.Length == 0)
        {
            return;
        }

        string? separator = arguments.IsNull(1, row) ? null : arguments.String(1, row);
        string? missing = arguments.Count < 3 || arguments.IsNull(2, row) ? null : arguments.String(2, row);
        IEnumerable<string> found = separator switch
        {
            null => Characters(text),
            "" => [text],
            _ => text.Split(separator),
        };
        parts.AddRange(found.Select(part => part == missing ? null : part));
    }

    static IEnumerable<string> Characters(string text) => text.EnumerateRunes().Select(rune => rune.ToString());
}
