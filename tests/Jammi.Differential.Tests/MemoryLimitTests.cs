using System.Data.Common;
using Jammi.Data;

namespace Jammi.Differential.Tests;

/// <summary>Sorts, groups and joins that do not fit in memory go on in files, and give what they give in memory; the files go with the statement.</summary>
[Collection(GeneratedTpchDatabase.Users)]
public sealed class MemoryLimitTests(GeneratedTpchDatabase database)
{
    const string Limit = "2 MB";

    public static TheoryData<string> Queries =>
    [
        "SELECT l_orderkey, l_linenumber, l_comment FROM lineitem ORDER BY l_comment, l_orderkey, l_linenumber",
        "SELECT count(*), sum(n), sum(q), max(c), min(c) FROM (SELECT l_orderkey, l_comment AS c, count(*) AS n, sum(l_quantity) AS q FROM lineitem GROUP BY l_orderkey, l_comment) t",
        "SELECT count(*), sum(n), sum(m) FROM (SELECT l_suppkey % 7 AS s, l_comment, count(DISTINCT l_partkey) AS n, min(l_shipdate - DATE '1992-01-01') AS m FROM lineitem GROUP BY 1, 2) t",
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

    JammiConnection Open()
    {
        var connection = new JammiConnection($"{database.Jammi.ConnectionString};Memory Limit={Limit}");
        connection.Open();
        return connection;
    }
}
