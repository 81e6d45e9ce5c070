using Jammi.Sql.Storage;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>The files of codes beside the segments: written at the first search, made again when missing or damaged, gone with their segment.</summary>
public sealed class CodesFileTests : IDisposable
{
    const int Dimension = 64;

    static readonly float[][] Rows = TestVectors.Unit(1500, Dimension, seed: 1);
    static readonly float[] Query = TestVectors.Unit(1, Dimension, seed: 2)[0];

    readonly TemporaryDirectory directory = new();

    string DatabasePath => directory["v.jammi"];

    string CodesFolder => Path.Combine(DatabasePath, "codes");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_first_search_writes_them_and_later_ones_read_them()
    {
        List<(long, float)> expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(CodesFolder));
        DateTime written = File.GetLastWriteTimeUtc(file);
        using VectorTable reopened = new(Dimension, DatabasePath);
        Assert.Equal(expected, reopened.Search(Query, 20, exact: false));
        Assert.Equal(expected, reopened.Search(Query, 20, exact: true));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(CodesFolder))));
    }

    [Fact]
    public void Missing_ones_are_made_again_the_same()
    {
        List<(long, float)> expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(CodesFolder));
        byte[] content = File.ReadAllBytes(file);
        File.Delete(file);
        using VectorTable reopened = new(Dimension, DatabasePath);
        Assert.Equal(expected, reopened.Search(Query, 20, exact: false));
        Assert.Equal(content, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_flipped_bit_anywhere_or_a_cut_does_not_change_a_result()
    {
        List<(long, float)> expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(CodesFolder));
        byte[] content = File.ReadAllBytes(file);
        var random = new Random(3);
        for (int i = 0; i < 25; i++)
        {
            byte[] damaged = i % 5 == 0 ? content[..random.Next(content.Length)] : [.. content];
            if (i % 5 != 0)
            {
                damaged[i == 1 ? 8 : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(file, damaged);
            using VectorTable reopened = new(Dimension, DatabasePath);
            Assert.Equal(expected, reopened.Search(Query, 20, exact: true));
            Assert.Equal(expected, reopened.Search(Query, 20, exact: false));
        }
    }

    [Fact]
    public void Codes_of_another_segment_are_not_taken()
    {
        List<(long, float)> expected = CreateAndSearch();
        string file = Assert.Single(Directory.GetFiles(CodesFolder));
        string other = directory["other.jammi"];
        using (VectorTable table = new(Dimension, other))
        {
            table.Insert(0, TestVectors.Unit(1500, Dimension, seed: 4));
            table.Search(Query, 20, exact: false);
        }

        File.Copy(Assert.Single(Directory.GetFiles(Path.Combine(other, "codes"))), file, overwrite: true);
        using VectorTable reopened = new(Dimension, DatabasePath);
        Assert.Equal(expected, reopened.Search(Query, 20, exact: false));
    }

    [Fact]
    public void They_go_with_their_segment()
    {
        using (VectorTable table = new(Dimension, DatabasePath))
        {
            table.Insert(0, Rows);
            table.Search(Query, 20, exact: false);
            Assert.Single(Directory.GetFiles(CodesFolder));
            table.Delete(_ => true);

            // The manifest before the newest keeps its files; two more commits replace it.
            table.Insert(5000, Rows[..10]);
            table.Insert(6000, Rows[..10]);
            Assert.Empty(Directory.GetFiles(CodesFolder));
        }
    }

    [Fact]
    public void What_no_segment_has_is_removed_on_opening()
    {
        CreateAndSearch();
        string debris = Path.Combine(CodesFolder, "00000000000000009999.1.codes");
        File.WriteAllText(debris, "left over");
        using VectorTable reopened = new(Dimension, DatabasePath);
        Assert.False(File.Exists(debris));
        Assert.Single(Directory.GetFiles(CodesFolder));
    }

    [Fact]
    public void A_read_only_database_is_searched_without_writing_them()
    {
        List<(long, float)> expected = CreateAndSearch();
        Directory.Delete(CodesFolder, recursive: true);
        using Database database = Database.Open(DatabasePath, new DatabaseOptions { ReadOnly = true });
        using VectorTable readOnly = new(database, Dimension);
        Assert.Equal(expected, readOnly.Search(Query, 20, exact: false));
        Assert.False(Directory.Exists(CodesFolder));
    }

    List<(long Id, float Score)> CreateAndSearch()
    {
        using VectorTable table = new(Dimension, DatabasePath);
        table.Insert(0, Rows);
        List<(long Id, float Score)> found = table.Search(Query, 20, exact: true);
        Assert.Equal(found, table.Search(Query, 20, exact: false));
        return found;
    }
}
