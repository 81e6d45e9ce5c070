using System.Data;
using Apache.Arrow;
using Jammi.Dapper;

namespace Jammi.Data.Tests.Fluent;

/// <summary>The fluent form builds SQL; these tests hold it against SQL written by hand.</summary>
[Collection("figures")]
public sealed class JammiSearchTests(FiguresDatabase figures)
{
    const string Model = "figures-clip";

    [Fact]
    public async Task Search_gives_what_vector_search_gives()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeTextQueryAsync(Model, "a red circle on a white background");
        using JammiDataReader reader = connection.Search("figures", query, 7).Select("figure_id", "similarity").ExecuteReader();
        var found = new List<object[]>();
        while (reader.Read())
        {
            found.Add([reader.GetInt64(0), reader.GetFloat(1)]);
        }

        Assert.Equal(connection.Rows("SELECT figure_id, similarity FROM vector_search('figures', @q, 7)", ("q", query)), found);
    }

    [Fact]
    public async Task Join_filter_sort_limit_and_select_compose()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeTextQueryAsync(Model, "a blue bar chart");
        DataTable table = connection.Search("figures", query, 40)
            .Join("sources", "source_id")
            .Filter("year > @year").Parameter("year", 2010)
            .Sort("country").Sort("similarity", descending: true)
            .Limit(5)
            .Select("figure_id", "upper(country) AS country", "similarity")
            .ToDataTable();
        var expected = connection.Rows(
            """
            SELECT f.figure_id, upper(s.country), f.similarity
            FROM vector_search('figures', @q, 40) f JOIN sources s USING (source_id)
            WHERE f.year > 2010 ORDER BY s.country, f.similarity DESC LIMIT 5
            """,
            ("q", query));
        Assert.Equal(["figure_id", "country", "similarity"], table.Columns.Cast<DataColumn>().Select(c => c.ColumnName));
        Assert.Equal(5, expected.Count);
        Assert.Equal(expected, table.Rows.Cast<DataRow>().Select(r => r.ItemArray!));
    }

    [Fact]
    public async Task A_filter_after_a_limit_sees_the_limited_rows()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeTextQueryAsync(Model, "a green triangle");
        JammiSearch five = connection.Search("figures", query, 30).Sort("figure_id").Limit(5);
        long[] ids = [.. five.Query<long>("figure_id")];
        long[] filtered = [.. five.Filter("figure_id > " + ids[2]).Query<long>("figure_id")];
        Assert.Equal(ids[3..], filtered);
    }

    [Fact]
    public async Task Annotate_keeps_the_columns_that_were_there()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeTextQueryAsync(Model, "a red circle");
        DataTable table = connection.Search("figures", query, 4)
            .Annotate(Model, "zero_shot_classification", "image", "a circle", "a bar chart")
            .ToDataTable();
        Assert.Equal(
            ["figure_id", "title", "shape", "color", "background", "year", "source_id", "image", "similarity", "label", "score", "_status", "_error"],
            table.Columns.Cast<DataColumn>().Select(c => c.ColumnName));
        Assert.Equal(4, table.Rows.Count);
        Assert.All(table.Rows.Cast<DataRow>(), row => Assert.Equal("a circle", row["label"]));
        Assert.All(table.Rows.Cast<DataRow>(), row => Assert.Equal("ok", row["_status"]));
    }

    [Fact]
    public async Task A_search_is_not_changed_by_the_steps_made_from_it()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeTextQueryAsync(Model, "a star");
        JammiSearch search = connection.Search("figures", query, 5);
        string before = search.CommandText;
        _ = search.Filter("year > 2000").Limit(1);
        Assert.Equal(before, search.CommandText);
        Assert.Equal(5, search.ToDataTable().Rows.Count);
    }

    [Fact]
    public async Task Record_batches_hold_the_same_rows()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeTextQueryAsync(Model, "a star");
        IReadOnlyList<RecordBatch> batches = connection.Search("figures", query, 9).Select("figure_id", "similarity").ToRecordBatches();
        long[] ids = [.. batches.SelectMany(b => ((Int64Array)b.Column("figure_id")).Values.ToArray())];
        Assert.Equal(connection.Column<long>("SELECT figure_id FROM vector_search('figures', @q, 9)", ("q", query)), ids);
        Assert.Equal(["figure_id", "similarity"], batches[0].Schema.FieldsList.Select(f => f.Name));
    }

    [Fact]
    public async Task Query_maps_rows_to_a_type()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeTextQueryAsync(Model, "a red circle on a white background");
        IReadOnlyList<Hit> hits = await connection.Search("figures", query, 3).Select("figure_id AS id", "title", "similarity").QueryAsync<Hit>();
        Assert.Equal(3, hits.Count);
        Assert.Contains("red circle", hits[0].Title, StringComparison.OrdinalIgnoreCase);
        Assert.True(hits[0].Similarity >= hits[1].Similarity);
    }

    [Fact]
    public async Task Embedding_through_the_fluent_form_reuses_what_is_there()
    {
        using JammiConnection connection = figures.Open();
        JammiEmbeddingResult result = await connection.GenerateImageEmbeddingsAsync("figures", Model, "image", "figure_id");
        Assert.Equal((240, 0, 240, 0), (result.Rows, result.Embedded, result.Reused, result.Failed));
    }

    [Fact]
    public async Task Embedding_through_the_fluent_form_takes_the_options_of_SQL()
    {
        using JammiConnection connection = figures.Open();
        JammiException error = await Assert.ThrowsAsync<JammiException>(() => connection.GenerateImageEmbeddingsAsync("figures", Model, "image", "figure_id", precision: "int4"));
        Assert.Contains("use 'fp32', 'fp16' or 'int8'", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<JammiException>(() => connection.GenerateImageEmbeddingsAsync("figures", Model, "image", "figure_id", decode: "quick"));
        Assert.Contains("use 'exact' or 'fast'", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<JammiException>(() => connection.GenerateTextEmbeddingsAsync("figures", Model, "title", "figure_id", precision: "int4"));
        Assert.Contains("use 'fp32', 'fp16' or 'int8'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_finds_itself()
    {
        using JammiConnection connection = figures.Open();
        float[] query = await connection.EncodeImageQueryAsync(Model, connection.Scalar<byte[]>("SELECT image FROM figures WHERE figure_id = 17"));
        Assert.Equal([17L], connection.Search("figures", query, 1).Query<long>("figure_id"));
    }

    sealed record Hit(long Id, string Title, float Similarity);
}

static class SearchColumn
{
    public static IReadOnlyList<T> Query<T>(this JammiSearch search, string column) => search.Select(column).Query<T>();
}
