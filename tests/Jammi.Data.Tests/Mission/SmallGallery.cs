namespace Jammi.Data.Tests.Mission;

/// <summary>A database of its own with the first pictures of the gallery, for tests that write.</summary>
sealed class SmallGallery : IDisposable
{
    public const string Embed = "SELECT embedded, reused, failed, rows FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id')";

    public SmallGallery(int rows = 12)
    {
        Connection = new JammiConnection($"Data Source=:memory:;Models={TestFiles.Models}");
        Connection.Open();
        Connection.Run($"""
            CREATE TABLE figures AS
              SELECT c.figure_id, c.title, c.year, i.image
              FROM read_csv('{TestFiles.Gallery}/figures.csv') c JOIN read_images('{TestFiles.Gallery}/fig-*') i ON i.file_name = c.file
              WHERE c.figure_id <= {rows};
            """);
    }

    public JammiConnection Connection { get; }

    /// <summary>Embeds the table and returns embedded, reused, failed, rows.</summary>
    public (long Embedded, long Reused, long Failed, long Rows) RunEmbed()
    {
        object[] row = Connection.Rows(Embed)[0];
        return ((long)row[0], (long)row[1], (long)row[2], (long)row[3]);
    }

    public void Dispose() => Connection.Dispose();
}
