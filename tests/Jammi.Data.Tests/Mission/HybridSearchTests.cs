using System.Data;

namespace Jammi.Data.Tests.Mission;

/// <summary><c>text_search</c> and <c>hybrid_search</c> over the gallery, through the provider.</summary>
[Collection("figures")]
public sealed class HybridSearchTests(FiguresDatabase figures)
{
    const string Text = "red circle";
    const string Vector = "encode_text_query('figures-clip', 'a red circle on a white background')";

    [Fact]
    public void Ranks_of_both_searches_are_fused()
    {
        using JammiConnection connection = figures.Open();
        List<object[]> expected = connection.Rows($"""
            SELECT figure_id, v.similarity, t.bm25
            FROM (SELECT figure_id, bm25, rank FROM text_search('figures', '{Text}', 100)) t
            FULL JOIN (SELECT figure_id, similarity, row_number() OVER () AS rank FROM vector_search('figures', {Vector}, 100)) v USING (figure_id)
            ORDER BY coalesce(1.0::DOUBLE / (60 + t.rank), 0) + coalesce(1.0::DOUBLE / (60 + v.rank), 0) DESC, figure_id LIMIT 20
            """);
        Assert.Equal(expected, connection.Rows($"SELECT figure_id, similarity, bm25 FROM hybrid_search('figures', '{Text}', {Vector}, 20) ORDER BY rank"));
    }

    [Fact]
    public void Columns_of_the_source_come_first()
    {
        using JammiConnection connection = figures.Open();
        using var command = new JammiCommand($"SELECT * FROM hybrid_search('figures', '{Text}', {Vector}, 1)", connection);
        using JammiDataReader reader = command.ExecuteReader();
        Assert.Equal(["figure_id", "title", "shape", "color", "background", "year", "source_id", "image", "rank", "similarity", "bm25"], Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
        Assert.Equal([typeof(long), typeof(float), typeof(double)], Enumerable.Range(8, 3).Select(reader.GetFieldType));
        Assert.True(reader.Read());
        Assert.Equal(1L, reader.GetValue(8));
    }

    [Theory]
    [InlineData("weights => [1, 0]", "SELECT figure_id FROM text_search('figures', 'red circle', 5)")]
    [InlineData("weights => [0, 1]", $"SELECT figure_id FROM vector_search('figures', {Vector}, 5)")]
    [InlineData("filter => 'year > 2015', weights => [0, 1]", $"SELECT figure_id FROM vector_search('figures', {Vector}, 5, filter => 'year > 2015')")]
    [InlineData("filter => 'year > 2015', weights => [1, 0], candidates => 5", "SELECT figure_id FROM text_search('figures', 'red circle', 5, filter => 'year > 2015')")]
    public void A_weight_of_0_leaves_one_search(string options, string alone)
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(connection.Column<long>(alone), connection.Column<long>($"SELECT figure_id FROM hybrid_search('figures', '{Text}', {Vector}, 5, {options})"));
    }

    [Fact]
    public void A_NULL_leaves_the_other_search()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(
            connection.Column<long>($"SELECT figure_id FROM vector_search('figures', {Vector}, 5)"),
            connection.Column<long>($"SELECT figure_id FROM hybrid_search('figures', NULL, {Vector}, 5)"));
        Assert.Equal(
            connection.Column<long>($"SELECT figure_id FROM text_search('figures', '{Text}', 5)"),
            connection.Column<long>($"SELECT figure_id FROM hybrid_search('figures', '{Text}', NULL::FLOAT[128], 5)"));
    }

    [Fact]
    public void There_are_as_many_rows_as_asked_for_whatever_the_filter()
    {
        using JammiConnection connection = figures.Open();
        long passing = connection.Scalar<long>("SELECT count(*) FROM figures WHERE color = 'blue'");
        Assert.Equal(passing, connection.Rows($"SELECT figure_id FROM hybrid_search((SELECT * FROM figures WHERE color = 'blue'), @q, {Vector}, 1000)", ("q", Text)).Count);
    }

    [Fact]
    public void Parameters_and_joins_and_LATERAL()
    {
        using JammiConnection connection = figures.Open();
        float[] vector = connection.Scalar<float[]>($"SELECT {Vector}");
        List<long> expected = connection.Column<long>($"SELECT figure_id FROM hybrid_search('figures', '{Text}', {Vector}, 3)");
        Assert.Equal(expected, connection.Column<long>("SELECT figure_id FROM hybrid_search('figures', @q, @v, @k) ORDER BY rank", ("q", Text), ("v", vector), ("k", 3)));
        Assert.Equal(expected, connection.Column<long>($"SELECT h.figure_id FROM (VALUES ('{Text}')) q(words), LATERAL hybrid_search('figures', q.words, {Vector}, 3) h JOIN sources USING (source_id) ORDER BY h.rank"));
    }

    [Fact]
    public void What_was_read_is_shown()
    {
        using JammiConnection connection = figures.Open();
        string plan = string.Join('\n', connection.Column<string>($"EXPLAIN ANALYZE SELECT figure_id FROM hybrid_search('figures', '{Text}', {Vector}, 3)"));
        Assert.Contains("figures_fulltext on figures (title)", plan, StringComparison.Ordinal);
        Assert.Contains("postings read", plan, StringComparison.Ordinal);
        Assert.Contains("rows passing", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void The_steps_are_those_of_a_vector_search()
    {
        using JammiConnection connection = figures.Open();
        float[] vector = connection.Scalar<float[]>($"SELECT {Vector}");
        Assert.Equal(
            connection.Column<long>("SELECT figure_id FROM text_search('figures', 'red circle', 10) WHERE year > 2010"),
            Ids(connection.SearchText("figures", "red circle", 10).Filter("year > 2010").Select("figure_id")));
        Assert.Equal(
            connection.Column<long>($"SELECT figure_id FROM hybrid_search('figures', '{Text}', {Vector}, 4)"),
            Ids(connection.SearchHybrid("figures", Text, vector, 4).Join("sources", "source_id").Select("figure_id")));
    }

    [Fact]
    public void The_provider_shows_the_index()
    {
        using JammiConnection connection = figures.Open();
        DataRow index = connection.GetSchema("Indexes", [null, null, "figures", "figures_fulltext"]).Rows.Cast<DataRow>().Single();
        Assert.Equal("FULLTEXT", index["INDEX_TYPE"]);
        Assert.Equal("title", connection.GetSchema("IndexColumns", [null, null, "figures", "figures_fulltext"]).Rows[0]["COLUMN_NAME"]);
    }

    [Theory]
    [InlineData("rrf_k => -1", "rrf_k must be")]
    [InlineData("weights => [1, 2, 3]", "3")]
    [InlineData("weights => [1, -1]", "weights must be two numbers")]
    [InlineData("candidates => -1", "candidates is -1")]
    [InlineData("match => 'some'", "match is 'any' or 'all'")]
    [InlineData("index => 'figures_fultext'", "Did you mean \"figures_fulltext\"")]
    public void A_wrong_option_says_what_is_right(string option, string message)
    {
        using JammiConnection connection = figures.Open();
        Assert.Contains(message, connection.Fails($"SELECT figure_id FROM hybrid_search('figures', 'red', {Vector}, 3, {option})").Message, StringComparison.Ordinal);
    }

    static List<long> Ids(JammiSearch search) => [.. search.ToDataTable().Rows.Cast<DataRow>().Select(r => (long)r[0])];
}
