using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Conditional;

/// <summary>greatest, least and nullif, over values of any type that can be compared.</summary>
internal static class ConditionalFunctions
{
    const string Category = "Conditional";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("greatest", new(Category, "greatest(value, ...)", "The largest of the values; NULLs are passed over.", "greatest(3, NULL, 7)", "7"), a => BindExtreme(a, ComparisonOperator.Greater)),
        new GenericFunction("least", new(Category, "least(value, ...)", "The smallest of the values; NULLs are passed over.", "least(3, NULL, 7)", "3"), a => BindExtreme(a, ComparisonOperator.Less)),
        new GenericFunction("nullif", new(Category, "nullif(a, b)", "NULL where a equals b, else a.", "nullif('-', '-')", "NULL"), BindNullIf),
    ];

    /// <summary>The one type of the values: text literals and NULLs take that of the others.</summary>
    static SqlType? Common(IEnumerable<Expression> arguments)
    {
        SqlType? common = null;
        foreach (Expression argument in arguments)
        {
            if (argument.Type.Kind == SqlTypeKind.Null || OverloadResolution.IsTextLiteral(argument))
            {
                continue;
            }

            common = common is null ? argument.Type : TypeCoercion.CommonType(common, argument.Type);
            if (common is null)
            {
                return null;
            }
        }

        return common ?? SqlType.Text;
    }

    static ScalarBinding? BindExtreme(IReadOnlyList<Expression> arguments, ComparisonOperator better)
    {
        if (arguments.Count == 0 || Common(arguments) is not { } type)
        {
            return null;
        }

        return new(type, Enumerable.Repeat(type, arguments.Count).ToValueList(), (values, count, _) => Extreme(type, better, values, count))
        {
            NeverNull = arguments.Any(a => !a.Nullable),
        };
    }

    /// <summary>Goes through the arguments column by column, remembering for each row which value is the best so far.</summary>
    static IArrowArray Extreme(SqlType type, ComparisonOperator better, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        IArrowArray best = TakeKernels.Materialize(arguments[0], count);
        var picks = new int[count];
        foreach (ColumnarValue argument in arguments[1..])
        {
            IArrowArray wins = CompareKernels.Compare(better, type, argument, ColumnarValue.Column(best), count);
            for (int row = 0; row < count; row++)
            {
                bool taken = BooleanColumn.IsTrue(wins, row) || Cells.IsNull(best, row);
                picks[row] = taken ? count + argument.IndexOf(row) : row;
            }

            best = TakeKernels.Take(TakeKernels.Concat([best, argument.Array]), picks);
        }

        return best;
    }

    static ScalarBinding? BindNullIf(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var value, _] || Common(arguments) is not { } common)
        {
            return null;
        }

        // The result is the first value as it was, whatever it is compared as.
        SqlType type = value.Type.Kind == SqlTypeKind.Null || OverloadResolution.IsTextLiteral(value) ? common : value.Type;
        return new(type, [type, common], (values, count, _) => NullIf(type, common, values, count)) { MayReturnNull = true };
    }

    static IArrowArray NullIf(SqlType type, SqlType common, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        IArrowArray converted = CastKernels.Cast(arguments[0], type, common, tryCast: false, count);
        ColumnarValue left = arguments[0].IsConstant ? ColumnarValue.Constant(converted) : ColumnarValue.Column(converted);
        IArrowArray equal = CompareKernels.Compare(ComparisonOperator.Equal, common, left, arguments[1], count);
        var picks = new int[count];
        for (int row = 0; row < count; row++)
        {
            picks[row] = BooleanColumn.IsTrue(equal, row) ? -1 : arguments[0].IndexOf(row);
        }

        return TakeKernels.Take(arguments[0].Array, picks);
    }
}
