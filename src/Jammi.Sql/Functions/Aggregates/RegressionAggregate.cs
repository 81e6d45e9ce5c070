using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>
/// Covariance, correlation and the line of least squares of pairs (y, x), over rows in which neither is NULL. Sums are kept as distances from the
/// means, like those of variances.
/// </summary>
internal static class RegressionAggregate
{
    const string Category = "Aggregate";

    /// <summary>The points (1, 3), (2, 5), (3, 7): y = 2x + 1.</summary>
    const string Line = "FROM (VALUES (3, 1), (5, 2), (7, 3)) t(y, x)";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        Define("corr", "Coefficient of correlation; NULL where y or x does not vary.", "1", p => p.YSquare == 0 || p.XSquare == 0 ? null : Math.Clamp(p.Product / Math.Sqrt(p.YSquare) / Math.Sqrt(p.XSquare), -1, 1)),
        Define("covar_pop", "Covariance of a whole population.", "1.333333333", p => p.Product / p.Count),
        Define("covar_samp", "Covariance of a sample; NULL for fewer than two pairs.", "2", p => p.Count < 2 ? null : p.Product / (p.Count - 1)),
        Define("regr_avgx", "Mean of x.", "2", p => p.XMean),
        Define("regr_avgy", "Mean of y.", "5", p => p.YMean),
        Define("regr_slope", "Slope of the line of least squares; NULL where x does not vary.", "2", p => p.XSquare == 0 ? null : p.Product / p.XSquare),
        Define("regr_intercept", "Where the line of least squares meets the y axis; NULL where x does not vary.", "1", p => p.XSquare == 0 ? null : p.YMean - (p.Product / p.XSquare * p.XMean)),
        Define("regr_r2", "Square of the coefficient of correlation; 1 where y does not vary.", "1", p => p.XSquare == 0 ? null : p.YSquare == 0 ? 1 : p.Product / p.XSquare * (p.Product / p.YSquare)),
        Define("regr_sxx", "Sum of the squared distances of x from its mean.", "2", p => p.XSquare),
        Define("regr_syy", "Sum of the squared distances of y from its mean.", "8", p => p.YSquare),
        Define("regr_sxy", "Sum of the products of the distances of x and y from their means.", "4", p => p.Product),
        new AggregateDefinition(
            "regr_count",
            new(Category, "regr_count(y, x)", "Number of rows in which neither y nor x is NULL.", $"regr_count(y, x) {Line}", "3"),
            a => RealArguments.Bind(a, 2) ? new(SqlType.BigInt, [SqlType.Double, SqlType.Double], NullableResult: false, static () => new State(null)) : null),
    ];

    static AggregateDefinition Define(string name, string description, string result, Func<Pairs, double?> finish) => new(
        name,
        new(Category, $"{name}(y, x)", description, $"round({name}(y, x), 9) {Line}", result),
        a => RealArguments.Bind(a, 2) ? new(SqlType.Double, [SqlType.Double, SqlType.Double], NullableResult: true, () => new State(finish)) : null);

    struct Pairs
    {
        public long Count;
        public double YMean;
        public double XMean;
        public double YSquare;
        public double XSquare;
        public double Product;

        public void Add(double y, double x)
        {
            Count++;
            double dy = y - YMean;
            double dx = x - XMean;
            YMean += dy / Count;
            XMean += dx / Count;
            YSquare += dy * (y - YMean);
            XSquare += dx * (x - XMean);
            Product += dy * (x - XMean);
        }

        public void Add(in Pairs other)
        {
            if (Count == 0 || other.Count == 0)
            {
                this = Count == 0 ? other : this;
                return;
            }

            double dy = other.YMean - YMean;
            double dx = other.XMean - XMean;
            double share = (double)other.Count / (Count + other.Count);
            YSquare += other.YSquare + (dy * dy * Count * share);
            XSquare += other.XSquare + (dx * dx * Count * share);
            Product += other.Product + (dy * dx * Count * share);
            YMean += dy * share;
            XMean += dx * share;
            Count += other.Count;
        }
    }

    sealed class State(Func<Pairs, double?>? finish) : AggregateState
    {
        readonly GroupValues<Pairs> pairs = new();

        public override void EnsureGroups(int count) => pairs.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var y = new FixedColumn<double>(arguments[0]);
            var x = new FixedColumn<double>(arguments[1]);
            NullMask nulls = NullMask.Any(arguments, count);
            Span<Pairs> values = pairs.Values;
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    values[groups[i]].Add(y[i], x[i]);
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            Span<Pairs> from = ((State)other).pairs.Values;
            for (int i = 0; i < groups.Length; i++)
            {
                pairs.Values[groups[i]].Add(from[i]);
            }
        }

        public override IArrowArray Finish(int start, int count)
        {
            ReadOnlySpan<Pairs> states = pairs.Values.Slice(start, count);
            if (finish is not null)
            {
                return RealArguments.Results(states, p => p.Count == 0 ? null : finish(p));
            }

            byte[] buffer = Columns.Allocate(count, out Span<long> output);
            for (int i = 0; i < count; i++)
            {
                output[i] = states[i].Count;
            }

            return Columns.Wrap(SqlType.BigInt, count, buffer, NullMask.None(count));
        }
    }
}
