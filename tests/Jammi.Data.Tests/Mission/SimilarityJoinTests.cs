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

    [Fact]
    public void Few_pairs_are_computed_in_full()
    {
        string plan = string.Join('\n', connection.Column<string>("EXPLAIN ANALYZE SELECT a.id, b.id FROM a JOIN b ON cosine_similarity(a.v, b.v) > 0.9"));
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
