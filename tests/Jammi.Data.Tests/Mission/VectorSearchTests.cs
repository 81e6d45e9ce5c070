namespace Jammi.Data.Tests.Mission;

/// <summary><c>vector_search</c> and <c>search_by_example</c> against sorting all rows by their cosine.</summary>
[Collection("figures")]
public sealed class VectorSearchTests(FiguresDatabase figures)
{
    const string Query = "encode_text_query('figures-clip', 'a red circle on a white background')";

    /// <summary>All pictures with their cosine, computed without the search.</summary>
    const string Oracle = $"SELECT f.figure_id, cosine_similarity(encode_image_query('figures-clip', f.image), {Query}) AS similarity FROM figures f";

    [Fact]
    public void The_nearest_rows_are_those_of_highest_cosine()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(
            connection.Column<long>($"SELECT figure_id FROM ({Oracle}) ORDER BY similarity DESC, figure_id LIMIT 20"),
            connection.Column<long>($"SELECT figure_id FROM vector_search('figures', {Query}, 20)"));
    }

    [Fact]
    public void Similarity_is_the_cosine()
    {
        using JammiConnection connection = figures.Open();
        foreach (object[] row in connection.Rows($"SELECT v.similarity, o.similarity FROM vector_search('figures', {Query}, 10) v JOIN ({Oracle}) o USING (figure_id)"))
        {
            Assert.Equal((float)row[1], (float)row[0], 1e-5f);
        }
    }

    [Theory]
    [InlineData("vector_search((SELECT * FROM figures WHERE year > 2015), {0}, 10)")]
    [InlineData("vector_search('figures', {0}, 10, filter => 'year > 2015')")]
    public void A_filter_inside_gives_the_nearest_of_the_rows_that_pass(string search)
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(
            connection.Column<long>($"SELECT figure_id FROM ({Oracle} WHERE year > 2015) ORDER BY similarity DESC, figure_id LIMIT 10"),
            connection.Column<long>($"SELECT figure_id FROM {search.Replace("{0}", Query, StringComparison.Ordinal)}"));
    }

    [Fact]
    public void A_WHERE_above_filters_the_hits()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(
            connection.Column<long>($"SELECT figure_id FROM (SELECT * FROM vector_search('figures', {Query}, 10)) WHERE year > 2010"),
            connection.Column<long>($"SELECT figure_id FROM vector_search('figures', {Query}, 10) WHERE year > 2010"));
        Assert.True(connection.Rows($"SELECT figure_id FROM vector_search('figures', {Query}, 10) WHERE year > 2010").Count < 10);
    }

    [Fact]
    public void Sorting_by_similarity_with_a_limit_is_the_same_search()
    {
        using JammiConnection connection = figures.Open();
        using var vectors = new JammiCommand("CREATE TEMP TABLE vectors AS SELECT figure_id, encode_image_query('figures-clip', image) AS v FROM figures", connection);
        vectors.ExecuteNonQuery();
        List<long> expected = connection.Column<long>($"SELECT figure_id FROM vector_search('figures', {Query}, 10)");
        Assert.Equal(expected, connection.Column<long>($"SELECT figure_id FROM vectors ORDER BY cosine_similarity(v, {Query}) DESC LIMIT 10"));
        Assert.Equal(expected, connection.Column<long>($"SELECT figure_id FROM vectors ORDER BY v <=> {Query} LIMIT 10"));
    }

    [Fact]
    public void More_neighbours_than_rows_gives_all_rows()
    {
        using JammiConnection connection = figures.Open();
        Assert.Equal(240, connection.Rows($"SELECT figure_id FROM vector_search('figures', {Query}, 1000)").Count);
    }

    [Fact]
    public void Columns_of_the_source_come_first_and_then_the_similarity()
    {
        using JammiConnection connection = figures.Open();
        using var command = new JammiCommand($"SELECT * FROM vector_search('figures', {Query}, 1)", connection);
        using JammiDataReader reader = command.ExecuteReader();
        Assert.Equal(["figure_id", "title", "shape", "color", "background", "year", "source_id", "image", "similarity"], Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
        Assert.Equal(typeof(float), reader.GetFieldType(8));
    }

    [Fact]
    public void The_query_may_be_a_parameter_in_every_form_of_a_vector()
    {
        using JammiConnection connection = figures.Open();
        float[] vector = connection.Scalar<float[]>($"SELECT {Query}");
        string text = "[" + string.Join(",", vector.Select(x => x.ToString("R", System.Globalization.CultureInfo.InvariantCulture))) + "]";
        List<long> expected = connection.Column<long>($"SELECT figure_id FROM vector_search('figures', {Query}, 5)");
        object[] forms =
        [
            vector,
            (ReadOnlyMemory<float>)vector,
            Array.ConvertAll(vector, x => (double)x),
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(vector).ToArray(),
            text,
        ];
        foreach (object form in forms)
        {
            Assert.Equal(expected, connection.Column<long>("SELECT figure_id FROM vector_search('figures', @v, 5)", ("v", form)));
        }
    }

    [Fact]
    public void A_row_finds_itself_by_example()
    {
        using JammiConnection connection = figures.Open();
        List<object[]> rows = connection.Rows("SELECT figure_id, similarity FROM search_by_example('figures', 17, 5)");
        Assert.Equal(17L, rows[0][0]);
        Assert.Equal(1f, (float)rows[0][1], 1e-5f);
        Assert.Equal(5, rows.Count);
    }

    [Fact]
    public void An_unknown_example_is_named()
    {
        using JammiConnection connection = figures.Open();
        Assert.Contains("4711", connection.Fails("SELECT * FROM search_by_example('figures', 4711, 5)").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lateral_searches_once_for_every_row()
    {
        using JammiConnection connection = figures.Open();
        List<object[]> rows = connection.Rows("""
            SELECT q.text, hit.title FROM (VALUES ('a red circle on a white background'), ('a multicolored bar chart')) q(text),
              LATERAL (SELECT title FROM vector_search('figures', encode_text_query('figures-clip', q.text), 1)) hit
            ORDER BY q.text DESC
            """);
        Assert.Equal(2, rows.Count);
        Assert.Contains("red circle", (string)rows[0][1], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("bar chart", (string)rows[1][1], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_missions_query_runs_with_join_filter_and_order()
    {
        using JammiConnection connection = figures.Open();
        List<object[]> rows = connection.Rows(
            """
            SELECT f.figure_id, f.title, s.country, f.similarity
            FROM   vector_search('figures', encode_text_query('figures-clip', @query), 10) f
            JOIN   sources s ON s.source_id = f.source_id
            WHERE  s.license = 'CC0-1.0'
            ORDER  BY f.similarity DESC
            """,
            ("query", "a red circle on a white background"));
        Assert.Equal(4L, rows[0][0]);
        Assert.Equal(rows.Select(r => (float)r[3]).OrderDescending(), rows.Select(r => (float)r[3]));
    }

    [Fact]
    public void Explain_shows_the_search_and_the_model_call()
    {
        using JammiConnection connection = figures.Open();
        string plan = string.Join('\n', connection.Column<string>($"EXPLAIN SELECT title FROM vector_search('figures', {Query}, 10) WHERE year > 2000"));
        Assert.Contains("figures-clip", plan, StringComparison.Ordinal);
        Assert.Contains("10", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void LATERAL_over_a_table_of_queries_finds_what_each_query_finds_alone()
    {
        using JammiConnection connection = figures.Open();
        connection.Run("CREATE TEMP TABLE queries AS SELECT figure_id AS id, encode_image_query('figures-clip', image) AS q FROM figures WHERE figure_id % 3 = 0");
        List<long> together = connection.Column<long>("SELECT f.figure_id FROM queries, LATERAL vector_search('figures', queries.q, 4, filter => 'year > 2005') f ORDER BY queries.id, f.similarity DESC, f.figure_id");
        List<long> alone = [];
        foreach (object[] row in connection.Rows("SELECT q FROM queries ORDER BY id"))
        {
            alone.AddRange(connection.Column<long>("SELECT figure_id FROM vector_search('figures', @q, 4, filter => 'year > 2005')", ("q", row[0])));
        }

        Assert.Equal(80 * 4, together.Count);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void An_array_of_queries_gives_the_rows_of_each_with_its_number()
    {
        using JammiConnection connection = figures.Open();
        const string Other = "encode_text_query('figures-clip', 'a blue square on a black background')";
        List<object[]> rows = connection.Rows($"SELECT query, figure_id, similarity FROM vector_search('figures', [{Query}, NULL, {Other}], 3)");
        Assert.Equal([1L, 1L, 1L, 3L, 3L, 3L], rows.Select(r => (long)r[0]));
        Assert.Equal(connection.Column<long>($"SELECT figure_id FROM vector_search('figures', {Query}, 3)"), rows.Take(3).Select(r => (long)r[1]));
        Assert.Equal(connection.Column<long>($"SELECT figure_id FROM vector_search('figures', {Other}, 3)"), rows.Skip(3).Select(r => (long)r[1]));
    }

    [Fact]
    public void EXPLAIN_names_the_stages_of_a_search()
    {
        using JammiConnection connection = figures.Open();
        string plan = string.Join('\n', connection.Column<string>($"EXPLAIN ANALYZE SELECT figure_id FROM vector_search('figures', {Query}, 3)"));
        Assert.Contains("float32", plan, StringComparison.Ordinal);
        Assert.Contains("rows passing 240", plan, StringComparison.Ordinal);
        Assert.Contains("rows computed in full", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_ways_of_searching_are_compared_in_one_statement()
    {
        using JammiConnection connection = figures.Open();
        List<object[]> rows = connection.Rows("""
            WITH queries AS (SELECT figure_id AS id, encode_text_query('figures-clip', lower(title)) AS q FROM figures WHERE figure_id % 10 = 0),
            found AS (
              SELECT 'text' AS way, q.id, array_agg(f.figure_id ORDER BY f.similarity DESC, f.figure_id) AS found
              FROM queries q, LATERAL vector_search('figures', q.q, 10) f GROUP BY q.id
              UNION ALL
              SELECT 'example', q.id, array_agg(f.figure_id ORDER BY f.similarity DESC, f.figure_id)
              FROM queries q, LATERAL search_by_example('figures', q.id, 10) f GROUP BY q.id)
            SELECT way, recall_at_k(found, [id], 10), mrr(found, [id]) FROM found GROUP BY way ORDER BY way
            """);
        Assert.Equal(["example", "text"], rows.Select(r => r[0]));
        Assert.Equal([1.0, 1.0], rows[0][1..]);
        Assert.All(rows[1][1..], quality => Assert.InRange((double)quality, 0.5, 1));
    }
}
