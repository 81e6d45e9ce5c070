using System.Text.Json;

namespace Jammi.Data.Tests.Mission;

/// <summary>The fifteen queries that the model's trainer recorded: each must find its picture first, through SQL alone.</summary>
public sealed class ExpectedQueriesTests : IClassFixture<ExpectedQueriesTests.Pictures>
{
    readonly Pictures pictures;

    public ExpectedQueriesTests(Pictures pictures) => this.pictures = pictures;

    public static TheoryData<string, string, double> Queries
    {
        get
        {
            using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestFiles.Expected, "expected.json")));
            var queries = new TheoryData<string, string, double>();
            foreach (JsonElement query in expected.RootElement.GetProperty("queries").EnumerateArray())
            {
                queries.Add(query.GetProperty("text").GetString()!, query.GetProperty("top_1").GetString()!, query.GetProperty("cosine").GetDouble());
            }

            return queries;
        }
    }

    [Fact]
    public void There_are_fifteen() => Assert.Equal(15, Queries.Count);

    [Theory]
    [MemberData(nameof(Queries))]
    public void The_expected_picture_comes_first(string text, string file, double cosine)
    {
        object[] best = pictures.Connection.Rows(
            "SELECT file_name, similarity FROM vector_search('pictures', encode_text_query('figures-clip', @text), 3) ORDER BY similarity DESC LIMIT 1",
            ("text", text))[0];
        Assert.Equal(file, best[0]);
        Assert.Equal(cosine, (float)best[1], 3e-4);
    }

    public sealed class Pictures : IDisposable
    {
        public Pictures()
        {
            Connection = new JammiConnection($"Data Source=:memory:;Models={TestFiles.Models}");
            Connection.Open();
            Connection.Run($"""
                CREATE TABLE pictures AS SELECT file_name, image FROM read_images('{TestFiles.Expected}/images/*');
                SELECT * FROM generate_image_embeddings('pictures', 'figures-clip', 'image', 'file_name');
                """);
        }

        public JammiConnection Connection { get; }

        public void Dispose() => Connection.Dispose();
    }
}
