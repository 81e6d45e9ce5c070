using CsCheck;
using Jammi.Sql.Binding;
using Jammi.Sql.Tests.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Execution;

/// <summary>A table with indexes gives the rows that a copy without them gives, and finds them by the indexes.</summary>
public sealed class IndexLookupTests : IDisposable
{
    const int Rows = 4_000;

    /// <summary>Indexes are made when they have been asked for a few times.</summary>
    const int Rounds = 5;

    readonly Engine engine = Engine.OpenInMemory();
    readonly Session session;

    public IndexLookupTests()
    {
        session = engine.CreateSession(FunctionHarness.Registry, SystemTables.BuiltIn, null, TimeSpan.Zero);
        foreach (string table in new[] { "t", "plain" })
        {
            Run($"CREATE TABLE {table}(id INTEGER, a INTEGER, b TEXT, d DATE, e BIGINT)");
            Run($"INSERT INTO {table} SELECT range, nullif(range * 7919 % 997, 13), 'b' || (range * 31 % 50), DATE '2020-01-01' + (range * 104729 % 3001)::INTEGER, range * 100000 FROM range({Rows})");
            Run($"DELETE FROM {table} WHERE id % 11 = 5");
        }

        Run("CREATE INDEX by_a ON t(a, b)");
        Run("CREATE INDEX by_d ON t(d)");
        Run("CREATE INDEX by_b ON t(b)");
        Run("CREATE INDEX by_e ON t(e)");
    }

    public static TheoryData<string> Conditions =>
    [
        "a = 500",
        "a = 500 AND b = 'b7'",
        "a = NULL",
        "a IN (1, 2, 500, 500, NULL)",
        "b = 'b3' AND id < 2000",
        "b > 'b48'",
        "a < 5",
        "a > 3 AND a <= 6 AND a >= 2",
        "7 >= a AND b <> 'b1'",
        "a BETWEEN 100 AND 103",
        "a BETWEEN 103 AND 100",
        "a > NULL",
        "a > 5000000000",
        "a < 5000000000",
        "a >= -5000000000 AND a < 2",
        "d >= DATE '2028-01-01' AND d < '2028-02-01'",
        "d > DATE '2020-01-05' AND a < 900",
        "e = 300000",
        "e < 500000 OR a = 3",
        "a < 3.5",
    ];

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Rows_that_are_found_by_an_index_are_those_that_pass(string condition)
    {
        List<string> expected = Read($"SELECT id, b FROM plain WHERE {condition} ORDER BY id");
        for (int round = 0; round < Rounds; round++)
        {
            Assert.Equal(expected, Read($"SELECT id, b FROM t WHERE {condition} ORDER BY id"));
        }
    }

    [Fact]
    public void Random_ranges_find_the_rows_that_pass() => Gen.Select(Gen.Int[-10, 1_010], Gen.Int[0, 40], Gen.Int[0, 3]).Sample(
        (low, width, ends) =>
        {
            string condition = $"a {(ends % 2 == 0 ? ">" : ">=")} {low} AND a {(ends / 2 == 0 ? "<" : "<=")} {low + width}";
            Assert.Equal(Read($"SELECT id FROM plain WHERE {condition} ORDER BY id"), Read($"SELECT id FROM t WHERE {condition} ORDER BY id"));
        },
        iter: 100,
        threads: 1);

    [Theory]
    [InlineData("SELECT t.id, s.n FROM {0} AS t JOIN s ON t.a = s.a ORDER BY 1, 2")]
    [InlineData("SELECT t.id FROM {0} AS t WHERE t.b IN (SELECT b FROM s WHERE n < 3) ORDER BY 1")]
    [InlineData("SELECT s.n, t.id FROM s LEFT JOIN {0} AS t ON t.a = s.a ORDER BY 1, 2")]
    [InlineData("SELECT s.n, (SELECT count(*) FROM {0} AS t WHERE t.a = s.a AND t.id > s.n) FROM s ORDER BY 1")]
    [InlineData("SELECT s.n, l.id FROM s, LATERAL (SELECT id FROM {0} AS t WHERE t.a >= s.a AND t.a < s.a + 2 ORDER BY id LIMIT 2) AS l ORDER BY 1, 2")]
    public void Joins_with_few_rows_on_the_other_side_find_their_partners_by_an_index(string query)
    {
        Run("CREATE TABLE s(n INTEGER, a INTEGER, b TEXT)");
        Run("INSERT INTO s VALUES (1, 3, 'b1'), (2, 700, 'b2'), (3, NULL, 'b3'), (4, 3, NULL), (5, 5000, 'x')");
        List<string> expected = Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, query, "plain"));
        Assert.NotEmpty(expected);
        for (int round = 0; round < Rounds; round++)
        {
            Assert.Equal(expected, Read(string.Format(System.Globalization.CultureInfo.InvariantCulture, query, "t")));
        }
    }

    [Theory]
    [InlineData("SELECT id FROM t WHERE a = 500", "by index (a)")]
    [InlineData("SELECT id FROM t WHERE a = 500 AND b = 'b7'", "by index (a, b)")]
    [InlineData("SELECT id FROM t WHERE d > DATE '2028-01-01'", "by range (d)")]
    [InlineData("SELECT id FROM t JOIN (VALUES (3), (9)) AS v(x) ON a = x", "blocks searched by key")]
    [InlineData("SELECT id FROM t WHERE a < 3", "blocks searched by key")]
    public void The_plan_says_how_rows_are_found(string query, string expected)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Read(query);
        }

        Assert.Contains(expected, string.Join('\n', Read($"EXPLAIN ANALYZE {query}")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_is_kept_does_not_outlive_its_index()
    {
        for (int round = 0; round < Rounds; round++)
        {
            Assert.Equal(["3"], Read("SELECT id FROM t WHERE e = 300000"));
        }

        Run("DROP INDEX by_e");
        Assert.Equal(["3"], Read("SELECT id FROM t WHERE e = 300000"));
        Assert.DoesNotContain("by index", string.Join('\n', Read("EXPLAIN SELECT id FROM t WHERE e = 300000")), StringComparison.Ordinal);
    }

    [Fact]
    public void Updates_and_deletes_find_their_rows_by_an_index()
    {
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string table in new[] { "t", "plain" })
            {
                Run($"UPDATE {table} SET a = a + 1 WHERE a BETWEEN {round * 10} AND {(round * 10) + 5}");
                Run($"DELETE FROM {table} WHERE a = {(round * 10) + 3}");
            }

            Assert.Equal(Read("SELECT id, a FROM plain ORDER BY id"), Read("SELECT id, a FROM t ORDER BY id"));
            Assert.Equal(Read("SELECT id FROM plain WHERE a < 20 ORDER BY id"), Read("SELECT id FROM t WHERE a < 20 ORDER BY id"));
        }
    }

    public void Dispose()
    {
        session.Dispose();
        engine.Dispose();
    }

    void Run(string sql)
    {
        using StatementResult result = session.Run(sql, Session.Parse(sql)[0], new StatementOptions());
        while (result.Next() is not null)
        {
        }
    }

    List<string> Read(string sql)
    {
        using StatementResult result = session.Run(sql, Session.Parse(sql)[0], new StatementOptions());
        var rows = new List<string>();
        while (result.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                int index = row;
                rows.Add(string.Join(" | ", batch.Columns.Select((column, i) => ColumnFactory.ToObject(result.Schema[i].Type, column, index) ?? "NULL")));
            }
        }

        return rows;
    }
}
