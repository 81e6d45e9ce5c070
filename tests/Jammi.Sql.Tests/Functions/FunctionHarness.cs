using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Aggregates;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Tests.Functions;

/// <summary>Binds and runs functions as the engine does: arguments are cast to the chosen overload's types, then the kernel runs.</summary>
internal static class FunctionHarness
{
    public static FunctionRegistry Registry { get; } = BuiltinFunctions.CreateRegistry();

    public static ExecutionContext Context { get; } = new()
    {
        Snapshot = null!,
        Now = new DateTimeOffset(2024, 2, 29, 12, 30, 45, TimeSpan.Zero),
    };

    /// <summary>A typed argument: <paramref name="Values"/> are rows of a column, or one constant.</summary>
    public sealed record Argument(SqlType Type, bool IsConstant, params object?[] Values)
    {
        public IArrowArray Array => ColumnFactory.FromObjects(Type, Values);

        public Expression Expression => IsConstant
            ? new ConstantExpression(ScalarValue.From(Type, Values[0]))
            : new ColumnExpression(0, "c", Type, Nullable: true);
    }

    public static Argument Constant(SqlType type, object? value) => new(type, true, value);

    public static Argument Column(SqlType type, params object?[] values) => new(type, false, values);

    /// <summary>Calls with constants whose SQL types follow from their CLR types.</summary>
    public static object? Call(string name, params object?[] arguments) => Run(name, [.. arguments.Select(ConstantOf)])[0];

    public static SqlType TypeOf(string name, params SqlType[] arguments) =>
        (Registry.FindScalar(name)!.Bind([.. arguments.Select(t => new ColumnExpression(0, "c", t, true))])
            ?? throw new InvalidOperationException($"{name} does not bind.")).ReturnType;

    /// <summary>Runs over columns (and constants); gives the result's rows.</summary>
    public static object?[] Run(string name, params Argument[] arguments)
    {
        ScalarFunction function = Registry.FindScalar(name) ?? throw new InvalidOperationException($"No function {name}.");
        ScalarBinding binding = function.Bind([.. arguments.Select(a => a.Expression)])
            ?? throw new InvalidOperationException($"{name}({string.Join(", ", arguments.Select(a => a.Type))}) does not bind.");
        int count = arguments.FirstOrDefault(a => !a.IsConstant)?.Values.Length ?? 1;
        ColumnarValue[] values = [.. arguments.Select((a, i) => Convert(a, binding.ParameterTypes[i]))];
        IArrowArray result = binding.Kernel(values, count, Context);
        Assert.Equal(count, result.Length);

        // The same over slices of longer columns: offsets must be honoured.
        ColumnarValue[] sliced = [.. arguments.Select((a, i) => a.IsConstant ? values[i] : Slice(values[i]))];
        object?[] rows = Rows(binding.ReturnType, result);
        if (function.Traits.Volatility != Volatility.Volatile)
        {
            Assert.Equal(rows, Rows(binding.ReturnType, binding.Kernel(sliced, count, Context)));
        }

        return rows;
    }

    public static object?[] Rows(SqlType type, IArrowArray array) => [.. Enumerable.Range(0, array.Length).Select(i => ColumnFactory.ToObject(type, array, i))];

    /// <summary>Aggregates columns into groups: in one state, and in two that are merged; both must agree.</summary>
    public static object?[] Aggregate(string name, int[] groups, params Argument[] arguments)
    {
        AggregateBinding binding = Registry.FindAggregate(name)!.Bind([.. arguments.Select(a => a.Expression)])
            ?? throw new InvalidOperationException($"{name} does not bind.");
        int count = groups.Length;
        int groupCount = count == 0 ? 1 : groups.Max() + 1;
        ColumnarValue[] values = [.. arguments.Select((a, i) => Convert(a, binding.ParameterTypes[i]))];

        AggregateState whole = binding.CreateState();
        whole.EnsureGroups(groupCount);
        whole.Update(groups, values, count, Context);
        object?[] result = Rows(binding.ReturnType, whole.Finish(0, groupCount));

        int half = count / 2;
        AggregateState merged = binding.CreateState();
        merged.EnsureGroups(groupCount);
        merged.Update(groups.AsSpan(0, half), Window(values, 0, half), half, Context);
        AggregateState second = binding.CreateState();
        second.EnsureGroups(groupCount);
        second.Update(groups.AsSpan(half), Window(values, half, count - half), count - half, Context);
        merged.Merge(second, [.. Enumerable.Range(0, groupCount)]);
        AssertSame(result, Rows(binding.ReturnType, merged.Finish(0, groupCount)));
        return result;
    }

    public static object? AggregateAll(string name, params Argument[] arguments) => Aggregate(name, new int[arguments[0].Values.Length], arguments)[0];

    /// <summary>Casts constants or columns; gives the rows.</summary>
    public static object?[] Cast(SqlType from, SqlType to, bool tryCast, params object?[] values) =>
        Rows(to, CastKernels.Cast(ColumnarValue.Column(ColumnFactory.FromObjects(from, values)), from, to, tryCast, values.Length));

    public static object? Cast(SqlType from, SqlType to, object? value) => Cast(from, to, false, value)[0];

    public static SqlException Throws(Func<object?> action) => Assert.Throws<SqlException>(action);

    static void AssertSame(object?[] expected, object?[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] is double e && actual[i] is double a)
            {
                Assert.True(e.Equals(a) || Math.Abs(e - a) <= 1e-9 * Math.Max(1, Math.Abs(e)), $"{e} after one pass, {a} merged");
            }
            else
            {
                Assert.Equal(expected[i], actual[i]);
            }
        }
    }

    static ColumnarValue[] Window(ColumnarValue[] values, int start, int count) =>
        [.. values.Select(v => v.IsConstant ? v : ColumnarValue.Column(TakeKernels.Slice(v.Array, start, count)))];

    static ColumnarValue Convert(Argument argument, SqlType to)
    {
        ColumnarValue value = argument.IsConstant ? ColumnarValue.Constant(argument.Array) : ColumnarValue.Column(argument.Array);
        IArrowArray array = CastKernels.Cast(value, argument.Type, to, tryCast: false, argument.Values.Length);
        return argument.IsConstant ? ColumnarValue.Constant(array) : ColumnarValue.Column(array);
    }

    static ColumnarValue Slice(ColumnarValue column)
    {
        IArrowArray array = column.Array;
        int[] padded = [.. Enumerable.Repeat(0, array.Length == 0 ? 0 : 3), .. Enumerable.Range(0, array.Length), .. Enumerable.Repeat(0, array.Length == 0 ? 0 : 2)];
        return ColumnarValue.Column(TakeKernels.Slice(TakeKernels.Take(array, padded), array.Length == 0 ? 0 : 3, array.Length));
    }

    static Argument ConstantOf(object? value) => Constant(
        value switch
        {
            null => SqlType.Null,
            bool => SqlType.Boolean,
            sbyte => SqlType.TinyInt,
            short => SqlType.SmallInt,
            int => SqlType.Integer,
            long => SqlType.BigInt,
            byte => SqlType.UTinyInt,
            ushort => SqlType.USmallInt,
            uint => SqlType.UInteger,
            ulong => SqlType.UBigInt,
            float => SqlType.Real,
            double => SqlType.Double,
            decimal d => SqlType.Decimal(Math.Max(Digits(d), d.Scale), d.Scale),
            string => SqlType.Text,
            byte[] => SqlType.Blob,
            DateOnly => SqlType.Date,
            TimeOnly => SqlType.Time,
            DateTime => SqlType.Timestamp,
            DateTimeOffset => SqlType.TimestampTz,
            SqlInterval => SqlType.Interval,
            Guid => SqlType.Uuid,
            float[] v => SqlType.Vector(v.Length),
            object?[] list => SqlType.List(list is [{ } first, ..] ? ConstantOf(first).Type : SqlType.Integer),
            _ => throw new ArgumentException($"No SQL type for {value.GetType()}."),
        },
        value);

    static int Digits(decimal value) => Math.Abs(value).ToString(System.Globalization.CultureInfo.InvariantCulture).Count(char.IsAsciiDigit);
}
