using System.Data.Common;
using Jammi.Data;

namespace Jammi.Differential.Tests;

/// <summary>Sorts, groups, joins, DISTINCT, set operations and windows that do not fit in memory go on in files, and give what they give in memory; the files go with the statement.</summary>
[Collection(GeneratedTpchDatabase.Users)]
public sealed class MemoryLimitTests(GeneratedTpchDatabase database)
{
    const string Limit = "2 MB";

    /// <summary>Few, large rows that all have the same key.</summary>
    const string Orders = "(SELECT o_totalprice AS p, o_shippriority AS z, repeat(o_comment, 1000) AS t FROM orders WHERE o_orderkey < 240)";
    const string Lines = "(SELECT l_extendedprice AS p, l_linenumber * 0 AS z, repeat(l_comment, 1500) AS t FROM lineitem WHERE l_orderkey < 60)";

    public static TheoryData<string> Queries =>
    [
        $"SELECT count(*), count(b.t), sum(a.p), sum(b.p), max(length(a.t)), min(length(b.t)) FROM {Orders} a FULL JOIN {Lines} b ON a.z = b.z AND a.p > b.p * 2 AND b.p < 5000",
        $"SELECT count(*), sum(a.p), max(length(a.t)) FROM {Orders} a WHERE NOT EXISTS (SELECT * FROM {Lines} b WHERE a.z = b.z AND a.p < b.p * 2 AND length(b.t) > length(a.t))",
        "WITH s AS (SELECT l_orderkey, l_shipmode, count(*) AS n FROM lineitem GROUP BY 1, 2) SELECT count(*), sum(a.n), max(b.l_shipmode) FROM s AS a JOIN s AS b ON a.l_orderkey = b.l_orderkey AND a.n = b.n",
        "SELECT l_orderkey, l_linenumber, l_comment FROM lineitem ORDER BY l_comment, l_orderkey, l_linenumber",
        "SELECT l_orderkey, l_linenumber FROM lineitem ORDER BY l_quantity DESC, l_shipmode",
        "SELECT count(*), count(DISTINCT l_comment), sum(l_partkey) FROM (SELECT DISTINCT l_partkey, l_comment FROM lineitem WHERE l_linenumber < 4) t",
        "SELECT l_suppkey, l_comment FROM (SELECT DISTINCT ON (l_suppkey, l_linenumber) l_suppkey, l_linenumber, l_comment FROM lineitem ORDER BY l_linenumber, l_suppkey, l_comment) t",
        "SELECT count(*), sum(p) FROM (SELECT DISTINCT ON (l_partkey, l_suppkey, l_quantity) l_partkey AS p, l_comment FROM lineitem) t",
        "SELECT count(*), max(c), sum(k) FROM (SELECT l_comment AS c, l_partkey AS k FROM lineitem UNION SELECT o_comment, o_custkey FROM orders) t",
        "SELECT count(*), max(c), sum(k) FROM (SELECT l_comment AS c, l_partkey AS k FROM lineitem INTERSECT SELECT l_comment, l_partkey FROM lineitem WHERE l_linenumber > 2) t",
        "SELECT count(*), max(c), sum(k) FROM (SELECT l_comment AS c, l_partkey AS k FROM lineitem EXCEPT SELECT l_comment, l_partkey FROM lineitem WHERE l_linenumber > 2) t",
        "SELECT count(*), sum(k), sum(s) FROM (SELECT l_partkey AS k, l_suppkey AS s FROM lineitem INTERSECT ALL SELECT ps_partkey, ps_suppkey FROM partsupp) t",
        "SELECT count(*), sum(k), sum(s) FROM (SELECT l_partkey AS k, l_suppkey AS s FROM lineitem EXCEPT ALL SELECT ps_partkey, ps_suppkey FROM partsupp) t",
        "SELECT l_orderkey, l_linenumber, row_number() OVER w, sum(l_quantity) OVER w, lag(l_shipmode) OVER w FROM lineitem WINDOW w AS (PARTITION BY l_suppkey ORDER BY l_shipdate, l_orderkey, l_linenumber)",
        "SELECT count(*), sum(r), sum(n), max(l) FROM (SELECT rank() OVER (ORDER BY l_shipdate) AS r, ntile(7) OVER (ORDER BY l_shipdate) AS n, lead(l_comment) OVER (ORDER BY l_shipdate) AS l FROM lineitem) t",
        "SELECT count(*), sum(n), sum(q), max(c), min(c) FROM (SELECT l_orderkey, l_comment AS c, count(*) AS n, sum(l_quantity) AS q FROM lineitem GROUP BY l_orderkey, l_comment) t",
        "SELECT count(*), sum(n), sum(m) FROM (SELECT l_suppkey % 7 AS s, l_comment, count(DISTINCT l_partkey) AS n, min(l_shipdate - DATE '1992-01-01') AS m FROM lineitem GROUP BY 1, 2) t",
        "SELECT count(DISTINCT l_comment), count(DISTINCT l_partkey), count(*), sum(DISTINCT l_extendedprice) FROM lineitem",
        "SELECT l_linenumber, count(DISTINCT l_comment), count(DISTINCT l_partkey) FROM lineitem GROUP BY 1 ORDER BY 1",
        "SELECT count(*), sum(length(t)), max(t), max(length(a)) FROM (SELECT l_partkey, string_agg(l_comment, '; ' ORDER BY l_orderkey, l_linenumber) AS t, array_agg(l_shipmode ORDER BY l_orderkey, l_linenumber) AS a FROM lineitem GROUP BY 1) t",
        "SELECT count(*), sum(m), sum(q), count(o) FROM (SELECT l_suppkey, median(l_quantity) AS m, quantile_disc(l_extendedprice, 0.9) AS q, mode(l_comment) AS o FROM lineitem GROUP BY 1) t",
        "SELECT count(*), max(f), min(f), max(b) FROM (SELECT l_orderkey, l_linenumber, first(l_comment ORDER BY l_comment) AS f, arg_max(l_comment, l_shipdate) AS b FROM lineitem GROUP BY 1, 2) t",
        "SELECT count(*), sum(n), max(c), sum(s) FROM (SELECT l_comment AS c, l_suppkey AS s, count(*) AS n FROM lineitem GROUP BY GROUPING SETS ((l_comment), (l_comment, l_suppkey), (l_suppkey), ())) t",
        "SELECT l_orderkey, l_linenumber, l_comment FROM lineitem ORDER BY l_comment, l_orderkey, l_linenumber LIMIT 20000 OFFSET 30000",
        "SELECT count(*), sum(l_quantity), max(o_comment), min(o_comment) FROM lineitem JOIN orders ON l_orderkey = o_orderkey",
        "SELECT count(*), count(o_orderkey), max(o_comment), sum(l_tax) FROM lineitem LEFT JOIN orders ON l_orderkey = o_orderkey AND o_totalprice > l_extendedprice * 5",
        "SELECT count(*), count(c_custkey), count(o_orderkey), max(o_comment), max(c_comment) FROM customer FULL JOIN orders ON c_custkey = o_custkey AND c_nationkey < 10",
        "SELECT count(*), sum(p_size) FROM part WHERE NOT EXISTS (SELECT * FROM lineitem WHERE l_partkey = p_partkey AND l_comment LIKE '%x%' AND l_shipmode <> p_container)",
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public void What_does_not_fit_goes_on_in_files(string sql)
    {
        using JammiConnection limited = Open();
        List<object?[]> plan = limited.Rows($"EXPLAIN ANALYZE {sql}");
        Assert.Contains(plan, line => ((string)line[0]!).Contains("bytes spilled", StringComparison.Ordinal));
        Assert.Equal(RowText.Of(database.Jammi.Rows(sql), sorted: false), RowText.Of(limited.Rows(sql), sorted: false));
        Assert.Empty(Directory.EnumerateFiles(database.SpillDirectory));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void The_number_of_threads_changes_nothing(string sql)
    {
        using JammiConnection one = Open("Threads=1");
        using JammiConnection several = Open("Threads=3");
        List<object?[]> expected = one.Rows(sql);
        Assert.Equal(RowText.Of(expected, sorted: false), RowText.Of(several.Rows(sql), sorted: false));
        Assert.Equal(RowText.Of(database.Oracle.Rows(sql), sorted: true), RowText.Of(expected, sorted: true));
    }

    /// <summary>What must be held as a whole is refused with the limit and what to do.</summary>
    [Theory]
    [InlineData("SELECT bool_or(o_comment IN (SELECT nullif(l_comment, 'x') FROM lineitem)) FROM orders", "NOT EXISTS")]
    [InlineData("SELECT count(*) FROM orders JOIN lineitem ON o_totalprice < l_extendedprice - 1000000", "equality")]
    [InlineData("SELECT length(string_agg(l_comment, ',')) FROM lineitem", "string_agg holds the values of a group")]
    [InlineData("SELECT l_linestatus, median(l_extendedprice) FROM lineitem GROUP BY 1", "median holds the values of a group")]
    [InlineData("WITH RECURSIVE t AS (SELECT l_orderkey AS k, l_comment AS c FROM lineitem UNION SELECT k, c FROM t WHERE k < 0) SELECT count(*) FROM t", "UNION ALL")]
    public void What_must_be_held_as_a_whole_is_refused(string sql, string advice)
    {
        using JammiConnection limited = Open();
        JammiException error = Assert.Throws<JammiException>(() => limited.Rows(sql));
        Assert.Equal("53200", error.SqlState);
        Assert.Contains("Memory Limit allows, which is 2,097,152 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(database.SpillDirectory));
    }

    [Fact]
    public void A_reader_that_is_left_early_leaves_no_file()
    {
        using JammiConnection limited = Open();
        using (DbCommand command = limited.CreateCommand())
        {
            command.CommandText = "SELECT l_comment FROM lineitem ORDER BY 1";
            using DbDataReader reader = command.ExecuteReader();
            Assert.True(reader.Read());
            Assert.NotEmpty(Directory.EnumerateFiles(database.SpillDirectory));
        }

        Assert.Empty(Directory.EnumerateFiles(database.SpillDirectory));
    }

    [Fact]
    public void A_statement_that_fails_leaves_no_file()
    {
        using JammiConnection limited = Open();
        Assert.Throws<JammiException>(() => limited.Rows("SELECT CAST(c AS INTEGER) FROM (SELECT max(l_comment) AS c, l_orderkey, l_linenumber FROM lineitem GROUP BY 2, 3) t"));
        Assert.Empty(Directory.EnumerateFiles(database.SpillDirectory));
    }

    JammiConnection Open(string setting = $"Memory Limit={Limit}")
    {
        var connection = new JammiConnection($"{database.Jammi.ConnectionString};{setting}");
        connection.Open();
        return connection;
    }
}
