using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>mode: the most frequent value. Counts the distinct values of all groups in one hash table.</summary>
internal static class ModeAggregate
{
    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("mode", new("Aggregate", "mode(x) or mode() WITHIN GROUP (ORDER BY x)", "The value that occurs most often; of several such values the least (the greatest, when ordered DESC).", "mode(x) FROM (VALUES (1), (2), (2), (3)) t(x)", "2"), Bind) { ArityOfOrderedSet = 1 },
    ];

    static AggregateBinding? Bind(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not ([_] or [_, { Type.Kind: SqlTypeKind.Boolean }]))
        {
            return null;
        }

        SqlType type = arguments[0].Type.Kind == SqlTypeKind.Null ? SqlType.Text : arguments[0].Type;
        bool descending = arguments.Count == 2;
        return new(type, descending ? [type, SqlType.Boolean] : [type], NullableResult: true, () => new State(type, descending));
    }

    sealed class State(SqlType type, bool descending) : AggregateState
    {
        readonly GroupTable distinct = new([SqlType.Integer, type]);
        readonly GroupValues<long> counts = new();
        readonly CellComparer comparer = CellComparer.For(type);
        int groupCount;

        // The place of each group's most frequent value in the table, or -1; dropped when a value is added.
        int[]? modes;

        public override bool Collects => true;

        public override long Bytes => distinct.Bytes + (counts.Count * (sizeof(long) + sizeof(bool)));

        public override void EnsureGroups(int count)
        {
            modes = count > groupCount ? null : modes;
            groupCount = Math.Max(groupCount, count);
        }

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            NullMask nulls = NullMask.Of(arguments[0], count);
            Add(groups[..count], TakeKernels.Materialize(arguments[0], count), row => nulls.IsValid(row) ? 1 : 0);
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            var from = (State)other;
            ReadOnlySpan<int> theirs = Columns.Values<int>(from.distinct.Key(0));
            var mapped = new int[theirs.Length];
            for (int i = 0; i < mapped.Length; i++)
            {
                mapped[i] = groups[theirs[i]];
            }

            Add(mapped, from.distinct.Key(1), row => from.counts.Values[row]);
        }

        public override IArrowArray Finish(int start, int count)
        {
            modes ??= Find();
            return TakeKernels.Take(distinct.Key(1), modes.AsSpan(start, count));
        }

        void Add(ReadOnlySpan<int> groups, IArrowArray values, Func<int, long> weight)
        {
            var places = new int[groups.Length];
            distinct.FindOrAdd([IntegerColumn.Create(groups), values], groups.Length, places);
            counts.Ensure(distinct.Count);
            for (int i = 0; i < places.Length; i++)
            {
                counts.Values[places[i]] += weight(i);
            }

            modes = null;
        }

        int[] Find()
        {
            var best = new int[groupCount];
            best.AsSpan().Fill(-1);
            ReadOnlySpan<int> groups = Columns.Values<int>(distinct.Key(0));
            IArrowArray values = distinct.Key(1);
            for (int place = 0; place < groups.Length; place++)
            {
                ref int mode = ref best[groups[place]];
                long count = counts.Values[place];
                if (count > 0 && (mode < 0 || count > counts.Values[mode] || (count == counts.Values[mode] && Precedes(values, place, mode))))
                {
                    mode = place;
                }
            }

            return best;
        }

        bool Precedes(IArrowArray values, int place, int other)
        {
            int order = comparer.Compare(values, place, values, other);
            return descending ? order > 0 : order < 0;
        }
    }
}
