using Jammi.Sql.Functions;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class InformationTests
{
    [Theory]
    [InlineData("typeof(1)", "INTEGER")]
    [InlineData("typeof([1, 2]::DOUBLE[])", "DOUBLE[]")]
    [InlineData("typeof(NULL)", "NULL")]
    [InlineData("typeof('a')", "TEXT")]
    [InlineData("pg_typeof(now())", "timestamp with time zone")]
    [InlineData("pg_typeof(1::DOUBLE)", "double precision")]
    [InlineData("num_nulls(NULL, 1, NULL::TEXT)", "2")]
    [InlineData("num_nonnulls(NULL, 1, NULL::TEXT)", "1")]
    [InlineData("current_schema", "main")]
    [InlineData("current_database()", "jammi")]
    [InlineData("hash(1, 'a') = hash(1, 'b')", "false")]
    [InlineData("hash(NULL) IS NULL", "false")]
    public void Values_and_sessions_are_described(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Fact]
    public void An_error_is_raised_only_where_a_row_reaches_it()
    {
        Assert.Equal(["1", "2"], SqlText.Rows("SELECT CASE WHEN x < 3 THEN x ELSE error('too large')::INTEGER END FROM (VALUES (1), (2)) t(x)"));
        Assert.Equal("too large", SqlText.Error("CASE WHEN x < 3 THEN x ELSE error('too large')::INTEGER END FROM (VALUES (1), (3)) t(x)").Message);
    }

    [Fact]
    public void Every_function_is_listed_with_its_page()
    {
        int names = int.Parse(SqlText.Value("count(*) FROM jammi.functions"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(names > 400, $"only {names} functions are listed");
        Assert.Equal("scalar|Text|upper(text)|BLUE", SqlText.Row("SELECT kind, category, syntax, result FROM jammi.functions WHERE function_name = 'upper'"));
        Assert.Equal("upper", SqlText.Value("alias_of FROM jammi.functions WHERE function_name = 'ucase'"));
        Assert.Equal("FUNCTION", SqlText.Value("routine_type FROM information_schema.routines WHERE routine_name = 'coalesce'"));
        Assert.Empty(SqlText.Rows("SELECT function_name FROM jammi.functions WHERE syntax = '' OR description NOT LIKE '%.' OR example = ''"));
    }

    [Theory]
    [InlineData("div(7, -2)", "-3")]
    [InlineData("div(7, 0)", "NULL")]
    [InlineData("div(-7.5, 2.0)", "-3")]
    [InlineData("mod(-7, 3)", "-1")]
    [InlineData("round(gamma(0.5), 12)", "1.772453850906")]
    [InlineData("round(gamma(-1.5), 12)", "2.363271801207")]
    [InlineData("round(gamma(171) / 7.257415615307994e306, 12)", "1")]
    [InlineData("gamma(1)", "1")]
    [InlineData("width_bucket(0, 0, 10, 5)", "1")]
    [InlineData("width_bucket(10, 0, 10, 5)", "6")]
    [InlineData("width_bucket(-1, 0, 10, 5)", "0")]
    [InlineData("width_bucket(9, 10, 0, 5)", "1")]
    [InlineData("width_bucket(0, 10, 0, 5)", "6")]
    [InlineData("width_bucket(5, [1, 3, 10])", "2")]
    [InlineData("width_bucket(10, [1, 3, 10])", "3")]
    [InlineData("width_bucket(NULL, 0, 10, 5)", "NULL")]
    public void Numbers_are_divided_and_put_in_buckets(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("width_bucket(1, 2, 2, 5)", "the bounds are finite and different")]
    [InlineData("width_bucket(1, 0, 2, 0)", "from 1 to")]
    [InlineData("gamma(-1)", "other than 0, -1, -2")]
    [InlineData("trim_array([1], 2)", "takes 2 of 1 items away")]
    [InlineData("range(1, 10, 0)", "must not be zero")]
    [InlineData("range(1000000000)", "use range in FROM")]
    [InlineData("list_aggregate([1], 'summ')", "sum")]
    [InlineData("list_aggregate([1], 'sum', 2)", "does not exist")]
    public void Errors_say_what_is_wrong(string expression, string message) =>
        Assert.Contains(message, SqlText.Error(expression).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("range(3)", "[0, 1, 2]")]
    [InlineData("range(5, 0, -2)", "[5, 3, 1]")]
    [InlineData("range(9223372036854775806, 9223372036854775807)", "[9223372036854775806]")]
    [InlineData("generate_series(3, 1)", "[]")]
    [InlineData("generate_series(1, NULL)", "NULL")]
    [InlineData("array_positions([1, NULL, 1], 1)", "[1, 3]")]
    [InlineData("array_positions([1, NULL, 1], NULL)", "[2]")]
    [InlineData("array_replace([1, NULL, 1], NULL, 7)", "[1, 7, 1]")]
    [InlineData("list_intersect([1, 2, NULL], [2, NULL])", "[2]")]
    [InlineData("list_except([1, 2, NULL], [2])", "[1]")]
    [InlineData("flatten(ARRAY[ARRAY[1], ARRAY[2, 3]])", "[1, 2, 3]")]
    [InlineData("list_reverse_sort([1, NULL, 3])", "[NULL, 3, 1]")]
    [InlineData("list_sum([1, NULL, 3])", "4")]
    [InlineData("list_sum(NULL::INTEGER[])", "NULL")]
    [InlineData("list_avg(ARRAY[]::INTEGER[])", "NULL")]
    [InlineData("ARRAY[]", "[]")]
    [InlineData("list_count([1, NULL])", "1")]
    [InlineData("list_min(ARRAY['b', 'a'])", "a")]
    [InlineData("list_aggregate(ARRAY['b', 'a'], 'string_agg', '-')", "b-a")]
    [InlineData("list_aggregate([5, 1, 9], 'max')", "9")]
    [InlineData("string_agg(i::TEXT, ',') FROM generate_subscripts(ARRAY['a', 'b', 'c'], 1) AS s(i)", "1,2,3")]
    [InlineData("string_agg(i || x, ' ') FROM (VALUES (ARRAY['a', 'b']), (ARRAY['c'])) t(l), LATERAL generate_subscripts(l) AS s(i), LATERAL (SELECT l[i] AS x) u", "1a 2b 1c")]
    public void Lists_are_made_and_changed(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Fact]
    public void Aggregates_of_lists_take_each_row_by_itself() =>
        Assert.Equal([3L, null, null, 5L], Run("list_sum", Column(SqlType.List(SqlType.Integer), new object?[] { 1, 2 }, null, Array.Empty<object?>(), new object?[] { 5, null })));

    [Fact]
    public void Names_of_functions_and_special_forms_do_not_meet() =>
        Assert.DoesNotContain(SpecialForms.All, f => Registry.FindScalar(f.Name) is not null);
}
