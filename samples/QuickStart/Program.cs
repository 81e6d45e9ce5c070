using Dapper;
using Jammi.Data;

// Run from the root of the repository: dotnet run --project samples/QuickStart
using var connection = new JammiConnection("Data Source=my.jammi;Models=samples/figures/models");
connection.Open();

// 1. Pictures and their descriptions become a table.
connection.Execute("""
    CREATE TABLE IF NOT EXISTS sources AS
      SELECT * FROM read_csv('samples/figures/gallery/sources.csv');
    CREATE TABLE IF NOT EXISTS figures AS
      SELECT c.figure_id, c.title, c.year, c.source_id, i.image
      FROM   read_csv('samples/figures/gallery/figures.csv') c
      JOIN   read_images('samples/figures/gallery/fig-*')    i ON i.file_name = c.file;
    """);

// 2. The vision tower embeds the pictures; a second run embeds nothing.
using (JammiCommand embed = connection.CreateCommand())
{
    embed.CommandText = "SELECT * FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id')";
    using JammiDataReader done = embed.ExecuteReader();
    done.Read();
    Console.WriteLine($"{done["embedded"]} embedded, {done["reused"]} reused, {done["failed"]} failed");
}

// 3. A text finds pictures, joined to another table, read with a DbDataReader ...
const string Search = """
    SELECT f.figure_id, f.title, s.country, f.similarity
    FROM   vector_search('figures', encode_text_query('figures-clip', @q), 10) f
    JOIN   sources s ON s.source_id = f.source_id
    WHERE  s.license = 'CC0-1.0'
    ORDER  BY f.similarity DESC
    """;
using (JammiCommand search = connection.CreateCommand())
{
    search.CommandText = Search;
    search.Parameters.AddWithValue("q", "a red circle on a white background");
    using JammiDataReader reader = search.ExecuteReader();
    while (reader.Read())
    {
        Console.WriteLine($"{reader.GetInt64(0),4}  {reader.GetFloat(3):0.000}  {reader.GetString(1)} ({reader.GetString(2)})");
    }
}

// 4. ... and the same with Dapper.
foreach (Hit hit in connection.Query<Hit>(Search, new { q = "a blue bar chart" }))
{
    Console.WriteLine($"{hit.Figure_Id,4}  {hit.Similarity:0.000}  {hit.Title} ({hit.Country})");
}

/// <summary>A row of the search.</summary>
sealed record Hit(long Figure_Id, string Title, string Country, float Similarity);
