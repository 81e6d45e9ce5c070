using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Tables;

/// <summary>
/// <c>range(start, stop, step)</c> excludes the stop, <c>generate_series</c> includes it. Numbers are BIGINT; timestamps step by an interval.
/// One argument is the stop of a series from 0.
/// </summary>
internal sealed class RangeTable(string name, bool inclusive) : TableFunction
{
    public override string Name => name;

    public override bool MayBeKept => true;

    public override FunctionDocumentation Documentation => inclusive
        ? new("Table", "generate_series(start, stop [, step])", "The numbers (or, with an interval as step, timestamps) from start to stop, both included; one argument counts from 0.", "SELECT sum(generate_series) FROM generate_series(1, 10)", "55")
        : new("Table", "range([start,] stop [, step])", "The numbers (or, with an interval as step, timestamps) from start up to, but not including, stop.", "SELECT sum(range) FROM range(10)", "45");

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("start", null),
        new("stop", null, Optional: true),
        new("step", null, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        List<TableFunctionArgument> given = [.. arguments.OfType<TableFunctionArgument>()];
        bool ofTimes = given.Exists(a => a.Expression!.Type.IsTemporal || a.Expression.Type.Kind == SqlTypeKind.Interval);
        if (ofTimes)
        {
            return BindTimes(given);
        }

        ValueList<Expression> bounds = given.Select(a => Number(a)).ToValueList();
        var schema = new PlanSchema([new OutputColumn(name, SqlType.BigInt, Nullable: false)]);
        return LogicalTableFunction.Create(name, new NumberSource(inclusive), schema, bounds, default);
    }

    LogicalTableFunction BindTimes(List<TableFunctionArgument> given)
    {
        if (given.Count != 3 || given[2].Expression!.Type.Kind != SqlTypeKind.Interval)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"{name} of dates or timestamps takes a start, a stop and an INTERVAL step.", given[0].Position);
        }

        SqlType type = TypeCoercion.CommonType(given[0].Expression!.Type, given[1].Expression!.Type) is { IsTemporal: true } common && common.Kind != SqlTypeKind.Time
            ? (common.Kind == SqlTypeKind.Date ? SqlType.Timestamp : common)
            : SqlType.Timestamp;
        var schema = new PlanSchema([new OutputColumn(name, type, Nullable: false)]);
        return LogicalTableFunction.Create(name, new TimeSource(inclusive, type), schema, [Cast(given[0].Expression!, type), Cast(given[1].Expression!, type), given[2].Expression!], default);
    }

    Expression Number(TableFunctionArgument argument)
    {
        Expression expression = argument.Expression!;
        return expression.Type.IsInteger || expression.Type.Kind is SqlTypeKind.Null or SqlTypeKind.Decimal || OverloadResolution.IsTextLiteral(expression)
            ? Cast(expression, SqlType.BigInt)
            : throw new SqlException(SqlErrorCode.DatatypeMismatch, $"{name} takes integers, or timestamps and an INTERVAL, not {expression.Type}.", argument.Position);
    }

    static Expression Cast(Expression expression, SqlType type) => expression.Type == type ? expression : new CastExpression(expression, type, Try: false);

    static SqlException ZeroStep() => new(SqlErrorCode.InvalidParameter, "The step of a series must not be zero.");

    sealed class NumberSource(bool inclusive) : TableSource
    {
        public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
        {
            IReadOnlyList<ScalarValue> arguments = input.Arguments;
            if (arguments.Any(a => a.IsNull))
            {
                return new SeriesReader(0, 1, 0, projection.Count, context);
            }

            long first = arguments.Count == 1 ? 0 : Value(arguments[0]);
            long stop = Value(arguments[arguments.Count == 1 ? 0 : 1]);
            long step = arguments.Count == 3 ? Value(arguments[2]) : 1;
            if (step == 0)
            {
                throw ZeroStep();
            }

            // Counted in 128 bits: stop - start may overflow 64.
            Int128 distance = step > 0 ? (Int128)stop - first : (Int128)first - stop;
            Int128 stride = Int128.Abs(step);
            Int128 count = inclusive ? (distance < 0 ? 0 : (distance / stride) + 1) : (distance <= 0 ? 0 : ((distance - 1) / stride) + 1);
            return new SeriesReader(first, step, count, projection.Count, context);
        }

        static long Value(ScalarValue value) => Columns.Values<long>(value.Array)[0];
    }

    sealed class SeriesReader(long first, long step, Int128 count, int columns, ExecutionContext context) : BatchReader
    {
        Int128 done;

        public override ColumnBatch? Next()
        {
            context.ThrowIfCancelled();
            int rows = (int)Int128.Min(context.BatchRows, count - done);
            if (rows <= 0)
            {
                return null;
            }

            if (columns == 0)
            {
                done += rows;
                return new ColumnBatch([], rows);
            }

            byte[] buffer = Columns.Allocate(rows, out Span<long> output);
            long value = unchecked(first + ((long)done * step));
            for (int i = 0; i < output.Length; i++)
            {
                output[i] = value;
                value = unchecked(value + step);
            }

            done += rows;
            return new ColumnBatch([ColumnFactory.FromValues(SqlType.BigInt, rows, buffer)], rows);
        }
    }

    sealed class TimeSource(bool inclusive, SqlType type) : TableSource
    {
        public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
        {
            if (input.Arguments.Any(a => a.IsNull))
            {
                return new TimeReader(type, 0, -1, new(0, 1, 0), inclusive, projection.Count, context);
            }

            SqlInterval step = SqlInterval.Read(input.Arguments[2].Array, 0);
            return step == default
                ? throw ZeroStep()
                : new TimeReader(type, Columns.Values<long>(input.Arguments[0].Array)[0], Columns.Values<long>(input.Arguments[1].Array)[0], step, inclusive, projection.Count, context);
        }
    }

    sealed class TimeReader(SqlType type, long first, long stop, SqlInterval step, bool inclusive, int columns, ExecutionContext context) : BatchReader
    {
        readonly bool rising = step is { Months: >= 0, Days: >= 0, Nanoseconds: >= 0 };
        long next = first;
        bool ended;

        public override ColumnBatch? Next()
        {
            context.ThrowIfCancelled();
            byte[] buffer = Columns.Allocate(context.BatchRows, out Span<long> output);
            int rows = 0;
            while (rows < output.Length && !ended && InRange(next))
            {
                output[rows++] = next;
                ended = !CivilCalendar.TryAdd(next, step, out next);
            }

            return rows == 0 ? null : new ColumnBatch(columns == 0 ? [] : [ColumnFactory.FromValues(type, rows, buffer)], rows);
        }

        bool InRange(long value) => inclusive && value == stop ? true : rising ? value < stop : value > stop;
    }
}
