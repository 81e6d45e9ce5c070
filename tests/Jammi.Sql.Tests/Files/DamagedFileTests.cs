namespace Jammi.Sql.Tests.Files;

/// <summary>Files that are not what they should be give errors that name them, whatever is wrong.</summary>
public class DamagedFileTests : FileTest
{
    [Theory]
    [InlineData("read_csv", "csv")]
    [InlineData("read_parquet", "parquet")]
    [InlineData("read_arrow", "arrow")]
    [InlineData("read_json", "json")]
    public void A_missing_file_a_directory_and_an_empty_file_are_named(string function, string ending)
    {
        System.IO.Directory.CreateDirectory(Directory["folder"]);
        File.WriteAllBytes(Directory["empty." + ending], []);

        Fails($"SELECT * FROM {function}('{{d}}/missing.{ending}')", $"{{d}}/missing.{ending}");
        Fails($"SELECT * FROM {function}('{{d}}/folder')", "{d}/folder", "directory");
        Fails($"SELECT * FROM {function}('{{d}}/*.none')", "{d}/*.none");
        Fails($"SELECT * FROM {function}('{{d}}/empty.{ending}')", $"{{d}}/empty.{ending}");
    }

    [Theory]
    [InlineData("read_parquet", "no Parquet file")]
    [InlineData("read_arrow", "no Arrow file")]
    public void Another_kind_of_file_is_told(string function, string words)
    {
        WriteLines("t.bin", "id,name", "1,this is text");

        Fails($"SELECT * FROM {function}('{{d}}/t.bin')", "{d}/t.bin", words);
    }

    [Theory]
    [InlineData("parquet", "")]
    [InlineData("arrow", "")]
    [InlineData("arrow", "(COMPRESSION zstd)")]
    [InlineData("arrow", "(STREAM)")]
    public void A_file_cut_short_anywhere_is_an_error_or_ends_early_between_batches(string format, string options)
    {
        Run($"COPY (SELECT n, n::TEXT AS t, [n, NULL] AS l FROM range(300) AS r(n)) TO '{{d}}/t.{format}' {options}");
        byte[] whole = File.ReadAllBytes(Directory["t." + format]);
        for (int length = 0; length < whole.Length - 8; length += 1 + (whole.Length / 97))
        {
            File.WriteAllBytes(Directory["cut." + format], whole[..length]);
            Fails($"SELECT count(t), sum(n) FROM read_{format}('{{d}}/cut.{format}')", "{d}/cut." + format);
        }
    }

    [Theory]
    [InlineData("parquet", "")]
    [InlineData("parquet", "(COMPRESSION zstd)")]
    [InlineData("arrow", "")]
    [InlineData("arrow", "(COMPRESSION lz4)")]
    [InlineData("arrow", "(STREAM)")]
    public void Changed_bytes_never_do_worse_than_an_error(string format, string options)
    {
        Run($"COPY (SELECT n, n::TEXT AS t, [n, NULL] AS l FROM range(300) AS r(n)) TO '{{d}}/t.{format}' {options}");
        byte[] whole = File.ReadAllBytes(Directory["t." + format]);
        var random = new Random(7);
        for (int round = 0; round < 150; round++)
        {
            byte[] changed = [.. whole];
            for (int i = 0; i < 3; i++)
            {
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(Directory["changed." + format], changed);
            try
            {
                Run($"SELECT count(t), sum(n), count(l) FROM read_{format}('{{d}}/changed.{format}')");
            }
            catch (SqlException error)
            {
                Assert.NotEqual(SqlErrorCode.Internal, error.Code);
            }
        }
    }
}
