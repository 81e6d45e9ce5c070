using System.Text.Json;

namespace Jammi.Data.Tests.Mission;

/// <summary>The scalar functions that run a model, and <c>annotate</c>.</summary>
[Collection("figures")]
public sealed class ModelFunctionTests(FiguresDatabase figures)
{
    [Fact]
    public void Vectors_are_normalised_and_NULL_stays_NULL()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(1f, connection.Scalar<float>("SELECT vector_norm(encode_text_query('figures-clip', 'a star'))"), 1e-6f);
        Assert.Equal(1f, connection.Scalar<float>("SELECT vector_norm(encode_image_query('figures-clip', image)) FROM figures LIMIT 1"), 1e-6f);
        Assert.True(connection.Scalar<bool>("SELECT encode_text_query('figures-clip', NULL) IS NULL"));
        Assert.True(connection.Scalar<bool>("SELECT encode_image_query('figures-clip', NULL) IS NULL"));
    }

    [Fact]
    public void Both_encoders_stand_in_FROM()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(128, connection.Scalar<float[]>("SELECT vector FROM encode_text_query('figures-clip', 'a star')").Length);
        Assert.Equal(128, connection.Scalar<float[]>("SELECT vector FROM encode_image_query('figures-clip', (SELECT image FROM figures LIMIT 1))").Length);
    }

    [Fact]
    public void A_column_of_texts_gives_a_column_of_vectors()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(
            [1, 2],
            connection.Column<int>("""
                SELECT id FROM (VALUES (1, 'a red circle'), (2, 'a bar chart'), (3, NULL)) t(id, text)
                WHERE vector_norm(encode_text_query('figures-clip', text)) BETWEEN 0.999 AND 1.001 ORDER BY id
                """));
    }

    [Theory]
    [InlineData("SELECT encode_text_query('figures-clip', country) FROM figures JOIN sources USING (source_id)", "SELECT count(DISTINCT country) FROM figures JOIN sources USING (source_id)")]
    [InlineData("SELECT encode_image_query('figures-clip', image) FROM figures WHERE figure_id <= 7", "SELECT 7")]
    [InlineData("SELECT encode_image_query('figures-clip', image) FROM figures ORDER BY title LIMIT 5", "SELECT 5")]
    [InlineData("SELECT encode_image_query('figures-clip', image) FROM (SELECT image FROM figures WHERE figure_id <= 3), range(40)", "SELECT 3")]
    [InlineData("SELECT * FROM annotate('figures-clip', 'image_embedding', (SELECT * FROM figures WHERE figure_id <= 4), 'figure_id', 'image')", "SELECT 4")]
    [InlineData("SELECT * FROM annotate('figures-clip', 'zero_shot_classification', (SELECT * FROM figures WHERE figure_id <= 4), 'figure_id', 'image', labels => ARRAY['a star', 'a circle'])", "SELECT 6")]
    public void EXPLAIN_ANALYZE_counts_what_the_model_was_given(string sql, string inputs)
    {
        using JammiConnection connection = figures.Open();
        using JsonDocument plan = JsonDocument.Parse(string.Join('\n', connection.Column<string>("EXPLAIN (ANALYZE, FORMAT json) " + sql)));
        Assert.Equal(connection.Scalar<long>($"SELECT CAST(({inputs}) AS BIGINT)"), Sum(plan.RootElement, "model_inputs"));
        Assert.True(Sum(plan.RootElement, "model_batches") >= 1);
    }

    [Fact]
    public void Zero_shot_names_the_best_label()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(
            ["a red circle"],
            connection.Column<string>("SELECT zero_shot('figures-clip', image, ARRAY['a bar chart', 'a red circle', 'a green star']) FROM figures WHERE figure_id = 4"));
    }

    [Fact]
    public void Zero_shot_scores_are_probabilities_of_the_labels()
    {
        using JammiConnection connection = figures.Open();
        float[] scores = connection.Scalar<float[]>("SELECT zero_shot_scores('figures-clip', image, ARRAY['a bar chart', 'a red circle', 'a green star']) FROM figures WHERE figure_id = 4");
        Assert.Equal(1f, scores.Sum(), 1e-5f);
        Assert.Equal(1, Array.IndexOf(scores, scores.Max()));
    }

    [Fact]
    public void Zero_shot_of_nothing_is_NULL()
    {
        using JammiConnection connection = figures.Open();
        Assert.True(connection.Scalar<bool>("SELECT zero_shot('figures-clip', NULL, ARRAY['a']) IS NULL"));
        Assert.True(connection.Scalar<bool>("SELECT zero_shot('figures-clip', image, NULL::TEXT[]) IS NULL FROM figures LIMIT 1"));
    }

    [Fact]
    public void Annotate_classifies_without_keeping_anything()
    {
        using JammiConnection connection = figures.Open();
        object tables = connection.Scalar<long>("SELECT count(*) FROM jammi.embedding_tables");
        List<object[]> rows = connection.Rows("""
            SELECT * FROM annotate('figures-clip', 'zero_shot_classification', (SELECT * FROM figures WHERE figure_id IN (4, 84)), 'figure_id', 'image',
              labels => ARRAY['a red circle', 'a bar chart']) ORDER BY figure_id
            """);
        Assert.Equal([4L, 84L], rows.Select(r => r[0]));
        Assert.All(rows, r => Assert.Equal(("a red circle", "ok"), ((string)r[1], (string)r[3])));
        Assert.Equal(tables, connection.Scalar<long>("SELECT count(*) FROM jammi.embedding_tables"));
    }

    [Fact]
    public void Annotate_says_in_the_row_what_went_wrong_with_it()
    {
        using JammiConnection connection = figures.Open();
        List<object[]> rows = connection.Rows("""
            SELECT id, vector IS NULL, _status, _error
            FROM annotate('figures-clip', 'image_embedding', (SELECT * FROM (VALUES (1, 'no picture'::BLOB), (2, NULL)) t(id, image)), 'id', 'image')
            ORDER BY id
            """);
        Assert.All(rows, r => Assert.Equal((true, "error"), ((bool)r[1], (string)r[2])));
        Assert.Contains("not a picture", (string)rows[0][3], StringComparison.Ordinal);
        Assert.Contains("NULL", (string)rows[1][3], StringComparison.Ordinal);
    }

    [Fact]
    public void Annotate_joins_like_any_relation()
    {
        using JammiConnection connection = figures.Open();
        List<object[]> rows = connection.Rows("""
            WITH hits AS (SELECT * FROM vector_search('figures', encode_text_query('figures-clip', 'a red circle'), 5))
            SELECT h.figure_id, a.label, h.similarity
            FROM hits h
            JOIN annotate('figures-clip', 'zero_shot_classification', (SELECT figure_id, image FROM hits), 'figure_id', 'image', labels => ARRAY['circle', 'bar chart']) a
              ON a.figure_id = h.figure_id
            WHERE a.label = 'circle' ORDER BY h.similarity DESC
            """);
        Assert.NotEmpty(rows);
        Assert.All(rows, r => Assert.Equal("circle", r[1]));
    }

    [Fact]
    public void The_models_and_embedding_tables_are_listed()
    {
        using JammiConnection connection = figures.Open();
        Assert.Contains("figures-clip", connection.Column<string>("SELECT model FROM jammi.models"));
        object[] table = connection.Rows("SELECT source, column_name, key_column, model, kind, dimensions, rows, complete FROM jammi.embedding_tables WHERE kind = 'image'")[0];
        Assert.Equal(["main.figures", "image", "figure_id", "figures-clip", "image", 128, 240L, true], table);
    }

    static long Sum(JsonElement node, string fact) =>
        (node.TryGetProperty(fact, out JsonElement amount) ? amount.GetInt64() : 0) + node.GetProperty("inputs").EnumerateArray().Sum(input => Sum(input, fact));
}
