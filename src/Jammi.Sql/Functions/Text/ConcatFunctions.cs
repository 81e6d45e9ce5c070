using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary><c>||</c>, concat and concat_ws. <c>||</c> is NULL where an operand is; the functions leave NULLs out.</summary>
internal static class ConcatFunctions
{
    const string Category = "Text";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("||", new(Category, "a || b", "Texts or blobs one after the other; other values as their text. NULL where one is NULL. Lists likewise, and a list and an item; there NULL counts as an empty list.", "'fig-' || 7", "fig-7"), BindOperator),
        new GenericFunction("concat", new(Category, "concat(value, ...)", "The texts of all values one after the other; NULLs are left out.", "concat('a', NULL, 1)", "a1"), a => a.Count == 0 ? null : Skipping(a.Count, separator: false)),
        new GenericFunction("concat_ws", new(Category, "concat_ws(separator, value, ...)", "The texts of all values that are not NULL, with a separator between them.", "concat_ws('-', 2024, NULL, '07')", "2024-07"), a => a.Count < 2 ? null : Skipping(a.Count, separator: true)),
    ];

    static ScalarBinding? BindOperator(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var left, var right])
        {
            return null;
        }

        if (left.Type.Kind == SqlTypeKind.Blob || right.Type.Kind == SqlTypeKind.Blob)
        {
            return OverloadResolution.Bind([new Overload(SqlType.Blob, [SqlType.Blob, SqlType.Blob], Joined(SqlType.Blob))], arguments);
        }

        if (left.Type.Kind == SqlTypeKind.List || right.Type.Kind == SqlTypeKind.List)
        {
            return ListFunctions.BindJoin(arguments);
        }

        bool oneIsText = left.Type.Kind is SqlTypeKind.Text or SqlTypeKind.Null || right.Type.Kind is SqlTypeKind.Text or SqlTypeKind.Null;
        return oneIsText ? new(SqlType.Text, [SqlType.Text, SqlType.Text], Joined(SqlType.Text)) : null;
    }

    static ScalarKernel Joined(SqlType type) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var left = new BytesColumn(arguments[0]);
        var right = new BytesColumn(arguments[1]);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                output.Append(left[row]);
                output.Append(right[row]);
            }

            output.EndRow();
        }

        return output.Build(type, nulls);
    };

    static ScalarBinding Skipping(int count, bool separator) =>
        new(SqlType.Text, Enumerable.Repeat(SqlType.Text, count).ToValueList(), separator ? ConcatWithSeparator : Concat) { NeverNull = !separator };

    static IArrowArray Concat(ReadOnlySpan<ColumnarValue> arguments, int count, Execution.ExecutionContext context)
    {
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            foreach (ColumnarValue argument in arguments)
            {
                if (!Cells.IsNull(argument.Array, argument.IndexOf(row)))
                {
                    output.Append(new BytesColumn(argument)[row]);
                }
            }

            output.EndRow();
        }

        return output.Build(SqlType.Text, NullMask.None(count));
    }

    static IArrowArray ConcatWithSeparator(ReadOnlySpan<ColumnarValue> arguments, int count, Execution.ExecutionContext context)
    {
        NullMask nulls = NullMask.Of(arguments[0], count);
        var separator = new BytesColumn(arguments[0]);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            bool first = true;
            foreach (ColumnarValue argument in nulls.IsValid(row) ? arguments[1..] : [])
            {
                if (!Cells.IsNull(argument.Array, argument.IndexOf(row)))
                {
                    output.Append(first ? default : separator[row]);
                    output.Append(new BytesColumn(argument)[row]);
                    first = false;
                }
            }

            output.EndRow();
        }

        return output.Build(SqlType.Text, nulls);
    }
}
