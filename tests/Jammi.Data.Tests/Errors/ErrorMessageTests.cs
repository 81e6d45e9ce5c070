namespace Jammi.Data.Tests.Errors;

/// <summary>Messages as a person reads them: what was wrong, where, and what to do.</summary>
[Collection("figures")]
public sealed class ErrorMessageTests(FiguresDatabase figures)
{
    [Fact]
    public void Wrong_SQL_has_line_column_caret_and_what_was_expected()
    {
        JammiException error = Fails("SELECT title\nFROM figures\nWHER year > 2000");
        Assert.Equal("42601", error.SqlState);
        Assert.Equal((3, 6), (error.Line, error.Column));
        Assert.Contains("WHER year > 2000", error.Message, StringComparison.Ordinal);
        Assert.Contains("^", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT titel FROM figures", "titel", "title")]
    [InlineData("SELECT * FROM figure", "figure", "figures")]
    [InlineData("SELECT uper(title) FROM figures", "uper", "upper")]
    [InlineData("SELECT * FROM vector_serch('figures', [1.0], 1)", "vector_serch", "vector_search")]
    [InlineData("SELECT CAST(1 AS INTEGR)", "INTEGR", "INTEGER")]
    public void Unknown_names_come_with_the_nearest_that_exist(string sql, string wrong, string nearest)
    {
        JammiException error = Fails(sql);
        Assert.Contains(wrong, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(nearest, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(error.Line == 1 && error.Column > 1, $"position {error.Line}, {error.Column}");
    }

    [Fact]
    public void Texts_are_not_added_and_the_message_says_how_they_are_joined()
    {
        JammiException error = Fails("SELECT title + '!' FROM figures");
        Assert.Contains("TEXT + TEXT", error.Message, StringComparison.Ordinal);
        Assert.Contains("||", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public void A_missing_model_says_where_it_was_looked_for()
    {
        JammiException error = Fails("SELECT encode_text_query('figure-clip', 'x')");
        Assert.Contains("figure-clip", error.Message, StringComparison.Ordinal);
        Assert.Contains(TestFiles.Models, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open_clip_config.json")]
    [InlineData("open_clip_model.safetensors")]
    [InlineData("tokenizer.json")]
    public void A_missing_file_of_a_model_is_named(string file)
    {
        using var directory = new TemporaryDirectory();
        string model = Directory.CreateDirectory(directory["broken"]).FullName;
        foreach (string part in Directory.EnumerateFiles(Path.Combine(TestFiles.Models, "figures-clip")))
        {
            if (Path.GetFileName(part) != file)
            {
                File.Copy(part, Path.Combine(model, Path.GetFileName(part)));
            }
        }

        JammiException error = Fails($"SELECT encode_text_query('{model}', 'x')");
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_of_the_wrong_dimension_names_both()
    {
        JammiException error = Fails("SELECT * FROM vector_search('figures', [1, 2, 3]::FLOAT[3], 5)");
        Assert.Contains("3 dimensions", error.Message, StringComparison.Ordinal);
        Assert.Contains("128", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_parameter_of_the_wrong_dimension_names_both()
    {
        using JammiConnection connection = figures.Open();
        JammiException error = connection.Fails("SELECT * FROM vector_search('figures', @v, 5)", ("v", new float[64]));
        Assert.Contains("64", error.Message, StringComparison.Ordinal);
        Assert.Contains("128", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_with_NaN_or_of_length_zero_is_refused()
    {
        using JammiConnection connection = figures.Open();
        float[] nan = new float[128];
        nan[5] = float.NaN;
        Assert.Contains("NaN", connection.Fails("SELECT * FROM vector_search('figures', @v, 5)", ("v", nan)).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("zero", connection.Fails("SELECT * FROM vector_search('figures', @v, 5)", ("v", new float[128])).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_corrupt_picture_is_said_to_be_none()
    {
        JammiException error = Fails("SELECT encode_image_query('figures-clip', 'hello'::BLOB)");
        Assert.Contains("not a picture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_picture_file_is_named()
    {
        Assert.Contains("/no/such/file.png", Fails("SELECT encode_image_query('figures-clip', '/no/such/file.png')").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT * FROM read_images('/no/such/directory/*.png')", "/no/such/directory")]
    [InlineData("SELECT * FROM read_csv('/no/such/directory/file.csv')", "/no/such/directory")]
    public void A_missing_directory_is_named(string sql, string directory) => Assert.Contains(directory, Fails(sql).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_database_directory_is_named()
    {
        using var connection = new JammiConnection("Data Source=/no/such/place/db.jammi;Mode=ReadWrite");
        Assert.Contains("/no/such/place/db.jammi", Assert.Throws<JammiException>(connection.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_without_embeddings_says_how_to_make_them()
    {
        JammiException error = Fails("SELECT * FROM vector_search('sources', encode_text_query('figures-clip', 'x'), 5)");
        Assert.Contains("sources", error.Message, StringComparison.Ordinal);
        Assert.Contains("generate_image_embeddings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_task_names_those_there_are()
    {
        Assert.Contains("zero_shot_classification", Fails("SELECT * FROM annotate('figures-clip', 'caption', 'figures', 'figure_id', 'image')").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_that_fails_leaves_nothing_behind()
    {
        using JammiConnection connection = figures.Open();
        connection.Fails("CREATE TABLE half AS SELECT 1 / (CAST('x' AS INTEGER)) AS a FROM figures");
        Assert.Equal("42P01", connection.Fails("SELECT * FROM half").SqlState);
    }

    JammiException Fails(string sql)
    {
        using JammiConnection connection = figures.Open();
        return connection.Fails(sql);
    }
}
