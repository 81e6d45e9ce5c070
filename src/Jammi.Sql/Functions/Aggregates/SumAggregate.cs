using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Operators;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>
/// sum and avg. Sums are exact for integers and decimals: integers to 32 bits give BIGINT, BIGINT gives DECIMAL(38,0), DECIMAL(p,s) gives DECIMAL(38,s),
/// floats give DOUBLE; averages are DOUBLE. Overflow is an error.
/// </summary>
internal static class SumAggregate
{
    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("sum", new("Aggregate", "sum(x)", "Sum of the values that are not NULL; NULL when there are none. Integers give BIGINT, BIGINT gives DECIMAL(38,0).", "sum(21 * 2)", "42"), BindSum),
        new AggregateDefinition("avg", new("Aggregate", "avg(x)", "Mean of the values that are not NULL, as DOUBLE (of intervals an INTERVAL); NULL when there are none.", "avg(42)", "42"), BindAverage) { Synonyms = ["mean"] },
    ];

    static AggregateBinding? BindSum(IReadOnlyList<Expression> arguments)
    {
        if (Argument(arguments) is not { } type)
        {
            return null;
        }

        return type.Kind switch
        {
            SqlTypeKind.Interval => new(type, [type], NullableResult: true, static () => new IntervalSumState(average: false)),
            SqlTypeKind.Decimal or SqlTypeKind.BigInt or SqlTypeKind.UBigInt => Exact(SqlType.Decimal(SqlType.MaxPrecision, type.Scale)),
            _ when type.IsFloating => new(SqlType.Double, [type], NullableResult: true, Accumulator(type, State.Double)),
            _ => new(SqlType.BigInt, [type], NullableResult: true, Accumulator(type, State.Long)) { MergesExactly = true },
        };

        AggregateBinding Exact(SqlType result) => new(result, [type], NullableResult: true, Accumulator(type, State.Exact)) { MergesExactly = true };
    }

    static AggregateBinding? BindAverage(IReadOnlyList<Expression> arguments) =>
        Argument(arguments) is not { } type ? null
        : type.Kind == SqlTypeKind.Interval ? new(type, [type], NullableResult: true, static () => new IntervalSumState(average: true))
        : new(SqlType.Double, [type], NullableResult: true, Accumulator(type, State.Average)) { MergesExactly = !type.IsFloating };

    static SqlType? Argument(IReadOnlyList<Expression> arguments) => arguments is not [{ Type: var type }] ? null
        : type.Kind == SqlTypeKind.Null ? SqlType.Integer
        : type.IsNumeric || type.Kind == SqlTypeKind.Interval ? type
        : null;

    enum State
    {
        Long,
        Exact,
        Double,
        Average,
    }

    static Func<AggregateState> Accumulator(SqlType type, State state) => type.Kind switch
    {
        SqlTypeKind.TinyInt => Integer<sbyte>(type, state),
        SqlTypeKind.SmallInt => Integer<short>(type, state),
        SqlTypeKind.Integer => Integer<int>(type, state),
        SqlTypeKind.UTinyInt => Integer<byte>(type, state),
        SqlTypeKind.USmallInt => Integer<ushort>(type, state),
        SqlTypeKind.UInteger => Integer<uint>(type, state),
        SqlTypeKind.BigInt => Wide<long>(type, state),
        SqlTypeKind.UBigInt => Wide<ulong>(type, state),
        SqlTypeKind.Decimal => Wide<Int128>(type, state),
        SqlTypeKind.Real => Float<float>(type, state),
        _ => Float<double>(type, state),
    };

    static Func<AggregateState> Integer<T>(SqlType type, State state)
        where T : unmanaged, INumber<T> => () => new SumState<T, long>(type, average: state == State.Average);

    static Func<AggregateState> Wide<T>(SqlType type, State state)
        where T : unmanaged, INumber<T> => () => new SumState<T, Int128>(type, average: state == State.Average);

    static Func<AggregateState> Float<T>(SqlType type, State state)
        where T : unmanaged, INumber<T> => () => new SumState<T, double>(type, average: state == State.Average);

    /// <summary>Sums and counts per group; <typeparamref name="TSum"/> holds the sum exactly, or is double.</summary>
    sealed class SumState<T, TSum>(SqlType type, bool average) : AggregateState
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        readonly GroupValues<TSum> sums = new();
        readonly GroupValues<long> counts = new();

        public override void EnsureGroups(int count)
        {
            sums.Ensure(count);
            counts.Ensure(count);
        }

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var input = new FixedColumn<T>(arguments[0]);
            NullMask nulls = NullMask.Of(arguments[0], count);
            try
            {
                if (sums.Count == 1)
                {
                    UpdateOnly(input, nulls, count);
                }
                else
                {
                    UpdateMany(groups, input, nulls, count);
                }
            }
            catch (OverflowException e)
            {
                throw Overflow(e);
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            var from = (SumState<T, TSum>)other;
            try
            {
                for (int i = 0; i < groups.Length; i++)
                {
                    sums.Values[groups[i]] = checked(sums.Values[groups[i]] + from.sums.Values[i]);
                    counts.Values[groups[i]] += from.counts.Values[i];
                }
            }
            catch (OverflowException e)
            {
                throw Overflow(e);
            }
        }

        public override IArrowArray Finish(int start, int count)
        {
            for (int i = start; i < start + count; i++)
            {
                sums.Present[i] = counts.Values[i] > 0;
            }

            if (average)
            {
                return sums.ToArray(SqlType.Double, start, count, group => Mean(sums.Values[group], counts.Values[group]));
            }

            if (typeof(TSum) == typeof(double))
            {
                return sums.ToArray(SqlType.Double, start, count);
            }

            if (typeof(TSum) == typeof(long))
            {
                return sums.ToArray(SqlType.BigInt, start, count);
            }

            for (int i = start; i < start + count; i++)
            {
                if (!DecimalValue.Fits(Int128.CreateTruncating(sums.Values[i]), SqlType.MaxPrecision))
                {
                    throw Overflow(null);
                }
            }

            return sums.ToArray(SqlType.Decimal(SqlType.MaxPrecision, type.Scale), start, count);
        }

        void UpdateOnly(FixedColumn<T> input, NullMask nulls, int count)
        {
            TSum sum = sums.Values[0];
            if (typeof(T) == typeof(Int128) && nulls.NullCount == 0 && !input.IsConstant && NarrowDecimals.TrySum(MemoryMarshal.Cast<T, Int128>(input.Values[..count]), out Int128 exact))
            {
                sum = checked(sum + TSum.CreateTruncating(exact));
            }
            else if (typeof(T) == typeof(long) && nulls.NullCount == 0 && !input.IsConstant)
            {
                sum = checked(sum + TSum.CreateTruncating(NarrowDecimals.Sum(MemoryMarshal.Cast<T, long>(input.Values[..count]))));
            }
            else if (typeof(TSum) == typeof(long) && nulls.NullCount == 0 && !input.IsConstant)
            {
                // Integers of at most 32 bits: a batch of them cannot overflow.
                long batch = 0;
                foreach (T value in input.Values[..count])
                {
                    batch += long.CreateTruncating(value);
                }

                sum = checked(sum + TSum.CreateTruncating(batch));
            }
            else if (input.IsConstant || nulls.NullCount > 0)
            {
                for (int i = 0; i < count; i++)
                {
                    if (nulls.IsValid(i))
                    {
                        sum = checked(sum + TSum.CreateTruncating(input[i]));
                    }
                }
            }
            else
            {
                foreach (T value in input.Values[..count])
                {
                    sum = checked(sum + TSum.CreateTruncating(value));
                }
            }

            sums.Values[0] = sum;
            counts.Values[0] += count - nulls.NullCount;
        }

        void UpdateMany(ReadOnlySpan<int> groups, FixedColumn<T> input, NullMask nulls, int count)
        {
            Span<TSum> sum = sums.Values;
            Span<long> seen = counts.Values;
            if (typeof(T) == typeof(Int128) && nulls.NullCount == 0 && !input.IsConstant
                && NarrowDecimals.TryAdd(MemoryMarshal.Cast<T, Int128>(input.Values[..count]), groups[..count], MemoryMarshal.Cast<TSum, Int128>(sum), seen))
            {
                return;
            }

            if (typeof(T) == typeof(long) && nulls.NullCount == 0 && !input.IsConstant)
            {
                NarrowDecimals.Add(MemoryMarshal.Cast<T, long>(input.Values[..count]), groups[..count], MemoryMarshal.Cast<TSum, Int128>(sum), seen);
                return;
            }

            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    int group = groups[i];
                    sum[group] = checked(sum[group] + TSum.CreateTruncating(input[i]));
                    seen[group]++;
                }
            }
        }

        double Mean(TSum sum, long count) => typeof(TSum) == typeof(Int128)
            ? DecimalText.ToDouble(Int128.CreateTruncating(sum), type.Scale) / count
            : double.CreateTruncating(sum) / count;

        SqlException Overflow(OverflowException? inner)
        {
            string result = typeof(TSum) == typeof(long) ? "BIGINT" : $"DECIMAL({SqlType.MaxPrecision},{type.Scale})";
            return new(SqlErrorCode.NumericOutOfRange, $"sum({type}) overflows {result}; sum a DOUBLE instead.", inner);
        }
    }

    sealed class IntervalSumState(bool average) : AggregateState
    {
        readonly GroupValues<SqlInterval> sums = new();
        readonly GroupValues<long> counts = new();

        public override void EnsureGroups(int count)
        {
            sums.Ensure(count);
            counts.Ensure(count);
        }

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var input = new FixedColumn<SqlInterval>(arguments[0]);
            NullMask nulls = NullMask.Of(arguments[0], count);
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    Add(groups[i], input[i], 1);
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            var from = (IntervalSumState)other;
            for (int i = 0; i < groups.Length; i++)
            {
                if (from.sums.Present[i])
                {
                    Add(groups[i], from.sums.Values[i], from.counts.Values[i]);
                }
            }
        }

        public override IArrowArray Finish(int start, int count) => average
            ? sums.ToArray(SqlType.Interval, start, count, group => TemporalArithmetic.Multiply(sums.Values[group], 1.0 / counts.Values[group]).GetValueOrDefault())
            : sums.ToArray(SqlType.Interval, start, count);

        void Add(int group, SqlInterval value, long count)
        {
            SqlInterval sum = sums.Values[group];
            try
            {
                sums.Values[group] = checked(new SqlInterval(sum.Months + value.Months, sum.Days + value.Days, sum.Nanoseconds + value.Nanoseconds));
                sums.Present[group] = true;
                counts.Values[group] += count;
            }
            catch (OverflowException e)
            {
                throw new SqlException(SqlErrorCode.NumericOutOfRange, "sum(INTERVAL) overflows INTERVAL.", e);
            }
        }
    }
}
