using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>count(*), count(x) and count_if(condition).</summary>
internal static class CountAggregate
{
    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("count", new("Aggregate", "count(*), count(x)", "Number of rows, or of rows in which x is not NULL. Never NULL.", "count(*)", "1"), BindCount),
        new AggregateDefinition("count_if", new("Aggregate", "count_if(condition)", "Number of rows for which the condition is true.", "count_if(1 < 2)", "1"), BindCountIf) { Synonyms = ["countif"] },
    ];

    /// <summary>count(*).</summary>
    public static AggregateCall Rows { get; } = new(All[0], All[0].Bind([])!, default, Distinct: false, null, default);

    static AggregateBinding? BindCount(IReadOnlyList<Expression> arguments) => arguments.Count <= 1
        ? new(SqlType.BigInt, arguments.Select(a => a.Type).ToValueList(), NullableResult: false, static () => new CountState(onlyTrue: false)) { MergesExactly = true }
        : null;

    static AggregateBinding? BindCountIf(IReadOnlyList<Expression> arguments) => arguments is [{ Type.Kind: SqlTypeKind.Boolean or SqlTypeKind.Null }]
        ? new(SqlType.BigInt, [SqlType.Boolean], NullableResult: false, static () => new CountState(onlyTrue: true)) { MergesExactly = true }
        : null;

    sealed class CountState(bool onlyTrue) : AggregateState
    {
        readonly GroupValues<long> counts = new();

        public override void EnsureGroups(int count) => counts.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            Span<long> values = counts.Values;
            if (onlyTrue)
            {
                CountTrue(groups[..count], arguments[0], values);
                return;
            }

            NullMask nulls = NullMask.Any(arguments, count);
            if (values.Length == 1)
            {
                values[0] += count - nulls.NullCount;
            }
            else if (nulls.NullCount == 0)
            {
                foreach (int group in groups[..count])
                {
                    values[group]++;
                }
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    values[groups[i]] += nulls.IsValid(i) ? 1 : 0;
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            Span<long> from = ((CountState)other).counts.Values;
            for (int i = 0; i < groups.Length; i++)
            {
                counts.Values[groups[i]] += from[i];
            }
        }

        public override IArrowArray Finish(int start, int count)
        {
            byte[] buffer = Columns.Allocate(count, out Span<long> output);
            counts.Values.Slice(start, count).CopyTo(output);
            return ColumnFactory.FromValues(SqlType.BigInt, count, buffer);
        }

        static void CountTrue(ReadOnlySpan<int> groups, ColumnarValue condition, Span<long> counts)
        {
            NullMask nulls = NullMask.Of(condition, groups.Length);
            var flags = new FixedColumn<byte>(condition);
            for (int i = 0; i < groups.Length; i++)
            {
                counts[groups[i]] += nulls.IsValid(i) ? flags[i] : 0;
            }
        }
    }
}
