namespace Jammi.Sql.Tests.Files;

public class CopyTests : FileTest
{
    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("arrow")]
    [InlineData("json")]
    public void A_table_goes_out_and_comes_back(string format)
    {
        Run("CREATE TABLE t (id INTEGER, name TEXT, price DECIMAL(8,2)); INSERT INTO t VALUES (1, '007', 1.5), (2, NULL, NULL), (3, 'a \"b\", c', -0.25)");

        Assert.Equal(3, Run($"COPY t TO '{{d}}/t.{format}'"));
        Assert.Equal(3, Run($"CREATE TABLE u (id BIGINT, name TEXT, price DECIMAL(10,3)); COPY u FROM '{{d}}/t.{format}'"));

        Assert.Equal(["1|007|1.500", "2|NULL|NULL", "3|a \"b\", c|-0.250"], Query("SELECT * FROM u ORDER BY id"));
        Assert.Equal(["3"], Query($"SELECT count(*) FROM '{{d}}/t.{format}'"));
    }

    [Fact]
    public void Columns_may_be_chosen_both_ways()
    {
        Run("CREATE TABLE t (a INTEGER, b TEXT DEFAULT 'none', c INTEGER); INSERT INTO t VALUES (1, 'x', 10)");

        Run("COPY t (c, a) TO '{d}/t.csv'");
        Assert.Equal("c,a\n10,1\n", File.ReadAllText(Directory["t.csv"]));

        Run("COPY t (c, a) FROM '{d}/t.csv'");
        Assert.Equal(["1|none|10", "1|x|10"], Query("SELECT * FROM t ORDER BY b"));
    }

    [Fact]
    public void Json_keys_go_to_columns_of_their_name()
    {
        WriteLines("t.jsonl", """{"b": "x", "zip": 5, "a": 1}""", """{"a": 2}""");

        Assert.Equal(2, Run("CREATE TABLE t (a INTEGER, b TEXT); COPY t FROM '{d}/t.jsonl'"));
        Assert.Equal(["1|x", "2|NULL"], Query("SELECT * FROM t"));
    }

    [Fact]
    public void Text_formats_have_options()
    {
        Run("COPY (SELECT 1 AS a, NULL AS b, 'x;''y' AS c) TO '{d}/t.csv' (HEADER false, DELIMITER ';', NULL '-', QUOTE '''')");
        Assert.Equal("1;-;'x;''y'\n", File.ReadAllText(Directory["t.csv"]));

        Run("COPY (SELECT 1 AS a, [1, NULL] AS l, 'é' AS t) TO '{d}/t.json' (ARRAY)");
        Assert.Equal("[\n{\"a\":1,\"l\":[1,null],\"t\":\"é\"}\n]\n", File.ReadAllText(Directory["t.json"]));

        Run("COPY (SELECT 1 AS a WHERE false) TO '{d}/none.json' WITH (FORMAT json, ARRAY true)");
        Assert.Equal("[]\n", File.ReadAllText(Directory["none.json"]));

        Run("COPY (SELECT 'abc' AS a) TO '{d}/t.csv.gz'");
        Assert.Equal(0x1F, File.ReadAllBytes(Directory["t.csv.gz"])[0]);
        Assert.Equal(["abc"], Query("SELECT a FROM '{d}/t.csv.gz'"));
    }

    [Theory]
    [InlineData("parquet", "COMPRESSION zstd, COMPRESSION_LEVEL 5")]
    [InlineData("parquet", "COMPRESSION gzip, ROW_GROUP_SIZE 100")]
    [InlineData("parquet", "CODEC lz4")]
    [InlineData("parquet", "COMPRESSION brotli")]
    [InlineData("parquet", "COMPRESSION none")]
    [InlineData("arrow", "COMPRESSION lz4")]
    [InlineData("arrow", "COMPRESSION zstd")]
    [InlineData("arrow", "STREAM")]
    [InlineData("arrow", "STREAM, COMPRESSION 'zstd'")]
    public void Columnar_formats_have_options(string format, string options)
    {
        Run($"COPY (SELECT n, 'text ' || (n % 7)::TEXT AS t FROM range(5000) AS r(n)) TO '{{d}}/t.{format}' ({options})");

        Assert.Equal(["5000|12497500|7"], Query($"SELECT count(*), sum(n), count(DISTINCT t) FROM '{{d}}/t.{format}'"));
    }

    [Fact]
    public void An_unknown_option_names_the_nearest()
    {
        Fails("COPY (SELECT 1 AS a) TO '{d}/t.csv' (HEADR)", "HEADR", "header", "DELIMITER");
        Fails("COPY (SELECT 1 AS a) TO '{d}/t.parquet' (COMPRESSION zip)", "COMPRESSION", "zstd");
        Fails("COPY (SELECT 1 AS a) TO '{d}/t.parquet' (HEADER)", "HEADER");
        Fails("COPY (SELECT 1 AS a) TO '{d}/t.csv' (DELIMITER ',,')", "DELIMITER", "one ASCII character");
        Fails("COPY (SELECT 1 AS a) TO '{d}/t.xlsx'", "csv, parquet, arrow and json");
        Fails("CREATE TABLE t (a INTEGER); COPY t FROM '{d}/../none.csv' (HEADR)", "headr", "header");
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(Directory.Path));
    }

    [Fact]
    public void What_fails_leaves_the_old_file_and_nothing_else()
    {
        WriteLines("t.csv", "a", "old");

        Fails("COPY (SELECT (n - 5000)::UTINYINT AS a FROM range(10000) AS r(n)) TO '{d}/t.csv'");

        Assert.Equal("a\nold\n", File.ReadAllText(Directory["t.csv"]));
        Assert.Equal([Directory["t.csv"]], System.IO.Directory.GetFileSystemEntries(Directory.Path));
    }

    [Fact]
    public void A_file_can_be_rewritten_from_itself()
    {
        WriteLines("t.csv", "a", "1", "2");

        Assert.Equal(2, Run("COPY (SELECT a * 10 AS a FROM '{d}/t.csv') TO '{d}/t.csv'"));

        Assert.Equal("a\n10\n20\n", File.ReadAllText(Directory["t.csv"]));
    }

    [Fact]
    public void A_transaction_copies_its_own_rows()
    {
        Run("CREATE TABLE t (a INTEGER); BEGIN; INSERT INTO t VALUES (1)");
        Assert.Equal(1, Run("COPY t TO '{d}/t.csv'"));
        Assert.Equal(1, Run("COPY t FROM '{d}/t.csv'"));
        Run("ROLLBACK");

        Assert.Equal(["0"], Query("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Cancellation_leaves_no_file()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Run("COPY (SELECT * FROM range(1000000)) TO '{d}/t.csv'", source.Token));

        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(Directory.Path));
    }

    [Fact]
    public void Places_that_cannot_be_written_are_named()
    {
        Fails("COPY (SELECT 1 AS a) TO '{d}/none/t.csv'", "{d}/none");
        Fails("COPY (SELECT 1 AS a) TO '{d}' (FORMAT csv)", "directory");
        Fails("COPY (SELECT 1 AS a, 2 AS a) TO '{d}/t.parquet'", "\"a\"", "AS");
        Assert.Equal(1, Run("COPY (SELECT 1 AS a, 2 AS a) TO '{d}/t.csv'"));
    }

    [Fact]
    public void Numbers_that_json_has_not_are_texts()
    {
        Run("COPY (SELECT 'NaN'::DOUBLE AS a, '-inf'::REAL AS b, 12345678901234567890.12::DECIMAL(30,2) AS c) TO '{d}/t.json'");

        Assert.Equal("{\"a\":\"NaN\",\"b\":\"-Infinity\",\"c\":12345678901234567890.12}\n", File.ReadAllText(Directory["t.json"]));
    }
}
