using System.Globalization;

namespace Jammi.Data.Tests.Mission;

/// <summary>Joins by a similarity of vectors against the same joins with a condition that no bound is known of.</summary>
public sealed class SimilarityJoinTests : IDisposable
{
    const int Dimension = 80;

    readonly JammiConnection connection = new("Data Source=:memory:");

    public SimilarityJoinTests()
    {
        connection.Open();
        var random = new Random(1);
        float[][] topics = [.. Enumerable.Range(0, 12).Select(_ => Vector(random))];
        Fill("a", 230, random, topics);
        Fill("b", 310, random, topics);
    }

    public void Dispose() => connection.Dispose();

    [Theory]
    [InlineData("cosine_similarity(a.v, b.v)", ">", 0.95)]
    [InlineData("cosine_similarity(b.v, a.v)", ">=", 0.9)]
    [InlineData("cosine_similarity(a.v, b.v)", ">", 0.5)]
    [InlineData("cosine_similarity(a.v, b.v)", ">", -2)]
    [InlineData("cosine_similarity(a.v, b.v)", ">", 1.5)]
    [InlineData("a.v <=> b.v", "<", 0.05)]
    [InlineData("cosine_distance(a.v, b.v)", "<=", 0.3)]
    [InlineData("dot_product(a.v, b.v)", ">", 30)]
    [InlineData("inner_product(b.v, a.v)", ">=", 5.5)]
    [InlineData("dot_product(a.v, b.v)", ">", -1000)]
    [InlineData("a.v <#> b.v", "<", -20)]
    [InlineData("a.v <#> b.v", "<=", 3)]
    [InlineData("l2_distance(a.v, b.v)", "<", 0.8)]
    [InlineData("l2_distance(b.v, a.v)", "<=", 0)]
    [InlineData("a.v <-> b.v", "<", 3)]
    [InlineData("a.v <-> b.v", "<", 100)]
    [InlineData("a.v <-> b.v", "<", -1)]
    public void Any_kind_of_join_has_the_rows_of_testing_every_pair(string measure, string comparison, double limit)
    {
        string bounded = string.Create(CultureInfo.InvariantCulture, $"{measure} {comparison} {limit}");
        string tested = string.Create(CultureInfo.InvariantCulture, $"({measure}) + 0.0 {comparison} {limit}");
        foreach (string query in (string[])
            ["SELECT a.id, b.id FROM a JOIN b ON {0}",
             "SELECT a.id, b.id FROM a, b WHERE {0} AND a.id < b.id",
             "SELECT a.id, coalesce(b.id, -1) FROM a LEFT JOIN b ON {0}",
             "SELECT coalesce(a.id, -1), b.id FROM a RIGHT JOIN b ON {0} AND a.id % 2 = 0",
             "SELECT coalesce(a.id, -1), coalesce(b.id, -1) FROM a FULL JOIN b ON {0}",
             "SELECT a.id, 0 FROM a WHERE EXISTS (SELECT 1 FROM b WHERE {0})",
             "SELECT a.id, 0 FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE {0})"])
        {
            Assert.Equal(Rows(query, tested), Rows(query, bounded));
        }
    }

    [Theory]
    [InlineData("cosine_similarity(a.v, b.v) > 0.9")]
    [InlineData("dot_product(a.v, b.v) > 55")]
    [InlineData("a.v <-> b.v < 1")]
    public void Few_pairs_are_computed_in_full(string condition)
    {
        string plan = string.Join('\n', connection.Column<string>($"EXPLAIN ANALYZE SELECT a.id, b.id FROM a JOIN b ON {condition}"));
        int computed = int.Parse(plan.Split("pairs computed in full ")[1].Split(']', ',')[0], CultureInfo.InvariantCulture);
        Assert.InRange(computed, 1, 230 * 310 / 10);
    }

    [Fact]
    public void A_limit_may_be_a_parameter_and_NULL_joins_nothing()
    {
        const string Query = "SELECT a.id FROM a JOIN b ON cosine_similarity(a.v, b.v) > @limit";
        Assert.Equal(connection.Column<long>("SELECT a.id FROM a JOIN b ON cosine_similarity(a.v, b.v) + 0.0 > 0.9 ORDER BY 1").Count, connection.Column<long>(Query, ("limit", 0.9)).Count);
        Assert.Empty(connection.Column<long>(Query, ("limit", DBNull.Value)));
    }

    [Fact]
    public void Vectors_of_length_0_and_very_long_ones_have_products_and_distances()
    {
        connection.Run($"INSERT INTO a VALUES (990, [{string.Join(",", Enumerable.Repeat("0", Dimension))}]), (991, [{string.Join(",", Enumerable.Repeat("3e20", Dimension))}])");
        connection.Run("INSERT INTO b SELECT * FROM a WHERE id >= 990");
        foreach (string measure in (string[])["l2_distance(a.v, b.v) {0} < 2", "dot_product(a.v, b.v) {0} > 20"])
        {
            Assert.Equal(Rows("SELECT a.id, b.id FROM a JOIN b ON {0}", string.Format(CultureInfo.InvariantCulture, measure, "+ 0.0")), Rows("SELECT a.id, b.id FROM a JOIN b ON {0}", string.Format(CultureInfo.InvariantCulture, measure, "")));
        }
    }

    [Fact]
    public void A_vector_without_direction_is_as_wrong_as_it_is_alone()
    {
        connection.Run($"INSERT INTO b VALUES (999, [{string.Join(",", Enumerable.Repeat("0", Dimension))}])");
        JammiException error = Assert.Throws<JammiException>(() => connection.Rows("SELECT a.id FROM a JOIN b ON cosine_similarity(a.v, b.v) > 0.9"));
        Assert.Contains("length zero", error.Message, StringComparison.Ordinal);
    }

    List<string> Rows(string query, string condition) =>
        [.. connection.Rows(string.Format(CultureInfo.InvariantCulture, query, condition)).Select(r => $"{r[0]} {r[1]}").Order(StringComparer.Ordinal)];

    /// <summary>Near duplicates within topics; every thirtieth row has no vector.</summary>
    void Fill(string table, int count, Random random, float[][] topics)
    {
        connection.Run($"CREATE TABLE {table} (id BIGINT, v FLOAT[{Dimension}])");
        connection.Run($"INSERT INTO {table} VALUES {string.Join(",", Enumerable.Range(0, count).Select(i => $"({i}, {(i % 30 == 4 ? "NULL" : Text(Near(topics[i % topics.Length], random, i)))})"))}");
    }

    static string Text(float[] vector) => "[" + string.Join(",", vector.Select(x => x.ToString("R", CultureInfo.InvariantCulture))) + "]";

    static float[] Near(float[] topic, Random random, int i)
    {
        float[] noise = Vector(random);
        return [.. topic.Select((x, j) => (1 + (i % 3)) * (x + (0.1f * (i % 9) * noise[j])))];
    }

    static float[] Vector(Random random) => [.. Enumerable.Range(0, Dimension).Select(i => (float)(random.NextDouble() - 0.4))];
}
