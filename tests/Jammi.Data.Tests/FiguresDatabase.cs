namespace Jammi.Data.Tests;

/// <summary>The shipped gallery of 240 pictures with its sources, embedded once for all tests that only read it.</summary>
public sealed class FiguresDatabase : IDisposable
{
    readonly JammiConnection keeper;

    public FiguresDatabase()
    {
        keeper = Open();
        keeper.Run($"""
            CREATE TABLE sources AS SELECT * FROM read_csv('{TestFiles.Gallery}/sources.csv');
            CREATE TABLE figures AS
              SELECT c.figure_id, c.title, c.shape, c.color, c.background, c.year, c.source_id, i.image
              FROM read_csv('{TestFiles.Gallery}/figures.csv') c JOIN read_images('{TestFiles.Gallery}/fig-*') i ON i.file_name = c.file;
            SELECT * FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id');
            CREATE FULLTEXT INDEX ON figures (title);
            """);
    }

    public JammiConnection Open()
    {
        var connection = new JammiConnection($"Data Source=:memory:figures-tests;Models={TestFiles.Models}");
        connection.Open();
        return connection;
    }

    public void Dispose() => keeper.Dispose();
}

[CollectionDefinition("figures")]
public sealed class FiguresCollection : ICollectionFixture<FiguresDatabase>;
