using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Vectors;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>vector_sum, vector_mean and vector_max: element by element. Sums are kept in double precision.</summary>
internal static class VectorAggregates
{
    const string Category = "Aggregate";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("vector_sum", new(Category, "vector_sum(v)", "Sum of vectors, element by element; NULL when there are none.", "vector_sum([1, 2]::FLOAT[2])", "[1,2]"), a => Bind(a, Combination.Sum)),
        new AggregateDefinition("vector_mean", new(Category, "vector_mean(v)", "Mean of vectors, element by element; NULL when there are none.", "vector_mean([1, 2]::FLOAT[2])", "[1,2]"), a => Bind(a, Combination.Mean)) { Synonyms = ["vector_avg"] },
        new AggregateDefinition("vector_max", new(Category, "vector_max(v)", "Greatest value of each element; NULL when there are none.", "vector_max([1, 2]::FLOAT[2])", "[1,2]"), a => Bind(a, Combination.Maximum)),
    ];

    enum Combination
    {
        Sum,
        Mean,
        Maximum,
    }

    static AggregateBinding? Bind(IReadOnlyList<Expression> arguments, Combination combination) => VectorArguments.TypeOf(arguments) is { } type
        ? new(type, [type], NullableResult: true, () => new State(type, combination))
        : null;

    sealed class State(SqlType type, Combination combination) : AggregateState
    {
        readonly int dimension = type.Dimension;
        readonly double[] widened = new double[type.Dimension];
        double[] totals = [];
        long[] counts = [];

        public override long Bytes => totals.Length * (long)sizeof(double);

        public override void EnsureGroups(int count)
        {
            if (count > counts.Length)
            {
                int capacity = Math.Max(count, Math.Max(4, counts.Length * 2));
                System.Array.Resize(ref counts, capacity);
                System.Array.Resize(ref totals, checked(capacity * dimension));
            }
        }

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            NullMask nulls = NullMask.Of(arguments[0], count);
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    TensorPrimitives.ConvertChecked(ColumnFactory.VectorAt(arguments[0].Array, arguments[0].IndexOf(i)), widened.AsSpan());
                    Add(groups[i], widened, 1);
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            var from = (State)other;
            for (int i = 0; i < groups.Length; i++)
            {
                if (from.counts[i] > 0)
                {
                    Add(groups[i], from.Total(i), from.counts[i]);
                }
            }
        }

        public override IArrowArray Finish(int start, int count)
        {
            NullMask nulls = NullMask.None(count);
            byte[] buffer = Columns.Allocate(count * dimension, out Span<float> output);
            for (int i = 0; i < count; i++)
            {
                Span<float> target = output.Slice(i * dimension, dimension);
                long members = counts[start + i];
                if (members == 0)
                {
                    target.Clear();
                    nulls.SetNull(i);
                    continue;
                }

                ReadOnlySpan<double> total = Total(start + i);
                for (int d = 0; d < dimension; d++)
                {
                    target[d] = (float)(combination == Combination.Mean ? total[d] / members : total[d]);
                }
            }

            return VectorArguments.Wrap(type, count, buffer, nulls);
        }

        Span<double> Total(int group) => totals.AsSpan(group * dimension, dimension);

        void Add(int group, ReadOnlySpan<double> vector, long members)
        {
            Span<double> total = Total(group);
            if (counts[group] == 0)
            {
                vector.CopyTo(total);
            }
            else if (combination == Combination.Maximum)
            {
                TensorPrimitives.Max(total, vector, total);
            }
            else
            {
                TensorPrimitives.Add(total, vector, total);
            }

            counts[group] += members;
        }
    }
}
