using System.IO.Compression;
using System.Text;

namespace Jammi.Sql.Tests.Files;

public class ReadCsvTests : FileTest
{
    [Fact]
    public void Names_and_types_are_found()
    {
        WriteLines("t.csv", "id,name,price,sold,at", "1,Ann,2.5,true,2024-01-02", "2,\"B, ob\",3,false,2024-02-03");

        Assert.Equal("id BIGINT, name TEXT, price DOUBLE, sold BOOLEAN, at DATE", Columns("SELECT * FROM read_csv('{d}/t.csv')"));
        Assert.Equal(["1|Ann|2.5|true|2024-01-02", "2|B, ob|3|false|2024-02-03"], Query("SELECT * FROM '{d}/t.csv'"));
    }

    [Fact]
    public void An_empty_field_is_null_and_a_quoted_one_is_an_empty_text()
    {
        WriteLines("t.csv", "a;b;c", "1;;x", "2;\"\";\"\"", "3;\"p;q\";");

        Assert.Equal(["1|NULL|x", "2||", "3|p;q|NULL"], Query("SELECT * FROM read_csv('{d}/t.csv')"));
    }

    [Fact]
    public void Another_word_may_mean_null()
    {
        WriteLines("t.csv", "a,b", "1,NA", "2,\"NA\"", "3,");

        Assert.Equal(["1|NULL", "2|NA", "3|"], Query("SELECT * FROM read_csv('{d}/t.csv', \"null\" => 'NA')"));
    }

    [Fact]
    public void Blank_lines_are_no_rows_but_where_there_is_one_column()
    {
        WriteLines("two.csv", "a,b", "", "1,2", "");
        WriteLines("one.csv", "a", "", "1");

        Assert.Equal(["1|2"], Query("SELECT * FROM '{d}/two.csv'"));
        Assert.Equal(["NULL", "1"], Query("SELECT * FROM '{d}/one.csv'"));
    }

    [Fact]
    public void Given_columns_keep_leading_zeros()
    {
        WriteLines("t.csv", "zip,n", "00501,1", "10001,2");

        Assert.Equal(["00501|1", "10001|2"], Query("SELECT * FROM read_csv('{d}/t.csv', columns => 'zip TEXT, n SMALLINT')"));
    }

    [Fact]
    public void Given_columns_find_the_header_by_its_names()
    {
        WriteLines("with.csv", "a,b", "x,y");
        WriteLines("without.csv", "p,q", "x,y");

        Assert.Equal(["x|y"], Query("SELECT * FROM read_csv('{d}/with.csv', columns => 'a TEXT, b TEXT')"));
        Assert.Equal(["p|q", "x|y"], Query("SELECT * FROM read_csv('{d}/without.csv', columns => 'a TEXT, b TEXT')"));
    }

    [Fact]
    public void A_bad_value_names_file_line_and_column()
    {
        WriteLines("t.csv", "id,text", "1,\"two", "lines\"", "x,y");

        Fails("SELECT * FROM read_csv('{d}/t.csv', columns => 'id INTEGER, text TEXT')", "{d}/t.csv, line 4", "'x'", "\"id\"", "INTEGER");
        Fails("SELECT * FROM read_csv('{d}/t.csv', columns => 'id INTEGER')", "t.csv has 2");
    }

    [Fact]
    public void A_row_of_another_width_names_its_line_or_is_left_out()
    {
        WriteLines("t.csv", "a,b", "1,2", "3", "x,4", "5,6");

        Fails("SELECT * FROM '{d}/t.csv'", "line 3", "1 field", "first line has 2");
        Assert.Equal(["1|2", "5|6"], Query("SELECT * FROM read_csv('{d}/t.csv', columns => 'a BIGINT, b BIGINT', ignore_errors => true)"));
        Assert.Equal(["2"], Query("SELECT count(*) FROM read_csv('{d}/t.csv', columns => 'a BIGINT, b BIGINT', ignore_errors => true)"));
    }

    [Fact]
    public void Compressed_files_are_read_by_their_content()
    {
        using (var file = new GZipStream(File.Create(Directory["t.csv.gz"]), CompressionLevel.Fastest))
        {
            file.Write("a,b\n1,2\n"u8);
        }

        Assert.Equal(["1|2"], Query("SELECT \"t\".* FROM '{d}/t.csv.gz'"));
        Assert.Equal(["1|2"], Query("SELECT * FROM read_csv('{d}/t.csv.gz', compression => 'gzip')"));
        Fails("SELECT * FROM read_csv('{d}/t.csv.gz', compression => 'zip')", "auto, gzip or none");
    }

    [Fact]
    public void Encodings_are_named_or_marked()
    {
        File.WriteAllText(Directory["marked.csv"], "name\nZoë\n", Encoding.Unicode);
        File.WriteAllBytes(Directory["old.csv"], [.. "name\nZo"u8, 0xEB, .. "\n"u8]);

        Assert.Equal(["Zoë"], Query("SELECT * FROM '{d}/marked.csv'"));
        Assert.Equal(["Zoë"], Query("SELECT * FROM read_csv('{d}/old.csv', encoding => 'latin-1')"));
        Fails("SELECT * FROM '{d}/old.csv'", "{d}/old.csv", "encoding =>");
        Fails("SELECT * FROM read_csv('{d}/old.csv', encoding => 'klingon')", "klingon", "utf-8");
    }

    [Fact]
    public void Options_have_the_names_of_other_databases_too()
    {
        WriteLines("t.txt", "# made by hand", "a|b", "1|'x|y'");

        Assert.Equal(["1|x|y"], Query("SELECT * FROM read_csv('{d}/t.txt', delim => '|', quote => '''', skip => 1)"));
        Fails("SELECT * FROM read_csv('{d}/t.txt', delimeter => '|')", "delimiter");
    }

    [Fact]
    public void A_type_that_only_later_rows_break_is_told_with_its_line()
    {
        WriteLines("t.csv", ["n", .. Enumerable.Range(0, 50).Select(i => $"{i}"), "many"]);

        Fails("SELECT * FROM read_csv('{d}/t.csv', sample => 10)", "line 52", "'many'", "sample => -1");
        Assert.Equal("n TEXT", Columns("SELECT * FROM read_csv('{d}/t.csv', sample => -1)"));
    }

    [Fact]
    public void Cancellation_stops_a_long_read()
    {
        WriteLines("t.csv", ["n", .. Enumerable.Range(0, 10_000).Select(i => $"{i}")]);
        using var source = new CancellationTokenSource();
        using StatementResult result = Open("SELECT * FROM '{d}/t.csv'", source.Token);

        Assert.NotNull(result.Next());
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => result.Next());
    }
}
