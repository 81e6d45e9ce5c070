using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>min and max of every type that has an order; NaN is above every number, text is ordered by its UTF-8 bytes.</summary>
internal static class MinMaxAggregate
{
    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("min", new("Aggregate", "min(x)", "The least value that is not NULL; NULL when there is none.", "min(42)", "42"), a => Bind(a, max: false)),
        new AggregateDefinition("max", new("Aggregate", "max(x)", "The greatest value that is not NULL; NULL when there is none.", "max('a')", "a"), a => Bind(a, max: true)),
    ];

    static AggregateBinding? Bind(IReadOnlyList<Expression> arguments, bool max)
    {
        if (arguments is not [{ Type: var type }])
        {
            return null;
        }

        type = type.Kind == SqlTypeKind.Null ? SqlType.Integer : type;
        return new(type, [type], NullableResult: true, type.Kind switch
        {
            SqlTypeKind.TinyInt => Integers<sbyte>(type, max),
            SqlTypeKind.SmallInt => Integers<short>(type, max),
            SqlTypeKind.Integer or SqlTypeKind.Date => Integers<int>(type, max),
            SqlTypeKind.BigInt or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz => Integers<long>(type, max),
            SqlTypeKind.UTinyInt or SqlTypeKind.Boolean => Integers<byte>(type, max),
            SqlTypeKind.USmallInt => Integers<ushort>(type, max),
            SqlTypeKind.UInteger => Integers<uint>(type, max),
            SqlTypeKind.UBigInt => Integers<ulong>(type, max),
            SqlTypeKind.Decimal => Integers<Int128>(type, max),
            SqlTypeKind.Real => Floats<float>(type, max),
            SqlTypeKind.Double => Floats<double>(type, max),
            _ => () => new CellState(type, max),
        })
        {
            MergesExactly = true,
        };
    }

    static Func<AggregateState> Integers<T>(SqlType type, bool max)
        where T : unmanaged, IBinaryInteger<T> => max
            ? () => new FixedState<T, Greater<T>>(type)
            : () => new FixedState<T, Less<T>>(type);

    static Func<AggregateState> Floats<T>(SqlType type, bool max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => max
            ? () => new FixedState<T, GreaterOrNaN<T>>(type)
            : () => new FixedState<T, LessOrNumber<T>>(type);

    interface IOrder<T>
    {
        /// <summary>Whether the candidate replaces the best so far.</summary>
        static abstract bool Replaces(T candidate, T best);
    }

    readonly struct Less<T> : IOrder<T>
        where T : IBinaryInteger<T>
    {
        public static bool Replaces(T candidate, T best) => candidate < best;
    }

    readonly struct Greater<T> : IOrder<T>
        where T : IBinaryInteger<T>
    {
        public static bool Replaces(T candidate, T best) => candidate > best;
    }

    readonly struct LessOrNumber<T> : IOrder<T>
        where T : IBinaryFloatingPointIeee754<T>
    {
        public static bool Replaces(T candidate, T best) => candidate < best || (T.IsNaN(best) && !T.IsNaN(candidate));
    }

    readonly struct GreaterOrNaN<T> : IOrder<T>
        where T : IBinaryFloatingPointIeee754<T>
    {
        public static bool Replaces(T candidate, T best) => candidate > best || (T.IsNaN(candidate) && !T.IsNaN(best));
    }

    sealed class FixedState<T, TOrder>(SqlType type) : AggregateState
        where T : unmanaged
        where TOrder : struct, IOrder<T>
    {
        readonly GroupValues<T> best = new();

        public override void EnsureGroups(int count) => best.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var input = new FixedColumn<T>(arguments[0]);
            NullMask nulls = NullMask.Of(arguments[0], count);
            Span<T> values = best.Values;
            Span<bool> present = best.Present;
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    int group = groups[i];
                    T candidate = input[i];
                    if (!present[group] || TOrder.Replaces(candidate, values[group]))
                    {
                        values[group] = candidate;
                        present[group] = true;
                    }
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            GroupValues<T> from = ((FixedState<T, TOrder>)other).best;
            for (int i = 0; i < groups.Length; i++)
            {
                int group = groups[i];
                if (from.Present[i] && (!best.Present[group] || TOrder.Replaces(from.Values[i], best.Values[group])))
                {
                    best.Values[group] = from.Values[i];
                    best.Present[group] = true;
                }
            }
        }

        public override IArrowArray Finish(int start, int count) => best.ToArray(type, start, count);
    }

    /// <summary>Text, blobs and everything else: the best cell is remembered by its place.</summary>
    sealed class CellState(SqlType type, bool max) : AggregateState
    {
        readonly GroupCells best = new();
        readonly CellComparer comparer = CellComparer.For(type);

        public override long Bytes => best.Bytes;

        public override void EnsureGroups(int count) => best.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            ColumnarValue argument = arguments[0];
            NullMask nulls = NullMask.Of(argument, count);
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    Offer(groups[i], argument.Array, argument.IndexOf(i));
                }
            }

            best.Compact(type);
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            GroupCells from = ((CellState)other).best;
            for (int i = 0; i < groups.Length; i++)
            {
                if (from.Has(i))
                {
                    Offer(groups[i], from[i].Array, from[i].Row);
                }
            }

            best.Compact(type);
        }

        public override IArrowArray Finish(int start, int count) => best.Gather(type, start, count);

        void Offer(int group, IArrowArray array, int row)
        {
            if (best.Has(group))
            {
                (IArrowArray bestArray, int bestRow) = best[group];
                int order = comparer.Compare(array, row, bestArray, bestRow);
                if (max ? order <= 0 : order >= 0)
                {
                    return;
                }
            }

            best.Set(group, array, row);
        }
    }
}
