using Jammi.Sql.Storage;

namespace Jammi.Sql.Tests.TextIndexes;

/// <summary>The files of terms beside the segments: written when they are worth it, made again when missing or damaged, gone with their segment or index.</summary>
public sealed class TermsFileTests : IDisposable
{
    const int Rows = 2000;

    static readonly string[] Queries = ["red", "w1* -red", "\"w7 w8\"", "number OR w3"];

    readonly TemporaryDirectory directory = new();

    string DatabasePath => directory["t.jammi"];

    string Folder => Path.Combine(DatabasePath, "terms");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_first_search_writes_them_and_later_ones_read_them()
    {
        List<(long, double)>[] expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(Folder));
        DateTime written = File.GetLastWriteTimeUtc(file);
        using TextTable reopened = new(DatabasePath);
        Assert.Equal(expected, Search(reopened));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(Folder))));
    }

    [Fact]
    public void Missing_ones_are_made_again_the_same()
    {
        List<(long, double)>[] expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(Folder));
        byte[] content = File.ReadAllBytes(file);
        File.Delete(file);
        using TextTable reopened = new(DatabasePath);
        Assert.Equal(expected, Search(reopened));
        Assert.Equal(content, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_flipped_bit_anywhere_or_a_cut_does_not_change_a_result()
    {
        List<(long, double)>[] expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(Folder));
        byte[] content = File.ReadAllBytes(file);
        var random = new Random(3);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = i % 5 == 0 ? content[..random.Next(content.Length)] : [.. content];
            if (i % 5 != 0)
            {
                // Every third one in the header or what follows it.
                damaged[random.Next(i % 3 == 0 ? 200 : damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(file, damaged);
            using TextTable reopened = new(DatabasePath);
            Assert.Equal(expected, Search(reopened));
        }
    }

    [Fact]
    public void Terms_of_another_segment_are_not_taken()
    {
        List<(long, double)>[] expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(Folder));
        string other = directory["other.jammi"];
        using (TextTable table = new(other))
        {
            table.Insert([.. Enumerable.Range(0, Rows).Select(i => ((long)i, (string?)"another title that is there to make the rows long", (string?)$"red {i}"))]);
            Search(table);
        }

        File.Copy(Assert.Single(Directory.GetFiles(Path.Combine(other, "terms"))), file, overwrite: true);
        using TextTable reopened = new(DatabasePath);
        Assert.Equal(expected, Search(reopened));
    }

    [Fact]
    public void They_go_with_their_segment()
    {
        using TextTable table = new(DatabasePath);
        Fill(table);
        Search(table);
        Assert.Single(Directory.GetFiles(Folder));
        table.Delete(_ => true);

        // The manifest before the newest keeps its files; two more commits replace it.
        table.Insert((1, "red", null));
        table.Insert((2, "red", null));
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void What_no_segment_or_index_has_is_removed_on_opening()
    {
        CreateAndSearch();
        string kept = Assert.Single(Directory.GetFiles(Folder));
        File.WriteAllText(Path.Combine(Folder, "00000000000000009999.1-2.plain.terms"), "left over");
        File.Copy(kept, kept.Replace("1-2.plain", "1.plain", StringComparison.Ordinal));
        using TextTable reopened = new(DatabasePath);
        Assert.Equal([kept], Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_read_only_database_is_searched_without_writing_them()
    {
        List<(long, double)>[] expected = CreateAndSearch();
        Directory.Delete(Folder, recursive: true);
        using TextTable readOnly = new(DatabasePath, new DatabaseOptions { ReadOnly = true });
        Assert.Equal(expected, Search(readOnly));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void Few_rows_have_no_file()
    {
        using TextTable table = new(DatabasePath);
        table.Insert((1, "red", "blue"));
        Assert.Equal([1L], table.Search("red", 10).Select(r => r.Id));
        Assert.False(Directory.Exists(Folder));
    }

    List<(long Id, double Score)>[] CreateAndSearch()
    {
        using TextTable table = new(DatabasePath);
        Fill(table);
        return Search(table);
    }

    static void Fill(TextTable table) => table.Insert(
        [.. Enumerable.Range(0, Rows).Select(i => ((long)i, (string?)$"row number {i} w{i % 17} w{i % 17 + 1}", (string?)(i % 3 == 0 ? $"red red circle w{i % 5} and more" : $"a blue square w{i}")))]);

    static List<(long Id, double Score)>[] Search(TextTable table) => [.. Queries.Select(q => table.Search(q, 20))];
}
