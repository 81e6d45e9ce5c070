using System.Globalization;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Mathematics;

/// <summary>Whole quotients and the numbers of buckets.</summary>
internal static class WholeFunctions
{
    const string Category = "Mathematics";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new OverloadedFunction(
            "div",
            new(Category, "div(a, b)", "The quotient without its fraction; NULL when b is 0.", "div(-7.5, 2)", "-3"),
            new Overload(SqlType.BigInt, [SqlType.BigInt, SqlType.BigInt], ScalarKernels.CheckedBinary<WholeQuotient, long, long, long>(SqlType.BigInt)) { MayReturnNull = true },
            new Overload(SqlType.Double, [SqlType.Double, SqlType.Double], ScalarKernels.CheckedBinary<TruncatedQuotient, double, double, double>(SqlType.Double)) { MayReturnNull = true }),
        new OverloadedFunction(
            "width_bucket",
            new(Category, "width_bucket(x, low, high, count) or width_bucket(x, thresholds)", "The number of the bucket that x falls into, of count equal ones from low to high, or of those between rising thresholds: 0 below the first, one more than the last above it.", "width_bucket(5.35, 0.024, 10.06, 5)", "3"),
            new Overload(SqlType.Integer, [SqlType.Double, SqlType.Double, SqlType.Double, SqlType.BigInt], Buckets),
            new Overload(SqlType.Integer, [SqlType.Double, SqlType.List(SqlType.Double)], Thresholds)),
    ];

    static IArrowArray Buckets(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var values = new FixedColumn<double>(arguments[0]);
        var lows = new FixedColumn<double>(arguments[1]);
        var highs = new FixedColumn<double>(arguments[2]);
        var counts = new FixedColumn<long>(arguments[3]);
        byte[] buffer = Columns.Allocate(count, out Span<int> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsNull(row) ? 0 : Bucket(values[row], lows[row], highs[row], counts[row]);
        }

        return Columns.Wrap(SqlType.Integer, count, buffer, nulls);
    }

    static int Bucket(double value, double low, double high, long count)
    {
        if (count is <= 0 or >= int.MaxValue)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture, $"width_bucket takes a number of buckets from 1 to {int.MaxValue - 1}, not {count}."));
        }

        if (double.IsNaN(value) || !double.IsFinite(low) || !double.IsFinite(high) || low == high)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture, $"width_bucket({value}, {low}, {high}, {count}): the bounds are finite and different, and x is a number."));
        }

        // From high to low the buckets count downwards.
        (double from, double to, double x) = low < high ? (low, high, value) : (-low, -high, -value);
        return x < from ? 0 : x >= to ? (int)count + 1 : Math.Min((int)((x - from) / (to - from) * count), (int)count - 1) + 1;
    }

    static IArrowArray Thresholds(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var values = new FixedColumn<double>(arguments[0]);
        var lists = new ListColumn(arguments[1]);
        ReadOnlySpan<double> thresholds = Columns.Values<double>(lists.Items);
        if (lists.Items.NullCount > 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "The thresholds of width_bucket are numbers, not NULL.");
        }

        byte[] buffer = Columns.Allocate(count, out Span<int> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = 0;
            ReadOnlySpan<double> rising = nulls.IsNull(row) ? default : thresholds.Slice(lists.Start(row), lists.Count(row));
            int low = 0;
            int high = rising.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = values[row] < rising[middle] ? (low, middle) : (middle + 1, high);
            }

            output[row] = low;
        }

        return Columns.Wrap(SqlType.Integer, count, buffer, nulls);
    }

    readonly struct WholeQuotient : ICheckedBinaryOperation<long, long, long>
    {
        public static bool TryInvoke(long left, long right, out long result)
        {
            bool possible = right != 0 && !(left == long.MinValue && right == -1);
            result = possible ? left / right : 0;
            return possible;
        }

        public static SqlException? Failure(long left, long right) =>
            right == 0 ? null : new(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"div({left}, {right}) overflows BIGINT."));
    }

    readonly struct TruncatedQuotient : ICheckedBinaryOperation<double, double, double>
    {
        public static bool TryInvoke(double left, double right, out double result)
        {
            result = right == 0 ? 0 : Math.Truncate(left / right);
            return right != 0;
        }

        public static SqlException? Failure(double left, double right) => null;
    }
}
