using System.Globalization;

namespace Jammi.Data.Tests.Mission;

/// <summary>ORDER BY a measure of vectors with LIMIT: found by search codes, and the same as sorting.</summary>
public sealed class VectorOrderTests : IDisposable
{
    const int Dimension = 40;

    readonly JammiConnection connection = new("Data Source=:memory:");
    readonly float[] query;

    public VectorOrderTests()
    {
        var random = new Random(1);
        query = Vector(random);
        connection.Open();
        connection.Run($"CREATE TABLE items (id BIGINT, price INTEGER, maker INTEGER, v FLOAT[{Dimension}]); CREATE TABLE makers (maker INTEGER, country TEXT); INSERT INTO makers SELECT i, CASE WHEN i % 3 = 0 THEN 'CH' ELSE 'DE' END FROM generate_series(0, 19) s(i)");
        for (int part = 0; part < 3; part++)
        {
            using var insert = new JammiCommand($"INSERT INTO items VALUES {string.Join(",", Enumerable.Range(part * 500, 500).Select(i => Row(i, random)))}", connection);
            insert.ExecuteNonQuery();
        }

        connection.Run("DELETE FROM items WHERE id % 11 = 3");
    }

    public void Dispose() => connection.Dispose();

    [Theory]
    [InlineData("cosine_similarity(v, @q) DESC")]
    [InlineData("cosine_similarity(@q, v) DESC, id")]
    [InlineData("v <=> @q")]
    [InlineData("cosine_distance(v, @q)")]
    [InlineData("dot_product(v, @q) DESC")]
    [InlineData("v <#> @q")]
    [InlineData("l2_distance(v, @q)")]
    [InlineData("v <-> @q")]
    public void Any_measure_gives_the_rows_that_sorting_gives(string order)
    {
        int end = order.IndexOf(" DESC", StringComparison.Ordinal);
        string sorted = end < 0 ? $"({order}) + 0.0" : $"({order[..end]}) + 0.0{order[end..]}";
        foreach (string where in (string[])["", "WHERE price < 50", "WHERE price < 3", "WHERE price < 0", "WHERE price > 0 AND 300 / price > 5 AND maker <> 4", "WHERE price < 50 OR maker IS NULL", "WHERE maker IN (SELECT maker FROM makers WHERE country = 'CH')"])
        {
            CheckSearches($"SELECT id FROM items {where} ORDER BY {order} LIMIT 10");
            Assert.Equal(Ids($"SELECT id FROM items {where} ORDER BY {sorted} LIMIT 10"), Ids($"SELECT id FROM items {where} ORDER BY {order} LIMIT 10"));
            Assert.Equal(Ids($"SELECT id FROM items {where} ORDER BY {sorted} LIMIT 7 OFFSET 5"), Ids($"SELECT id FROM items {where} ORDER BY {order} LIMIT 7 OFFSET 5"));
        }
    }

    [Fact]
    public void A_join_whose_other_side_filters_is_known_to_the_search()
    {
        const string From = "FROM items i JOIN makers m ON m.maker = i.maker WHERE m.country = 'CH' AND i.price >= 20";
        const string Search = $"SELECT i.id, m.country, cosine_similarity(i.v, @q) AS s {From} ORDER BY s DESC LIMIT 10";
        CheckSearches(Search);
        Assert.Equal(Ids($"SELECT i.id, cosine_similarity(i.v, @q) + 0.0 AS s {From} ORDER BY s DESC LIMIT 10"), Ids(Search));
        Assert.Equal(10, Ids(Search).Count);
    }

    [Fact]
    public void Rows_without_a_vector_come_first_or_last_as_they_do_when_sorted()
    {
        foreach (string direction in (string[])["", "NULLS FIRST", "DESC", "DESC NULLS LAST"])
        {
            string measure = direction.StartsWith("DESC", StringComparison.Ordinal) ? "cosine_similarity(v, @q)" : "(v <=> @q)";
            foreach (int limit in (int[])[5, 50, 1340, 5000])
            {
                Assert.Equal(Ids($"SELECT id FROM items ORDER BY {measure} + 0.0 {direction}, id LIMIT {limit}"), Ids($"SELECT id FROM items ORDER BY {measure} {direction}, id LIMIT {limit}"));
            }
        }

    }

    [Fact]
    public void A_distance_of_farthest_first_is_sorted()
    {
        Assert.DoesNotContain("nearest_rows", Explain("SELECT id FROM items ORDER BY v <=> @q DESC LIMIT 10"), StringComparison.Ordinal);
        Assert.DoesNotContain("nearest_rows", Explain("SELECT id FROM items ORDER BY cosine_similarity(v, v) DESC LIMIT 10"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cosine_similarity(v, @q) DESC")]
    [InlineData("@q <=> v")]
    [InlineData("v <#> @q")]
    [InlineData("v <-> @q")]
    public void Halves_are_found_by_search_codes_too(string order)
    {
        connection.Run($"CREATE TABLE halves (id BIGINT, v HALF[{Dimension}]); INSERT INTO halves SELECT id, v FROM items");
        CheckSearches($"SELECT id FROM halves ORDER BY {order}, id LIMIT 10");
        string zeros = string.Join(",", Enumerable.Repeat("0", Dimension));
        Assert.Equal(Ids($"SELECT id FROM halves ORDER BY {order}, id LIMIT 10"), Ids($"SELECT id FROM (SELECT id, v + [{zeros}] AS v FROM halves) h ORDER BY {order}, id LIMIT 10"));
    }

    [Fact]
    public void A_NULL_query_orders_nothing()
    {
        Assert.Equal(10, connection.Column<long>("SELECT id FROM items ORDER BY v <=> @q LIMIT 10", ("q", DBNull.Value)).Count);
    }

    [Fact]
    public void A_limit_of_the_statement_may_be_a_parameter()
    {
        Assert.Equal(4, connection.Column<long>("SELECT id FROM items ORDER BY v <=> @q LIMIT @n", ("q", query), ("n", 4L)).Count);
    }

    [Fact]
    public void Rows_of_the_open_transaction_are_found_and_those_of_others_are_not()
    {
        connection.Run("BEGIN");
        connection.Run("INSERT INTO items VALUES (99999, 0, 0, @q)", ("q", query.Select(x => x * 2).ToArray()));
        Assert.Equal(99999, Ids("SELECT id FROM items ORDER BY v <#> @q LIMIT 1")[0]);
        connection.Run("ROLLBACK");
        Assert.NotEqual(99999, Ids("SELECT id FROM items ORDER BY v <#> @q LIMIT 1")[0]);
    }

    List<long> Ids(string sql) => connection.Column<long>(sql, ("q", query));

    string Explain(string sql) => string.Join('\n', connection.Column<string>("EXPLAIN " + sql, ("q", query)));

    void CheckSearches(string sql) => Assert.Contains("nearest_rows", Explain(sql), StringComparison.Ordinal);

    /// <summary>Every fortieth row has no vector; every ninetieth is equal to the query.</summary>
    string Row(int id, Random random)
    {
        float[] vector = id % 90 == 9 ? query : Vector(random);
        string text = id % 40 == 7 ? "NULL" : "[" + string.Join(",", vector.Select(x => x.ToString("R", CultureInfo.InvariantCulture))) + "]";
        return $"({id}, {id * 7 % 100}, {id % 20}, {text})";
    }

    static float[] Vector(Random random) => [.. Enumerable.Range(0, Dimension).Select(i => (float)(random.NextDouble() - 0.3))];
}
