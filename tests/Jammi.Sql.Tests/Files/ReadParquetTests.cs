using System.Globalization;
using System.Text.RegularExpressions;

namespace Jammi.Sql.Tests.Files;

public class ReadParquetTests : FileTest
{
    [Fact]
    public void Row_groups_that_a_filter_rules_out_are_not_read()
    {
        Run("COPY (SELECT n, n * 2 AS twice, 't' || (n / 1000)::TEXT AS name FROM range(10000) AS r(n)) TO '{d}/t.parquet' (row_group_size 1000)");

        Assert.Equal(["5|1000"], Query("SELECT count(*), min(twice) / 10 * 10 FROM '{d}/t.parquet' WHERE n BETWEEN 500 AND 504"));
        Assert.Equal((1, 9), RowGroups("n BETWEEN 500 AND 504"));
        Assert.Equal((2, 8), RowGroups("n IN (3, 9999)"));
        Assert.Equal((2, 8), RowGroups("n < 10 OR name = 't7'"));
        Assert.Equal((0, 10), RowGroups("n IS NULL"));
        Assert.Equal((1, 9), RowGroups("n > CAST(9500 AS INTEGER)"));
        Assert.Equal((10, 0), RowGroups("n % 2 = 0"));
    }

    /// <summary>How many row groups a scan with the condition reads and skips.</summary>
    (int Read, int Skipped) RowGroups(string condition, params (string Name, object Value)[] parameters)
    {
        string plan = string.Join('\n', Query($"EXPLAIN ANALYZE SELECT n FROM '{{d}}/t.parquet' WHERE {condition}", parameters));
        return (Count("read"), Count("skipped"));

        int Count(string fact) => Regex.Match(plan, $"row groups {fact} ([0-9]+)") is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [Fact]
    public void A_filter_with_a_parameter_skips_row_groups_too()
    {
        Run("COPY (SELECT n FROM range(3000) AS r(n)) TO '{d}/t.parquet' (row_group_size 1000)");

        Assert.Equal((1, 2), RowGroups("n >= @least", ("least", 2500)));
        Assert.Equal(["500"], Query("SELECT count(*) FROM '{d}/t.parquet' WHERE n >= @least", ("least", 2500)));
    }

    [Fact]
    public void Only_the_columns_that_a_query_uses_are_read()
    {
        Run("COPY (SELECT n AS a, n AS b, n AS c FROM range(10) AS r(n)) TO '{d}/t.parquet'");

        Assert.Contains(Query("EXPLAIN SELECT c FROM '{d}/t.parquet' WHERE a > 3"), line => line.Contains("[a, c]", StringComparison.Ordinal) && line.Contains("where a > 3", StringComparison.Ordinal));
        Assert.Equal(["10"], Query("SELECT count(*) FROM '{d}/t.parquet'"));
        Assert.Equal(["9|9"], Query("SELECT c, a FROM '{d}/t.parquet' WHERE b = 9"));
    }

    [Theory]
    [InlineData("x > 5")]
    [InlineData("x >= 2.5")]
    [InlineData("x <> 1")]
    [InlineData("x = 'NaN'::DOUBLE")]
    [InlineData("x < 1.5")]
    [InlineData("x IN (2, 7)")]
    [InlineData("NOT (x < 5)")]
    [InlineData("x > 2 AND x < 'NaN'::DOUBLE")]
    public void Statistics_do_not_hide_nan(string condition)
    {
        Run("CREATE TABLE t AS SELECT * FROM (VALUES (1.0::DOUBLE), (2.0), ('NaN'::DOUBLE), (NULL)) AS v(x); COPY t TO '{d}/t.parquet'");

        Assert.Equal(Query($"SELECT x FROM t WHERE {condition}"), Query($"SELECT x FROM '{{d}}/t.parquet' WHERE {condition}"));
    }

    [Theory]
    [InlineData("d", "DECIMAL(20,4)", "12.3456", "-99999.5")]
    [InlineData("d", "DECIMAL(38,2)", "12.34", "-1000000000000000000000.5")]
    [InlineData("d", "DECIMAL(5,2)", "12.34", "-3")]
    [InlineData("d", "DATE", "2024-02-29", "1492-10-12")]
    [InlineData("d", "TIMESTAMP", "2024-02-29 12:30:45.123456", "1969-12-31 23:59:59.999999")]
    [InlineData("d", "TIMESTAMPTZ", "2024-02-29 12:30:45.123456+02", "1969-12-31 23:59:59+00")]
    [InlineData("d", "TIME", "12:30:45.5", "00:00:00")]
    [InlineData("d", "TEXT", "Zürich", "")]
    [InlineData("d", "BLOB", "\\xff00", "\\x")]
    [InlineData("d", "UUID", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00000000-0000-0000-0000-000000000001")]
    [InlineData("d", "UBIGINT", "18446744073709551615", "0")]
    [InlineData("d", "UINTEGER", "4294967295", "7")]
    [InlineData("d", "USMALLINT", "65535", "7")]
    [InlineData("d", "TINYINT", "127", "-128")]
    [InlineData("d", "REAL", "1.5", "-2.5")]
    [InlineData("d", "BOOLEAN", "true", "false")]
    public void Comparisons_find_the_same_rows_with_statistics_as_without(string name, string type, string value, string other)
    {
        Run($"CREATE TABLE t ({name} {type}); INSERT INTO t VALUES ('{value}'), ('{other}'), (NULL); COPY t TO '{{d}}/t.parquet' (row_group_size 1)");
        foreach (string op in (string[])["=", "<>", "<", "<=", ">", ">="])
        {
            foreach (string bound in (string[])[value, other])
            {
                string condition = $"WHERE {name} {op} CAST('{bound}' AS {type}) ORDER BY 1";
                Assert.Equal(Query($"SELECT * FROM t {condition}"), Query($"SELECT * FROM '{{d}}/t.parquet' {condition}"));
            }
        }

        Assert.Contains("row groups skipped", string.Join('\n', Query($"EXPLAIN ANALYZE SELECT * FROM '{{d}}/t.parquet' WHERE {name} = CAST('{value}' AS {type})")), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_a_glob_are_one_table()
    {
        Run("COPY (SELECT 1 AS a, 'x' AS b) TO '{d}/1.parquet'; COPY (SELECT 'y' AS b, 2 AS a) TO '{d}/2.parquet'");

        Assert.Equal(["1|x", "2|y"], Query("SELECT * FROM read_parquet('{d}/*.parquet')"));
        Assert.Equal(["2|y", "1|x"], Query("SELECT * FROM read_parquet(['{d}/2.parquet', '{d}/1.parquet'], columns => ['a', 'b'])"));
    }

    [Fact]
    public void A_file_with_other_columns_is_named()
    {
        Run("COPY (SELECT 1 AS a) TO '{d}/1.parquet'; COPY (SELECT 'x' AS a) TO '{d}/2.parquet'; COPY (SELECT 1 AS b) TO '{d}/3.parquet'");

        Fails("SELECT * FROM read_parquet(['{d}/1.parquet', '{d}/2.parquet'])", "\"a\"", "2.parquet", "TEXT", "INTEGER");
        Fails("SELECT * FROM read_parquet(['{d}/1.parquet', '{d}/3.parquet'])", "3.parquet", "no column \"a\"");
        Fails("SELECT * FROM read_parquet('{d}/1.parquet', columns => ['aa'])", "no column \"aa\"");
    }

    [Fact]
    public void Cancellation_stops_a_long_read()
    {
        Run("COPY (SELECT n FROM range(50000) AS r(n)) TO '{d}/t.parquet'");
        using var source = new CancellationTokenSource();
        using StatementResult result = Open("SELECT n FROM '{d}/t.parquet'", source.Token);

        Assert.NotNull(result.Next());
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (result.Next() is not null)
            {
            }
        });
    }
}
