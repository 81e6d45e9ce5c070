using System.Data;

namespace Jammi.Data.Tests.Mission;

/// <summary><c>generate_image_embeddings</c> and <c>generate_text_embeddings</c>: what is embedded, reused, dropped, refused and reported.</summary>
public sealed class GenerateEmbeddingsTests
{
    [Fact]
    public void The_second_run_embeds_nothing()
    {
        using var gallery = new SmallGallery();
        Assert.Equal((12, 0, 0, 12), gallery.RunEmbed());
        Assert.Equal((0, 12, 0, 12), gallery.RunEmbed());
    }

    [Fact]
    public void A_result_row_says_what_was_done()
    {
        using var gallery = new SmallGallery(3);
        using JammiCommand command = gallery.Connection.CreateCommand();
        command.CommandText = "SELECT * FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id')";
        using JammiDataReader reader = command.ExecuteReader();
        Assert.Equal(
            ["embedding_table", "source", "model", "dimensions", "rows", "embedded", "reused", "failed", "seconds"],
            Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
        Assert.True(reader.Read());
        Assert.Equal("figures-clip", reader["model"]);
        Assert.Equal(128, reader["dimensions"]);
        Assert.Equal(3L, reader["rows"]);
    }

    [Fact]
    public void New_changed_and_deleted_rows_are_followed()
    {
        using var gallery = new SmallGallery();
        gallery.RunEmbed();
        gallery.Connection.Run("""
            DELETE FROM figures WHERE figure_id = 1;
            UPDATE figures SET image = (SELECT image FROM figures WHERE figure_id = 3) WHERE figure_id = 2;
            INSERT INTO figures SELECT 100, title, year, image FROM figures WHERE figure_id = 5;
            """);
        Assert.Equal((2, 10, 0, 12), gallery.RunEmbed());
        Assert.Equal([2L, 3L], gallery.Connection.Column<long>("SELECT figure_id FROM search_by_example('figures', 3, 2) ORDER BY figure_id"));
        Assert.DoesNotContain(1L, gallery.Connection.Column<long>("SELECT figure_id FROM search_by_example('figures', 3, 50)"));
    }

    [Fact]
    public void A_stopped_run_keeps_what_it_embedded_and_the_next_goes_on_from_there()
    {
        using var gallery = new SmallGallery(60);
        using JammiCommand command = gallery.Connection.CreateCommand();
        command.CommandText = SmallGallery.Embed;
        long done = 0;
        void StopAtTheFirstBatch(object? sender, JammiProgressEventArgs progress)
        {
            done = progress.Done;
            if (done > 0)
            {
                command.Cancel();
            }
        }

        gallery.Connection.Progress += StopAtTheFirstBatch;
        Assert.ThrowsAny<Exception>(() =>
        {
            using JammiDataReader reader = command.ExecuteReader();
            reader.Read();
        });
        gallery.Connection.Progress -= StopAtTheFirstBatch;

        Assert.InRange(done, 1, 59);
        JammiException error = gallery.Connection.Fails("SELECT * FROM search_by_example('figures', 1, 3)");
        Assert.Contains("generate_image_embeddings", error.Message, StringComparison.Ordinal);
        Assert.Equal((60 - done, done, 0, 60), gallery.RunEmbed());
        Assert.Equal(3, gallery.Connection.Rows("SELECT * FROM search_by_example('figures', 1, 3)").Count);
    }

    [Fact]
    public void Changing_another_column_embeds_nothing()
    {
        using var gallery = new SmallGallery();
        gallery.RunEmbed();
        gallery.Connection.Run("UPDATE figures SET title = 'changed'");
        Assert.Equal((0, 12, 0, 12), gallery.RunEmbed());
    }

    [Fact]
    public void Refresh_embeds_everything_anew()
    {
        using var gallery = new SmallGallery(4);
        gallery.RunEmbed();
        Assert.Equal(4L, gallery.Connection.Scalar<long>("SELECT embedded FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id', refresh => true)"));
    }

    [Fact]
    public void A_corrupt_picture_is_a_row_of_embedding_errors_and_the_rest_is_embedded()
    {
        using var gallery = new SmallGallery(4);
        gallery.Connection.Run("INSERT INTO figures VALUES (90, 'no picture', 2000, @bytes), (91, 'nothing', 2000, NULL)", ("bytes", "hello"u8.ToArray()));
        Assert.Equal((4, 0, 2, 6), gallery.RunEmbed());
        List<object[]> errors = gallery.Connection.Rows("SELECT source, model, key, error FROM jammi.embedding_errors ORDER BY key");
        Assert.Equal(["90", "91"], errors.Select(e => e[2]));
        Assert.Equal("figures-clip", errors[0][1]);
        Assert.Contains("not a picture", (string)errors[0][3], StringComparison.Ordinal);
        Assert.Contains("NULL", (string)errors[1][3], StringComparison.Ordinal);
        Assert.Equal(4, gallery.Connection.Rows("SELECT * FROM search_by_example('figures', 1, 100)").Count);
    }

    [Fact]
    public void A_truncated_picture_is_an_error_row()
    {
        using var gallery = new SmallGallery(2);
        byte[] whole = gallery.Connection.Scalar<byte[]>("SELECT image FROM figures WHERE figure_id = 2");
        gallery.Connection.Run("UPDATE figures SET image = @half WHERE figure_id = 2", ("half", whole[..(whole.Length / 2)]));
        Assert.Equal((1, 0, 1, 2), gallery.RunEmbed());
        Assert.Equal(["2"], gallery.Connection.Column<string>("SELECT key FROM jammi.embedding_errors"));
    }

    [Fact]
    public void Errors_of_a_run_go_when_a_later_run_finds_the_picture_whole()
    {
        using var gallery = new SmallGallery(3);
        gallery.Connection.Run("UPDATE figures SET image = @bytes WHERE figure_id = 2", ("bytes", new byte[] { 1, 2, 3 }));
        gallery.RunEmbed();
        gallery.Connection.Run("UPDATE figures SET image = (SELECT image FROM figures WHERE figure_id = 1) WHERE figure_id = 2");
        Assert.Equal((1, 2, 0, 3), gallery.RunEmbed());
        Assert.Empty(gallery.Connection.Rows("SELECT * FROM jammi.embedding_errors"));
    }

    [Fact]
    public void A_repeated_key_is_named_before_any_work()
    {
        using var gallery = new SmallGallery(3);
        gallery.Connection.Run("UPDATE figures SET figure_id = 2 WHERE figure_id = 3");
        JammiException error = gallery.Connection.Fails(SmallGallery.Embed);
        Assert.Equal("23505", error.SqlState);
        Assert.Contains("figure_id = 2 occurs more than once", error.Message, StringComparison.Ordinal);
        Assert.Empty(gallery.Connection.Rows("SELECT * FROM jammi.embedding_tables"));
    }

    [Fact]
    public void A_missing_key_is_named_before_any_work()
    {
        using var gallery = new SmallGallery(3);
        gallery.Connection.Run("UPDATE figures SET figure_id = NULL WHERE figure_id = 3");
        JammiException error = gallery.Connection.Fails(SmallGallery.Embed);
        Assert.Equal("23502", error.SqlState);
        Assert.Contains("figure_id is NULL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_are_read_as_pictures()
    {
        using var gallery = new SmallGallery(1);
        gallery.Connection.Run($"""
            CREATE TABLE files AS SELECT file_name, path FROM read_images('{TestFiles.Gallery}/fig-00*');
            INSERT INTO files VALUES ('gone', '/nowhere/gone.png');
            """);
        object[] row = gallery.Connection.Rows("SELECT embedded, failed FROM generate_image_embeddings('files', 'figures-clip', 'path', 'file_name')")[0];
        Assert.Equal([9L, 1L], row);
        Assert.Contains("/nowhere/gone.png", gallery.Connection.Scalar<string>("SELECT error FROM jammi.embedding_errors"), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_are_embedded_into_the_same_space()
    {
        using var gallery = new SmallGallery();
        Assert.Equal(12L, gallery.Connection.Scalar<long>("SELECT embedded FROM generate_text_embeddings('figures', 'figures-clip', 'title', 'figure_id')"));
        string title = gallery.Connection.Scalar<string>("SELECT title FROM figures WHERE figure_id = 7");
        Assert.Equal(7L, gallery.Connection.Scalar<long>("SELECT figure_id FROM vector_search('figures', encode_text_query('figures-clip', @title), 1)", ("title", title)));
    }

    [Fact]
    public void A_view_is_a_source()
    {
        using var gallery = new SmallGallery();
        gallery.Connection.Run("CREATE VIEW recent AS SELECT * FROM figures WHERE figure_id > 6");
        Assert.Equal(6L, gallery.Connection.Scalar<long>("SELECT embedded FROM generate_image_embeddings('recent', 'figures-clip', 'image', 'figure_id')"));
        Assert.Equal(7L, gallery.Connection.Scalar<long>("SELECT min(figure_id) FROM search_by_example('recent', 9, 10)"));
    }

    [Fact]
    public void Progress_is_reported_up_to_the_last_row()
    {
        using var gallery = new SmallGallery();
        var seen = new List<JammiProgressEventArgs>();
        gallery.Connection.Progress += (_, progress) => seen.Add(progress);
        gallery.RunEmbed();
        Assert.All(seen, p => Assert.Equal("generate_image_embeddings", p.Operation));
        Assert.Equal(12, seen[^1].Total);
        Assert.Equal(12, seen[^1].Done);
        Assert.Equal(seen.Select(p => p.Done).Order(), seen.Select(p => p.Done));
    }

    [Fact]
    public async Task Cancelling_stops_the_run_and_leaves_no_half_table_to_search()
    {
        using var gallery = new SmallGallery(240);
        using var source = new CancellationTokenSource();
        gallery.Connection.Progress += (_, progress) =>
        {
            if (progress.Done >= 1)
            {
                source.Cancel();
            }
        };
        using JammiCommand command = gallery.Connection.CreateCommand();
        command.CommandText = SmallGallery.Embed;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var reader = await command.ExecuteReaderAsync(CommandBehavior.Default, source.Token);
            while (await reader.ReadAsync(source.Token))
            {
            }
        });
        Assert.Contains("embedding", gallery.Connection.Fails("SELECT * FROM search_by_example('figures', 1, 1)").Message, StringComparison.Ordinal);
        Assert.Equal(240, gallery.RunEmbed().Rows);
    }

    [Fact]
    public void Unsupported_precision_is_refused_by_name()
    {
        using var gallery = new SmallGallery(1);
        JammiException error = gallery.Connection.Fails("SELECT * FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id', precision => 'int4')");
        Assert.Contains("int4", error.Message, StringComparison.Ordinal);
    }
}
