using Jammi.Sql.Syntax;
using Jammi.Sql.Tests.Functions;

namespace Jammi.Sql.Tests.Syntax;

public class GrammarTests
{
    [Fact]
    public void The_grammar_is_free_of_conflicts() => Assert.Empty(LanguageTables.Compute(new SqlGrammar()).Errors);

    [Theory]
    [InlineData("year")]
    [InlineData("month")]
    [InlineData("day")]
    [InlineData("hour")]
    [InlineData("second")]
    [InlineData("week")]
    [InlineData("date")]
    [InlineData("time")]
    [InlineData("timestamp")]
    [InlineData("interval")]
    [InlineData("extract")]
    [InlineData("position")]
    [InlineData("substring")]
    [InlineData("trim")]
    [InlineData("overlay")]
    [InlineData("within")]
    [InlineData("at")]
    [InlineData("filter")]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("mode")]
    [InlineData("range")]
    [InlineData("format")]
    [InlineData("now")]
    [InlineData("zone")]
    [InlineData("array")]
    public void Words_of_special_forms_are_names_of_columns_too(string word) =>
        Assert.Equal("7|8", SqlText.Row($"SELECT {word}, t.{word} + 1 FROM (SELECT 7 AS {word}) t ORDER BY {word}"));

    [Theory]
    [InlineData("extract(YEAR FROM DATE '2024-01-01')", "2024")]
    [InlineData("extract('year' FROM DATE '2024-01-01')", "2024")]
    [InlineData("EXTRACT (epoch FROM INTERVAL 1 DAY)::INTEGER", "86400")]
    [InlineData("DATE '2024-01-01' + INTERVAL 1 DAY + INTERVAL '2' HOUR", "2024-01-02 02:00:00")]
    [InlineData("TIMESTAMP '2024-01-01 00:00' AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin'", "2024-01-01 01:00:00")]
    [InlineData("-extract(day FROM DATE '2024-01-05') * 2", "-10")]
    [InlineData("year(DATE '2024-01-01') + month(DATE '2024-02-01')", "2026")]
    public void Special_forms_stand_among_operators(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));
}
