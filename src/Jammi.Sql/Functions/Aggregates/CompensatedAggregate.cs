using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>Sums and means in DOUBLE that keep what rounding loses (Neumaier's form of Kahan's summation), and the geometric mean.</summary>
internal static class CompensatedAggregate
{
    const string Category = "Aggregate";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        Define("fsum", "Sum in DOUBLE that keeps what rounding loses.", "fsum(x) FROM (VALUES (1e100), (1), (-1e100)) t(x)", "1", static x => x, static s => s.Total, "kahan_sum", "sumkahan"),
        Define("favg", "Mean in DOUBLE that keeps what rounding loses.", "favg(x) FROM (VALUES (1e100), (3), (-1e100)) t(x)", "1", static x => x, static s => s.Total / s.Count),
        Define("geometric_mean", "The n-th root of the product of n values above 0; NULL where one is not.", "round(geometric_mean(x), 9) FROM (VALUES (1), (4), (16)) t(x)", "4", Math.Log, static s => double.IsNaN(s.Total) || double.IsNegativeInfinity(s.Total) ? null : Math.Exp(s.Total / s.Count), "geomean"),
    ];

    static AggregateDefinition Define(string name, string description, string example, string result, Func<double, double> map, Func<Sum, double?> finish, params string[] synonyms) => new(
        name,
        new(Category, $"{name}(x)", description, example, result),
        a => RealArguments.Bind(a, 1) ? new(SqlType.Double, [SqlType.Double], NullableResult: true, () => new State(map, finish)) : null)
    {
        Synonyms = synonyms,
    };

    struct Sum
    {
        double sum;
        double lost;

        public long Count;

        /// <summary>Where the sum is infinite or NaN, so is what was lost.</summary>
        public readonly double Total => double.IsFinite(sum) ? sum + lost : sum;

        public void Add(double value, long count = 1)
        {
            double total = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? sum - total + value : value - total + sum;
            sum = total;
            Count += count;
        }

        public void Add(in Sum other)
        {
            Add(other.sum, other.Count);
            lost += other.lost;
        }
    }

    sealed class State(Func<double, double> map, Func<Sum, double?> finish) : AggregateState
    {
        readonly GroupValues<Sum> sums = new();

        public override void EnsureGroups(int count) => sums.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var input = new FixedColumn<double>(arguments[0]);
            NullMask nulls = NullMask.Of(arguments[0], count);
            Span<Sum> values = sums.Values;
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    values[groups[i]].Add(map(input[i]));
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            Span<Sum> from = ((State)other).sums.Values;
            for (int i = 0; i < groups.Length; i++)
            {
                sums.Values[groups[i]].Add(from[i]);
            }
        }

        public override IArrowArray Finish(int start, int count) =>
            RealArguments.Results(sums.Values.Slice(start, count), s => s.Count == 0 ? null : finish(s));
    }
}
