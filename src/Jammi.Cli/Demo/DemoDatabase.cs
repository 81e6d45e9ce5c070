using Jammi.Data;

namespace Jammi.Cli.Demo;

/// <summary>The demo's tables: figures with their pictures, and the sources that they come from.</summary>
static class DemoDatabase
{
    public const string EmbedSql = "SELECT * FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id')";

    /// <summary>Creates the tables that are not there yet.</summary>
    public static async Task CreateTablesAsync(JammiConnection connection, DemoFiles files, CancellationToken cancellation)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'main' AND table_name IN ('figures', 'sources')";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), System.Globalization.CultureInfo.InvariantCulture) == 2)
        {
            Console.WriteLine($"The database {connection.DataSource} is there already.");
            return;
        }

        Console.WriteLine($"Creating the database {connection.DataSource} from {files.Gallery} ...");
        command.CommandText = $"""
            CREATE TABLE IF NOT EXISTS sources AS
              SELECT * FROM read_csv({SqlText.Quote(Path.Combine(files.Gallery, "sources.csv"))});
            CREATE TABLE IF NOT EXISTS figures AS
              SELECT c.figure_id, c.title, c.shape, c.color, c.background, c.year, c.source_id, i.image
              FROM read_csv({SqlText.Quote(Path.Combine(files.Gallery, "figures.csv"))}) c
              JOIN read_images({SqlText.Quote(Path.Combine(files.Gallery, "fig-*"))}) i ON i.file_name = c.file;
            """;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
