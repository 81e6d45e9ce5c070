namespace Jammi.Cli.Demo;

/// <summary>A search of the demo: what is looked for, and the SQL that looks.</summary>
sealed record DemoQuery(string Text, string Sql)
{
    public static IReadOnlyList<DemoQuery> All { get; } =
    [
        new(
            "a red circle on a white background",
            """
            SELECT f.figure_id, f.title, s.name AS source, f.similarity, f.image
            FROM   vector_search('figures', encode_text_query('figures-clip', @q), 5) f
            JOIN   sources s ON s.source_id = f.source_id
            ORDER  BY f.similarity DESC
            """),
        new(
            "a blue bar chart",
            """
            SELECT f.figure_id, f.title, s.name AS source, f.similarity, f.image
            FROM   vector_search('figures', encode_text_query('figures-clip', @q), 10) f
            JOIN   sources s ON s.source_id = f.source_id
            WHERE  s.license LIKE 'CC0%'
            ORDER  BY f.similarity DESC
            """),
        new(
            "a big yellow star",
            """
            SELECT f.figure_id, f.title, s.name AS source, f.similarity, f.image
            FROM   vector_search((SELECT * FROM figures WHERE year >= 2010), encode_text_query('figures-clip', @q), 5) f
            JOIN   sources s ON s.source_id = f.source_id
            ORDER  BY f.similarity DESC
            """),
        new(
            "three green triangles",
            """
            SELECT f.figure_id, f.title, s.name || ', ' || s.country AS source, f.similarity, f.image
            FROM   vector_search('figures', encode_text_query('figures-clip', @q), 20) f
            JOIN   sources s USING (source_id)
            WHERE  s.country IN ('Norway', 'Japan', 'Germany')
            ORDER  BY f.similarity DESC
            LIMIT  5
            """),
    ];
}

sealed record DemoHit(byte[] Image, string Title, string Source, float Similarity);

sealed record DemoResult(DemoQuery Query, IReadOnlyList<DemoHit> Hits, double Milliseconds);
