using CsCheck;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class StatisticsAggregateTests
{
    static readonly Argument NoNumbers = Column(SqlType.Double);

    [Fact]
    public void A_large_mean_does_not_drown_a_small_variance()
    {
        Argument values = Column(SqlType.Double, 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16, null);
        Assert.Equal(30.0, AggregateAll("var_samp", values));
        Assert.Equal(22.5, AggregateAll("var_pop", values));
        Assert.Equal(Math.Sqrt(30), AggregateAll("stddev", values));
    }

    [Fact]
    public void Variances_of_no_and_of_one_value()
    {
        Argument one = Column(SqlType.Integer, 7, null);
        foreach (string name in (string[])["var_samp", "stddev_samp", "skewness", "kurtosis"])
        {
            Assert.Null(AggregateAll(name, NoNumbers));
            Assert.Null(AggregateAll(name, one));
        }

        Assert.Null(AggregateAll("var_pop", NoNumbers));
        Assert.Equal(0.0, AggregateAll("var_pop", one));
        Assert.Equal(0.0, AggregateAll("stddev_pop", one));
    }

    [Fact]
    public void Moments_agree_with_their_definitions() => Gen.Double[-100, 100].Array[4, 30].Sample(values =>
    {
        double n = values.Length;
        double mean = values.Average();
        double m2 = values.Sum(v => Math.Pow(v - mean, 2));
        double m3 = values.Sum(v => Math.Pow(v - mean, 3));
        double m4 = values.Sum(v => Math.Pow(v - mean, 4));
        Argument column = Column(SqlType.Double, [.. values.Cast<object?>()]);
        Assert.Equal(m2 / (n - 1), (double)AggregateAll("variance", column)!, 1e-6);
        double? skewness = (double?)AggregateAll("skewness", column);
        if (m2 > 1e-3)
        {
            Assert.Equal(Math.Sqrt(n * (n - 1)) / (n - 2) * (m3 / n) / Math.Pow(m2 / n, 1.5), skewness!.Value, 1e-6);
            Assert.Equal((n * m4 / (m2 * m2)) - 3, (double)AggregateAll("kurtosis_pop", column)!, 1e-6);
        }
    });

    [Fact]
    public void A_line_is_found_again() => Gen.Select(Gen.Double[-5, 5], Gen.Double[-5, 5], Gen.Int[-50, 50].Array[3, 20]).Sample((slope, intercept, xs) =>
    {
        if (xs.Distinct().Count() < 2)
        {
            return;
        }

        Argument y = Column(SqlType.Double, [.. xs.Select(x => (object?)((slope * x) + intercept)), null, 1.0]);
        Argument x = Column(SqlType.Double, [.. xs.Select(v => (object?)(double)v), 1.0, null]);
        Assert.Equal(slope, (double)AggregateAll("regr_slope", y, x)!, 1e-6);
        Assert.Equal(intercept, (double)AggregateAll("regr_intercept", y, x)!, 1e-6);
        Assert.Equal((long)xs.Length, AggregateAll("regr_count", y, x));
        if (Math.Abs(slope) > 0.01)
        {
            Assert.Equal(Math.Sign(slope), (double)AggregateAll("corr", y, x)!, 1e-6);
        }
    });

    [Fact]
    public void Regression_without_variation_is_null()
    {
        Argument same = Column(SqlType.Double, 1.0, 1.0);
        Argument other = Column(SqlType.Double, 1.0, 2.0);
        Assert.Null(AggregateAll("corr", same, other));
        Assert.Null(AggregateAll("regr_slope", other, same));
        Assert.Equal(1.0, AggregateAll("regr_r2", same, other));
        Assert.Equal(0L, AggregateAll("regr_count", NoNumbers, NoNumbers));
    }

    [Fact]
    public void Logic_and_bits_pass_over_nulls()
    {
        int[] groups = [0, 0, 1, 1, 2];
        Argument flags = Column(SqlType.Boolean, true, null, true, false, null);
        Assert.Equal([true, false, null], Aggregate("bool_and", groups, flags));
        Assert.Equal([true, true, null], Aggregate("bool_or", groups, flags));
        Argument bits = Column(SqlType.Integer, 6, null, 6, 3, null);
        Assert.Equal([6, 2, null], Aggregate("bit_and", groups, bits));
        Assert.Equal([6, 7, null], Aggregate("bit_or", groups, bits));
        Assert.Equal([6, 5, null], Aggregate("bit_xor", groups, bits));
        Assert.Equal([6.0, 18.0, null], Aggregate("product", groups, bits));
    }

    [Fact]
    public void Compensated_sums_keep_what_rounding_loses()
    {
        Argument values = Column(SqlType.Double, 1e100, 1.0, -1e100, null);
        Assert.Equal(1.0, AggregateAll("fsum", values));
        Assert.Equal(1 / 3.0, AggregateAll("favg", values));
        Assert.Equal(double.PositiveInfinity, AggregateAll("fsum", Column(SqlType.Double, double.PositiveInfinity, 1.0)));
        Assert.Null(AggregateAll("geometric_mean", Column(SqlType.Double, 1.0, -1.0)));
    }

    [Fact]
    public void Places_choose_a_value()
    {
        int[] groups = [0, 0, 0, 1, 1];
        Argument values = Column(SqlType.Text, null, "b", "c", "d", null);
        Assert.Equal([null, "d"], Aggregate("first", groups, values));
        Assert.Equal(["c", null], Aggregate("last", groups, values));
        Assert.Equal(["b", "d"], Aggregate("any_value", groups, values));
        Argument keys = Column(SqlType.Integer, 0, 5, 5, null, 1);
        Assert.Equal(["b", null], Aggregate("arg_min", groups, values, keys));
        Assert.Equal(["b", null], Aggregate("arg_max", groups, values, keys));
    }

    [Fact]
    public void Quantiles_agree_with_sorting() => Gen.Select(Gen.Int[-20, 20].Array[1, 15], Gen.Int[0, 10]).Sample((values, tenth) =>
    {
        double fraction = tenth / 10.0;
        double[] sorted = [.. values.Order().Select(v => (double)v)];
        double position = fraction * (sorted.Length - 1);
        double expected = sorted[(int)position] + ((sorted[(int)Math.Ceiling(position)] - sorted[(int)position]) * (position - (int)position));
        Argument column = Column(SqlType.Integer, [.. values.Cast<object?>(), null]);
        Argument p = Constant(SqlType.Double, fraction);
        Assert.Equal(expected, (double)AggregateAll("quantile_cont", column, p)!, 1e-9);
        Assert.Equal((int)sorted[Math.Max((int)Math.Ceiling(fraction * sorted.Length) - 1, 0)], AggregateAll("quantile_disc", column, p));
    });

    [Theory]
    [InlineData("median(x)", "(1), (NULL), (4), (2), (3)", "2.5")]
    [InlineData("median(x)", "('b'), ('a'), ('c')", "b")]
    [InlineData("median(x)", "(DATE '2024-01-01'), (DATE '2024-01-02')", "2024-01-01 12:00:00")]
    [InlineData("median(x)", "('NaN'::DOUBLE), (1), (2)", "2")]
    [InlineData("median(x)", "(NULL::INTEGER)", "NULL")]
    [InlineData("quantile_cont(x, [0, 0.5, 1])", "(1), (2), (4)", "[1, 2, 4]")]
    [InlineData("quantile_disc(x, [0.5, 1])", "('a'), ('b'), ('c')", "[b, c]")]
    [InlineData("percentile_cont(0.25) WITHIN GROUP (ORDER BY x)", "(10), (20), (30)", "15")]
    [InlineData("percentile_cont(0.25) WITHIN GROUP (ORDER BY x DESC)", "(10), (20), (30)", "25")]
    [InlineData("percentile_disc(0.5) WITHIN GROUP (ORDER BY x)", "(10), (20), (30), (40)", "20")]
    [InlineData("percentile_disc(0.5) WITHIN GROUP (ORDER BY x DESC)", "(10), (20), (30), (40)", "30")]
    [InlineData("percentile_disc(0.5) WITHIN GROUP (ORDER BY x) FILTER (WHERE x > 10)", "(10), (20), (30), (40)", "30")]
    [InlineData("mode() WITHIN GROUP (ORDER BY x)", "(3), (1), (3), (1), (2)", "1")]
    [InlineData("mode() WITHIN GROUP (ORDER BY x DESC)", "(3), (1), (3), (1), (2)", "3")]
    [InlineData("mode(x)", "('b'), (NULL), (NULL), ('b'), ('a')", "b")]
    [InlineData("string_agg(x, ', ' ORDER BY x DESC)", "('a'), ('c'), (NULL), ('b')", "c, b, a")]
    [InlineData("string_agg(DISTINCT x, ',' ORDER BY x)", "('a'), ('c'), ('a')", "a,c")]
    [InlineData("group_concat(x)", "(1), (2)", "1,2")]
    [InlineData("string_agg(x, '-') FILTER (WHERE x <> 'b')", "('a'), ('b'), ('c')", "a-c")]
    [InlineData("listagg(x, '/') WITHIN GROUP (ORDER BY x)", "('b'), ('a')", "a/b")]
    [InlineData("string_agg(x, ',')", "(NULL::TEXT)", "NULL")]
    [InlineData("array_agg(x ORDER BY x DESC NULLS LAST)", "(1), (NULL), (3)", "[3, 1, NULL]")]
    [InlineData("list(x) FILTER (WHERE false)", "(1)", "NULL")]
    [InlineData("first(x ORDER BY x DESC)", "(1), (3), (2)", "3")]
    [InlineData("count_if(x > 1)", "(1), (3), (2)", "2")]
    [InlineData("sum(x) FILTER (WHERE x > 1)", "(1), (3), (2)", "5")]
    [InlineData("approx_count_distinct(x)", "('a'), (NULL), ('a'), ('b')", "2")]
    public void Aggregates_in_sql(string call, string values, string expected) =>
        Assert.Equal(expected, SqlText.Value($"{call} FROM (VALUES {values}) t(x)"));

    [Theory]
    [InlineData("median(x) OVER (ORDER BY x)", "1 1.5 2 2.5")]
    [InlineData("string_agg(x, ',') OVER (ORDER BY x)", "1 1,2 1,2,3 1,2,3,6")]
    [InlineData("array_agg(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", "[1] [1, 2] [2, 3] [3, 6]")]
    [InlineData("stddev_pop(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", "0 0.5 0.5 1.5")]
    [InlineData("mode(x) OVER ()", "1 1 1 1")]
    [InlineData("percentile_cont(0.5) WITHIN GROUP (ORDER BY x) OVER (PARTITION BY x > 2)", "1.5 1.5 4.5 4.5")]
    [InlineData("arg_max(x, -x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", "1 2 3 6")]
    [InlineData("bool_and(x < 3) OVER (ORDER BY x)", "true true false false")]
    public void Aggregates_over_windows(string call, string expected) =>
        Assert.Equal(expected, string.Join(' ', SqlText.Rows($"SELECT w FROM (SELECT x, {call} AS w FROM (VALUES (1), (2), (3), (6)) t(x)) ORDER BY x")));

    [Fact]
    public void Groups_are_kept_apart() =>
        Assert.Equal(
            ["a|x,z|[x, z]|1.5|1", "b|y|[y]|7|7"],
            SqlText.Rows("SELECT k, string_agg(v, ',' ORDER BY v), array_agg(v ORDER BY v), median(n), mode(n) FROM (VALUES ('a', 'z', 1), ('b', 'y', 7), ('a', 'x', 2)) t(k, v, n) GROUP BY k ORDER BY k"));

    [Theory]
    [InlineData("quantile_cont(x, 1.5) FROM (VALUES (1)) t(x)", "from 0 to 1, not 1.5")]
    [InlineData("quantile_cont(x, x) FROM (VALUES (0), (1)) t(x)", "must be the same for all rows")]
    [InlineData("quantile_cont(x, 0.5) FROM (VALUES ('a')) t(x)", "does not exist")]
    [InlineData("string_agg(x, ',' ORDER BY x) OVER () FROM (VALUES (1)) t(x)", "ORDER BY inside a windowed aggregate")]
    public void Errors_say_what_is_wrong(string expression, string message) =>
        Assert.Contains(message, SqlText.Error(expression).Message, StringComparison.Ordinal);

    [Fact]
    public void Distinct_values_are_estimated_within_the_error_that_is_promised()
    {
        foreach (int distinct in (int[])[100, 1_000, 20_000, 300_000])
        {
            long estimate = long.Parse(SqlText.Value($"approx_count_distinct(range % {distinct}) FROM range({distinct * 2})"), System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(estimate, distinct * 0.94, distinct * 1.06);
        }
    }

    [Fact]
    public void Lists_texts_and_modes_are_merged() => Gen.Select(Gen.Int[0, 2].Array[0, 20], Gen.Int[0, 3].Array[20]).Sample((groups, values) =>
    {
        Argument column = Column(SqlType.Integer, [.. groups.Select((_, i) => (object?)values[i])]);
        int count = groups.Length == 0 ? 1 : groups.Max() + 1;
        int[][] members = [.. Enumerable.Range(0, count).Select(g => groups.Select((k, i) => (k, values[i])).Where(p => p.k == g).Select(p => p.Item2).ToArray())];
        Assert.Equal([.. members.Select(m => m.Length == 0 ? null : string.Join(',', m))], Aggregate("string_agg", groups, Column(SqlType.Text, [.. groups.Select((_, i) => (object?)values[i].ToString(System.Globalization.CultureInfo.InvariantCulture))])));
        Assert.Equal([.. members.Select(m => (object?)m.GroupBy(v => v).OrderByDescending(v => v.Count()).ThenBy(v => v.Key).Select(v => (int?)v.Key).FirstOrDefault())], Aggregate("mode", groups, column));
        object?[] lists = Aggregate("array_agg", groups, column);
        Assert.Equal([.. members.Select(m => m.Length == 0 ? null : m.Cast<object?>().ToArray())], lists.Cast<object?[]?>());
    });
}
