namespace Jammi.Sql.Tests.Files;

public class SampleTests : FileTest
{
    [Theory]
    [InlineData("TABLESAMPLE 100 PERCENT", "1000")]
    [InlineData("TABLESAMPLE 100%", "1000")]
    [InlineData("TABLESAMPLE (100 PERCENT)", "1000")]
    [InlineData("TABLESAMPLE BERNOULLI(100)", "1000")]
    [InlineData("TABLESAMPLE BERNOULLI (0) REPEATABLE (1)", "0")]
    [InlineData("TABLESAMPLE SYSTEM(100 PERCENT)", "1000")]
    [InlineData("TABLESAMPLE (30 ROWS)", "30")]
    [InlineData("TABLESAMPLE 30 ROWS", "30")]
    [InlineData("TABLESAMPLE reservoir(30)", "30")]
    [InlineData("TABLESAMPLE reservoir(30 ROWS) REPEATABLE (4)", "30")]
    [InlineData("AS x TABLESAMPLE 2000 ROWS", "1000")]
    public void Samples_are_written_as_in_other_databases(string sample, string rows)
    {
        Run("CREATE TABLE t AS SELECT n FROM range(1000) AS r(n)");

        Assert.Equal([rows], Query($"SELECT count(*) FROM t {sample}"));
    }

    [Fact]
    public void Files_functions_and_subqueries_are_sampled_too()
    {
        WriteLines("t.csv", "a", "1", "2", "3");

        Assert.Equal(["2"], Query("SELECT count(*) FROM '{d}/t.csv' TABLESAMPLE 2 ROWS"));
        Assert.Equal(["5"], Query("SELECT count(*) FROM range(10) AS r(n) TABLESAMPLE (5 ROWS)"));
        Assert.Equal(["3"], Query("SELECT count(*) FROM (SELECT * FROM range(10)) AS s TABLESAMPLE (3 ROWS)"));
    }

    [Fact]
    public void A_percentage_is_about_that_and_a_seed_repeats_it()
    {
        string[] first = Query("SELECT count(*), sum(n) FROM range(10000) AS r(n) TABLESAMPLE BERNOULLI(50) REPEATABLE (42)");

        Assert.Equal(first, Query("SELECT count(*), sum(n) FROM range(10000) AS r(n) TABLESAMPLE BERNOULLI(50) REPEATABLE (42)"));
        Assert.InRange(int.Parse(first[0].Split('|')[0], System.Globalization.CultureInfo.InvariantCulture), 4500, 5500);
    }

    [Fact]
    public void What_cannot_be_meant_is_told()
    {
        Fails("SELECT * FROM range(10) TABLESAMPLE (5)", "PERCENT", "ROWS");
        Fails("SELECT * FROM range(10) TABLESAMPLE bernouli(5)", "bernouli", "bernoulli");
        Fails("SELECT * FROM range(10) TABLESAMPLE 101 PERCENT", "0 to 100");
        Fails("SELECT * FROM range(10) TABLESAMPLE 5/", "PERCENT");
    }
}
