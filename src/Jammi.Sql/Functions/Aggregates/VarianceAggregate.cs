using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>
/// Variances, standard deviations, skewness and kurtosis, over DOUBLE. Sums of powers of the distance from the mean are kept up to date value by
/// value (Welford) and joined by Chan's and Pébay's formulas, so that a large mean does not drown a small variance.
/// </summary>
internal static class VarianceAggregate
{
    const string Category = "Aggregate";
    const string Values = "FROM (VALUES (2), (4), (4), (4), (5), (5), (7), (9)) t(x)";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        Define("var_samp", "Variance of a sample: the squared distances from the mean, divided by one less than their number; NULL for fewer than two values.", "var_samp(x) FROM (VALUES (1), (2), (3)) t(x)", "1", m => m.Count < 2 ? null : m.Square / (m.Count - 1), "variance"),
        Define("var_pop", "Variance of a whole population.", $"round(var_pop(x), 9) {Values}", "4", m => m.Square / m.Count),
        Define("stddev_samp", "Standard deviation of a sample: the square root of var_samp.", "stddev_samp(x) FROM (VALUES (1), (2), (3)) t(x)", "1", m => m.Count < 2 ? null : Math.Sqrt(m.Square / (m.Count - 1)), "stddev"),
        Define("stddev_pop", "Standard deviation of a whole population: the square root of var_pop.", $"round(stddev_pop(x), 9) {Values}", "2", m => Math.Sqrt(m.Square / m.Count)),
        Define("sem", "Standard error of the mean: stddev_pop divided by the square root of the number of values.", "sem(x) FROM (VALUES (1), (1), (5), (5)) t(x)", "1", m => Math.Sqrt(m.Square / m.Count / m.Count)),
        Define("skewness", "Skewness of a sample; NULL for fewer than three values.", "skewness(x) FROM (VALUES (1), (2), (3)) t(x)", "0", Skewness),
        Define("kurtosis", "Excess kurtosis of a sample; NULL for fewer than four values.", "round(kurtosis(x), 6) FROM (VALUES (1), (2), (3), (4)) t(x)", "-1.2", Kurtosis),
        Define("kurtosis_pop", "Excess kurtosis of a whole population.", "round(kurtosis_pop(x), 6) FROM (VALUES (1), (2), (3), (4)) t(x)", "-1.36", m => m.Square == 0 ? null : (m.Count * m.Fourth / (m.Square * m.Square)) - 3),
    ];

    static AggregateDefinition Define(string name, string description, string example, string result, Func<Moments, double?> finish, params string[] synonyms) => new(
        name,
        new(Category, $"{name}(x)", description, example, result),
        a => RealArguments.Bind(a, 1) ? new(SqlType.Double, [SqlType.Double], NullableResult: true, () => new State(finish)) : null)
    {
        Synonyms = synonyms,
    };

    static double? Skewness(Moments m)
    {
        if (m.Count < 3 || m.Square == 0)
        {
            return null;
        }

        double n = m.Count;
        return Math.Sqrt(n * (n - 1)) / (n - 2) * (Math.Sqrt(n) * m.Cube / Math.Pow(m.Square, 1.5));
    }

    static double? Kurtosis(Moments m)
    {
        if (m.Count < 4 || m.Square == 0)
        {
            return null;
        }

        double n = m.Count;
        return (n - 1) / ((n - 2) * (n - 3)) * (((n + 1) * ((n * m.Fourth / (m.Square * m.Square)) - 3)) + 6);
    }

    /// <summary>Number, mean, and sums of the second to fourth powers of the distances from the mean.</summary>
    struct Moments
    {
        public long Count;
        public double Mean;
        public double Square;
        public double Cube;
        public double Fourth;

        public void Add(double value)
        {
            Count++;
            double n = Count;
            double delta = value - Mean;
            double step = delta / n;
            double term = delta * step * (n - 1);
            Mean += step;
            Fourth += (term * step * step * ((n * n) - (3 * n) + 3)) + (6 * step * step * Square) - (4 * step * Cube);
            Cube += (term * step * (n - 2)) - (3 * step * Square);
            Square += term;
        }

        public void Add(in Moments other)
        {
            if (Count == 0 || other.Count == 0)
            {
                this = Count == 0 ? other : this;
                return;
            }

            double n = Count;
            double m = other.Count;
            double total = n + m;
            double delta = other.Mean - Mean;
            double share = delta / total;
            Fourth += other.Fourth + (delta * share * share * share * n * m * ((n * n) - (n * m) + (m * m)))
                + (6 * share * share * ((n * n * other.Square) + (m * m * Square))) + (4 * share * ((n * other.Cube) - (m * Cube)));
            Cube += other.Cube + (delta * share * share * n * m * (n - m)) + (3 * share * ((n * other.Square) - (m * Square)));
            Square += other.Square + (delta * share * n * m);
            Mean += share * m;
            Count += other.Count;
        }
    }

    sealed class State(Func<Moments, double?> finish) : AggregateState
    {
        readonly GroupValues<Moments> moments = new();

        public override void EnsureGroups(int count) => moments.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var input = new FixedColumn<double>(arguments[0]);
            NullMask nulls = NullMask.Of(arguments[0], count);
            Span<Moments> values = moments.Values;
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    values[groups[i]].Add(input[i]);
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            Span<Moments> from = ((State)other).moments.Values;
            for (int i = 0; i < groups.Length; i++)
            {
                moments.Values[groups[i]].Add(from[i]);
            }
        }

        public override IArrowArray Finish(int start, int count) =>
            RealArguments.Results(moments.Values.Slice(start, count), m => m.Count == 0 ? null : finish(m));
    }
}
