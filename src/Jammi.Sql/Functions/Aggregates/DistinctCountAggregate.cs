using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>approx_count_distinct: the number of distinct values, estimated in bounded memory.</summary>
internal static class DistinctCountAggregate
{
    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("approx_count_distinct", new("Aggregate", "approx_count_distinct(x)", "About how many distinct values there are: exact to 512, then with a standard error of 1.6 %, in 4 KiB a group.", "approx_count_distinct(x) FROM (VALUES (1), (2), (2)) t(x)", "2"), a => a is [var x] ? new(SqlType.BigInt, [x.Type], NullableResult: false, static () => new State()) : null),
    ];

    sealed class State : AggregateState
    {
        readonly List<HyperLogLog> sketches = [];
        ulong[] hashes = [];
        long bytes;

        public override long Bytes => bytes;

        public override void EnsureGroups(int count)
        {
            while (sketches.Count < count)
            {
                sketches.Add(new());
            }
        }

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            NullMask nulls = NullMask.Of(arguments[0], count);
            hashes = hashes.Length < count ? new ulong[count] : hashes;
            HashKernels.Hash([TakeKernels.Materialize(arguments[0], count)], hashes.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    HyperLogLog sketch = sketches[groups[i]];
                    bytes -= sketch.Bytes;
                    sketch.Add(hashes[i]);
                    bytes += sketch.Bytes;
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            List<HyperLogLog> from = ((State)other).sketches;
            for (int i = 0; i < groups.Length; i++)
            {
                HyperLogLog sketch = sketches[groups[i]];
                bytes -= sketch.Bytes;
                sketch.Add(from[i]);
                bytes += sketch.Bytes;
            }
        }

        public override IArrowArray Finish(int start, int count)
        {
            byte[] buffer = Columns.Allocate(count, out Span<long> output);
            for (int i = 0; i < count; i++)
            {
                output[i] = sketches[start + i].Estimate();
            }

            return Columns.Wrap(SqlType.BigInt, count, buffer, NullMask.None(count));
        }
    }
}
