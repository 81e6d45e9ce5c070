using Jammi.Data;

namespace Jammi.Benchmarks.Mission;

/// <summary>The sample gallery as a database, and the search that the project exists for.</summary>
static class Gallery
{
    public const string Search = """
        SELECT f.figure_id, f.title, s.country, f.similarity
        FROM   vector_search('figures', encode_text_query('figures-clip', @q), 10) f
        JOIN   sources s ON s.source_id = f.source_id
        WHERE  s.license = 'CC0-1.0'
        ORDER  BY f.similarity DESC
        """;

    static string Samples => Path.Combine(Workplace.Repository, "samples", "figures");

    public static JammiConnection Open(string database)
    {
        var connection = new JammiConnection(new JammiConnectionStringBuilder { DataSource = database, Models = Path.Combine(Samples, "models") }.ConnectionString);
        connection.Open();
        return connection;
    }

    public static void Create(string database)
    {
        using JammiConnection connection = Open(database);
        connection.Run($"""
            CREATE TABLE sources AS SELECT * FROM read_csv('{Samples}/gallery/sources.csv');
            CREATE TABLE figures AS
              SELECT c.*, i.image FROM read_csv('{Samples}/gallery/figures.csv') c JOIN read_images('{Samples}/gallery/fig-*') i ON i.file_name = c.file;
            SELECT * FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id');
            """);
    }

    /// <summary>Runs a command and reads all its rows.</summary>
    public static int Run(this JammiConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        using JammiDataReader reader = command.ExecuteReader();
        int rows = 0;
        do
        {
            while (reader.Read())
            {
                rows++;
            }
        }
        while (reader.NextResult());

        return rows;
    }
}
