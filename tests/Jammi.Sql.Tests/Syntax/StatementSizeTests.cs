using Jammi.Sql.Syntax;
using Jammi.SqlLogicTest;

namespace Jammi.Sql.Tests.Syntax;

/// <summary>Statements of unusual depth and length are run or refused with a position; none of them exhausts the stack.</summary>
public sealed class StatementSizeTests
{
    const int Depth = 100_000;
    const int TenMegabytes = 10 * 1024 * 1024;

    public static TheoryData<string, string, string> Nestings => new()
    {
        { "(", "1", ")" },
        { "NOT (", "true", ")" },
        { "CASE WHEN true THEN ", "1", " END" },
        { "coalesce(", "1", ")" },
        { "(SELECT ", "1", ")" },
        { "- ", "1", "" },
    };

    [Theory]
    [MemberData(nameof(Nestings))]
    public void Nesting_of_many_levels_is_refused_with_its_place(string open, string inner, string close)
    {
        string sql = "SELECT " + Repeat(open, Depth) + inner + Repeat(close, Depth);
        SqlException error = Assert.Throws<SqlException>(() => SqlParser.Parse(sql));
        Assert.True(error.Position.IsKnown, error.Message);
    }

    [Theory]
    [MemberData(nameof(Nestings))]
    public void Nesting_of_a_hundred_levels_is_run(string open, string inner, string close)
    {
        string sql = "SELECT " + Repeat(open, 100) + inner + Repeat(close, 100);
        ScriptReport report = JammiScripts.Run(ScriptParser.Parse("nested.slt", ["statement ok", sql]), new RunOptions());
        Assert.Empty(report.Failures);
    }

    [Fact]
    public void A_text_literal_of_ten_megabytes_is_read() =>
        Assert.Single(SqlParser.Parse($"SELECT '{new string('x', TenMegabytes)}'"));

    [Fact]
    public void A_chain_of_many_conditions_does_not_nest()
    {
        string sql = "SELECT 1 WHERE 1 = 1" + Repeat(" AND 1 = 1", 20_000);
        Assert.Single(SqlParser.Parse(sql));
    }

    static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
