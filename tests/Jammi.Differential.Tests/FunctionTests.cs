using System.Globalization;

namespace Jammi.Differential.Tests;

/// <summary>Functions give what DuckDB's of the same name give, over times and texts drawn at random.</summary>
public class FunctionTests
{
    const int Rows = 200;

    static readonly string Table = MakeTable();

    [Theory]
    [InlineData("year(a), month(a), day(a), hour(a), minute(a), second(a), quarter(a), week(a), isoyear(a), dayofweek(a), isodow(a), dayofyear(a), decade(a), century(a), millennium(a), millisecond(a), microsecond(a), yearweek(a)")]
    [InlineData("date_trunc('year', a), date_trunc('quarter', a), date_trunc('month', a), date_trunc('week', a), date_trunc('day', a), date_trunc('hour', a), date_trunc('minute', a), date_trunc('second', a), date_trunc('milliseconds', a)")]
    [InlineData("date_diff('year', a, b), date_diff('quarter', a, b), date_diff('month', a, b), date_diff('week', a, b), date_diff('day', a, b), date_diff('hour', a, b), date_diff('second', a, b)")]
    [InlineData("date_sub('year', a, b), date_sub('quarter', a, b), date_sub('month', a, b), date_sub('week', a, b), date_sub('day', a, b), date_sub('hour', a, b), date_sub('second', a, b)")]
    [InlineData("last_day(a), dayname(a), monthname(a), epoch_ms(a), epoch_us(a)")]
    [InlineData("strftime(a, '%Y-%m-%d %H:%M:%S.%f'), strftime(a, '%a %A %b %B %d %-d %j %U %W %u %w %y %I %p %G %V')")]
    [InlineData("strptime(strftime(a, '%d/%m/%Y %H.%M.%S'), '%d/%m/%Y %H.%M.%S')")]
    [InlineData("time_bucket(INTERVAL '15 minutes', a), time_bucket(INTERVAL '10 days', a), time_bucket(INTERVAL '5 months', a)")]
    [InlineData("a + INTERVAL '1 month', a - INTERVAL '13 months', b - INTERVAL '36 hours'")]
    [InlineData("levenshtein(v, w), damerau_levenshtein(v, w), round(jaro_similarity(v, w), 9), round(jaro_winkler_similarity(v, w), 9), jaccard(v, w) FROM (SELECT n, translate(s, 'é', 'x') AS v, translate(u, 'é', 'x') AS w")]
    [InlineData("regexp_replace(s, '[ab]+', '<\\0>', 'g'), regexp_replace(s, '(b)(.)', '\\2\\1'), regexp_extract(s, '([a-c])([d-f])', 2), regexp_matches(s, '^[a-c]'), regexp_full_match(s, '[a-f]*')")]
    [InlineData("to_base64(encode(s)), hex(s), url_encode(s), md5(s), sha256(s), strip_accents(s), reverse(s), translate(s, 'abc', 'xy'), bit_length(s)")]
    [InlineData("printf('%05d|%-6d|%+d|%x', n, n, n, n), bin(n + 1000), gcd(n, 36), lcm(n, 36), bit_count(n)")]
    [InlineData("array_to_string(list_sort(string_split(s, 'a')), '|'), list_sum(range(n % 10)), array_to_string(list_reverse_sort(range(n % 7)), ',')")]
    public void Scalar_functions_agree(string expressions) => AssertSame($"SELECT n, {expressions} FROM t{(expressions.Contains("FROM (", StringComparison.Ordinal) ? ") x" : string.Empty)} ORDER BY n");

    [Theory]
    [InlineData("median(n), quantile_cont(n, 0.3), quantile_disc(n, 0.3)")]
    [InlineData("string_agg(s, ',' ORDER BY n), count(DISTINCT s), bool_and(n > 0), bool_or(n > 190), bit_and(n), bit_or(n), bit_xor(n)")]
    [InlineData("round(var_samp(n), 6), round(stddev_pop(n), 6), round(skewness(n), 6), round(kurtosis(n), 6), round(sem(n), 6)")]
    [InlineData("round(corr(n, length(s)), 9), round(covar_samp(n, length(s)), 6), round(regr_slope(n, length(s)), 6), round(regr_intercept(n, length(s)), 6), round(regr_r2(n, length(s)), 9), regr_count(n, length(s))")]
    [InlineData("arg_min(s, a), arg_max(s, a), min_by(n, s || n), first(s ORDER BY n), last(s ORDER BY n), any_value(s ORDER BY n)")]
    [InlineData("array_to_string(array_agg(n ORDER BY a), ' '), round(product(1 + n / 1000.0), 6), round(geomean(n + 1), 6)")]
    [InlineData("count(*) FILTER (WHERE s > u), sum(n) FILTER (WHERE n % 2 = 0), string_agg(DISTINCT left(s, 1), '' ORDER BY left(s, 1))")]
    public void Aggregates_agree(string calls) => AssertSame($"SELECT n % 4, {calls} FROM t GROUP BY n % 4 ORDER BY n % 4");

    [Theory]
    [InlineData("median(n)")]
    [InlineData("string_agg(n::VARCHAR, ',')")]
    [InlineData("stddev_samp(n)")]
    [InlineData("arg_max(n, s)")]
    [InlineData("mode(n % 3)")]
    [InlineData("quantile_disc(n, 0.25)")]
    [InlineData("bit_xor(n)")]
    public void Aggregates_over_windows_agree(string call) => AssertSame(
        $"SELECT n, {call} OVER (PARTITION BY n % 3 ORDER BY n), {call} OVER (PARTITION BY n % 3 ORDER BY n ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING) FROM t ORDER BY n");

    static void AssertSame(string query)
    {
        using var jammi = Engines.OpenJammi();
        using var duck = Engines.OpenDuckDb();
        jammi.Run(Table);
        duck.Run(Table);
        List<object?[]> expected = duck.Rows(query);
        List<object?[]> actual = jammi.Rows(query);
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Select(Text), actual[i].Select(Text));
        }
    }

    static string Text(object? value) => value switch
    {
        null => "NULL",
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateOnly date => Text(date.ToDateTime(TimeOnly.MinValue)),
        double number => number.ToString("G12", CultureInfo.InvariantCulture),
        float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("G12", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static string MakeTable()
    {
        var random = new Random(20240229);
        var rows = new List<string>();
        for (int n = 0; n < Rows; n++)
        {
            rows.Add($"({n}, TIMESTAMP '{Moment(random)}', TIMESTAMP '{Moment(random)}', '{Word(random)}', '{Word(random)}')");
        }

        return $"CREATE TABLE t AS SELECT * FROM (VALUES {string.Join(", ", rows)}) v(n, a, b, s, u)";
    }

    /// <summary>Moments often lie at the ends of months and of days, where calculations go wrong.</summary>
    static string Moment(Random random)
    {
        var month = new DateTime(random.Next(1850, 2150), random.Next(1, 13), 1);
        int day = random.Next(3) == 0 ? DateTime.DaysInMonth(month.Year, month.Month) : random.Next(1, DateTime.DaysInMonth(month.Year, month.Month) + 1);
        long micros = random.Next(4) == 0 ? 0 : random.NextInt64(86_400_000_000);
        return month.AddDays(day - 1).AddTicks(micros * 10).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
    }

    static string Word(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abcdefé "[random.Next(8)]));
}
