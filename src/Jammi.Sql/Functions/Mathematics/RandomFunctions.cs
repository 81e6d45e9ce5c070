using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Mathematics;

/// <summary>random and setseed, over the session's random numbers.</summary>
internal static class RandomFunctions
{
    const string Category = "Mathematics";

    static readonly FunctionTraits Volatile = new(Volatility.Volatile);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new OverloadedFunction(
            "random",
            new(Category, "random()", "A random number from 0 up to, but not including, 1; a new one every row.", "random() < 1", "true"),
            new Overload(SqlType.Double, [], Next) { NeverNull = true })
        {
            Behaviour = Volatile,
        },
        new OverloadedFunction(
            "setseed",
            new(Category, "setseed(x)", "Makes the session's next random numbers a fixed sequence, chosen by a number from -1 to 1. Gives NULL.", "setseed(0.5)", "NULL"),
            new Overload(SqlType.Integer, [SqlType.Double], Seed) { MayReturnNull = true })
        {
            Behaviour = Volatile,
        },
    ];

    static IArrowArray Next(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        byte[] buffer = Columns.Allocate(count, out Span<double> output);
        Source(context).Fill(output);
        return Columns.Wrap(SqlType.Double, count, buffer, NullMask.None(count));
    }

    static IArrowArray Seed(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        NullMask nulls = NullMask.Of(arguments[0], count);
        var seeds = new FixedColumn<double>(arguments[0]);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsNull(row))
            {
                continue;
            }

            if (!(Math.Abs(seeds[row]) <= 1))
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"setseed takes a number from -1 to 1, not {seeds[row]}."));
            }

            Source(context).Seed(seeds[row]);
        }

        return ColumnFactory.Nulls(SqlType.Integer, count);
    }

    static RandomSource Source(ExecutionContext context) => (RandomSource?)context.Services?.GetService(typeof(RandomSource)) ?? RandomSource.Unseeded;
}
