using System.IO.Compression;

namespace Jammi.Sql.Tests.Files;

public class ReadJsonTests : FileTest
{
    [Fact]
    public void Objects_one_a_line_are_rows()
    {
        WriteLines("t.jsonl", """{"id": 1, "name": "Ann", "at": "2024-01-02"}""", """{"id": 2, "extra": true, "name": "B\u00f6b \"x\""}""");

        Assert.Equal("id BIGINT, name TEXT, at DATE, extra BOOLEAN", Columns("SELECT * FROM '{d}/t.jsonl'"));
        Assert.Equal(["1|Ann|2024-01-02|NULL", "2|Böb \"x\"|NULL|true"], Query("SELECT * FROM '{d}/t.jsonl'"));
    }

    [Fact]
    public void An_array_of_objects_is_rows()
    {
        WriteLines("t.json", "[", "  {\"a\": 1,", "   \"b\": null},", "  {\"a\": 2.5}", "]");

        Assert.Equal(["1|NULL", "2.5|NULL"], Query("SELECT * FROM read_json('{d}/t.json')"));
    }

    [Fact]
    public void Arrays_are_lists_and_objects_are_their_json()
    {
        WriteLines("t.json", """{"n": [1, null, 3], "m": [[1.5], []], "o": {"k": [1]}, "x": [1, "a"]}""", """{"n": [], "m": null, "o": {}, "x": []}""");

        Assert.Equal("n BIGINT[], m DOUBLE[][], o TEXT, x TEXT[]", Columns("SELECT * FROM '{d}/t.json'"));
        Assert.Equal(["[1, NULL, 3]|[[1.5], []]|{\"k\": [1]}|[1, a]", "[]|NULL|{}|[]"], Query("SELECT * FROM '{d}/t.json'"));
    }

    [Fact]
    public void Numbers_get_the_narrowest_type_that_holds_them_all()
    {
        WriteLines("t.json", """{"a": 9223372036854775807, "b": 18446744073709551615, "c": 18446744073709551615, "d": 1, "e": 1}""", """{"a": -1, "b": 1, "c": -1, "d": 1e3, "e": "1"}""");

        Assert.Equal("a BIGINT, b UBIGINT, c DECIMAL(38,0), d DOUBLE, e TEXT", Columns("SELECT * FROM '{d}/t.json'"));
    }

    [Fact]
    public void Given_columns_are_found_by_their_keys()
    {
        WriteLines("t.json", """{"b": [1, 2], "a": "007"}""");

        Assert.Equal(["007|[1,2]|NULL"], Query("SELECT * FROM read_json('{d}/t.json', columns => 'a TEXT, b FLOAT[2], c INTEGER')"));
        Fails("SELECT * FROM read_json('{d}/t.json', columns => 'b FLOAT[3]')", "line 1", "\"b\"", "FLOAT[3]");
    }

    [Fact]
    public void A_bad_value_names_file_line_and_column()
    {
        WriteLines("t.json", """{"a": 1}""", """{"a": 2}""", """{"a": "x"}""");

        Fails("SELECT * FROM read_json('{d}/t.json', sample => 2)", "{d}/t.json, line 3", "'x'", "\"a\"", "BIGINT");
    }

    [Fact]
    public void An_object_may_be_longer_than_the_window_of_memory()
    {
        string longText = new('x', 700_000);
        WriteLines("t.json", $$"""{"a": "{{longText}}"}""", """{"a": "y"}""", $$"""{"a": "{{longText}}z"}""");

        Assert.Equal(["700000", "1", "700001"], Query("SELECT length(a) FROM '{d}/t.json'"));
    }

    [Fact]
    public void Compressed_files_and_globs_are_read()
    {
        using (var file = new GZipStream(File.Create(Directory["a.json.gz"]), CompressionLevel.Fastest))
        {
            file.Write("{\"n\": 1}\n"u8);
        }

        WriteLines("b.json.gz", """{"n": 2}""");

        Assert.Equal(["3"], Query("SELECT sum(n) FROM read_json('{d}/*.gz')"));
    }

    [Theory]
    [InlineData("{\"a\": 1}\n{\"a\": ", "line 2", "no end")]
    [InlineData("[{\"a\": 1}", "line 1", "no end")]
    [InlineData("[{\"a\": 1} {\"a\": 2}]", "line 1", "comma")]
    [InlineData("[{\"a\": 1}] x", "line 1", "after the end")]
    [InlineData("{\"a\": 1}\n[1]", "line 2", "must be an object")]
    [InlineData("{\"a\": 1}\n{\"a\" 1}", "line 2", "t.json")]
    [InlineData("", "t.json", "no rows")]
    public void Damaged_files_name_the_line(string text, params string[] words)
    {
        File.WriteAllText(Directory["t.json"], text);

        Fails("SELECT * FROM read_json('{d}/t.json')", words);
    }

    [Fact]
    public void Cancellation_stops_a_long_read()
    {
        WriteLines("t.json", [.. Enumerable.Range(0, 10_000).Select(i => $$"""{"n": {{i}}}""")]);
        using var source = new CancellationTokenSource();
        using StatementResult result = Open("SELECT * FROM '{d}/t.json'", source.Token);

        Assert.NotNull(result.Next());
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => result.Next());
    }
}
