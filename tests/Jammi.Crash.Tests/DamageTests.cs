using Jammi.Crash.Writer;
using Jammi.Sql;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Manifests;
using Jammi.Sql.Types;

namespace Jammi.Crash.Tests;

/// <summary>Files that are not what was written: cut short, with flipped bits, or gone.</summary>
public sealed class DamageTests : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-damage-");

    string DatabasePath => Path.Combine(directory.FullName, "d.jammi");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_newest_manifest_cut_short_anywhere_costs_one_commit()
    {
        CommitSeries(5);
        string manifest = Files("manifests")[^1];
        byte[] whole = File.ReadAllBytes(manifest);
        var random = new Random(1);
        for (int i = 0; i < 40; i++)
        {
            File.WriteAllBytes(manifest, whole[..random.Next(whole.Length)]);
            CheckFallenBack();
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_newest_manifest_costs_one_commit()
    {
        CommitSeries(5);
        string manifest = Files("manifests")[^1];
        byte[] whole = File.ReadAllBytes(manifest);
        var random = new Random(2);
        for (int i = 0; i < 40; i++)
        {
            File.WriteAllBytes(manifest, Flip(whole, random));
            CheckFallenBack();
        }
    }

    [Fact]
    public void After_a_damaged_manifest_commits_go_on_and_heal_the_database()
    {
        CommitSeries(5);
        File.WriteAllBytes(Files("manifests")[^1], []);
        using (Database database = Database.Open(DatabasePath, new DatabaseOptions()))
        {
            Assert.Equal(5, Workload.Step(database));
            Assert.Equal(6, Workload.Step(database));
        }

        using Database reopened = Database.Open(DatabasePath, new DatabaseOptions());
        Assert.Empty(reopened.Warnings);
        using ISnapshot snapshot = reopened.OpenSnapshot();
        KillTests.Check(snapshot, 6);
        Assert.Equal(2, Files("manifests").Length);
    }

    [Fact]
    public void Without_a_usable_manifest_the_database_is_not_taken_for_an_empty_one()
    {
        CommitSeries(3);
        foreach (string manifest in Files("manifests"))
        {
            File.WriteAllBytes(manifest, [1, 2, 3]);
        }

        SqlException error = Assert.Throws<SqlException>(() => Database.Open(DatabasePath, new DatabaseOptions()));
        Assert.Equal(SqlErrorCode.DataCorrupted, error.Code);
        Assert.Contains("ends early", error.Message, StringComparison.Ordinal);

        foreach (string manifest in Files("manifests"))
        {
            File.Delete(manifest);
        }

        Assert.Equal(SqlErrorCode.DataCorrupted, Assert.Throws<SqlException>(() => Database.Open(DatabasePath, new DatabaseOptions())).Code);
        Assert.NotEmpty(Files("segments"));
    }

    [Theory]
    [InlineData("segments")]
    [InlineData("deletes")]
    public void A_file_that_is_missing_or_cut_short_is_named(string folder)
    {
        CommitSeries(6);
        string file = NewestIn(folder);
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
        CheckRefused(file);
        File.Delete(file);
        CheckRefused(file);
    }

    [Fact]
    public void A_flipped_bit_in_a_delete_vector_is_found_on_opening()
    {
        CommitSeries(6);
        string file = NewestIn("deletes");
        byte[] whole = File.ReadAllBytes(file);
        for (int position = 0; position < whole.Length; position++)
        {
            byte[] flipped = [.. whole];
            flipped[position] ^= 0x10;
            File.WriteAllBytes(file, flipped);
            CheckRefused(file);
        }
    }

    /// <summary>Reading without verifying finds what would break reading; a changed number is found by its checksum.</summary>
    [Fact]
    public void A_flipped_bit_in_a_segment_is_found_by_verification_and_breaks_no_reader()
    {
        using (Database database = Database.Open(DatabasePath, new DatabaseOptions()))
        {
            CreateEverything(database);
        }

        string file = Assert.Single(Files("segments"));
        byte[] whole = File.ReadAllBytes(file);
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            File.WriteAllBytes(file, Flip(whole, random));
            using Database database = Database.Open(DatabasePath, new DatabaseOptions { ReadOnly = true });
            Assert.Contains("checksum", Assert.Single(database.Verify()), StringComparison.Ordinal);
            using ISnapshot snapshot = database.OpenSnapshot();
            try
            {
                ReadEverything(snapshot);
            }
            catch (SqlException error)
            {
                Assert.Equal(SqlErrorCode.DataCorrupted, error.Code);
                Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 20, 399);
    }

    [Fact]
    public void Debris_of_an_unfinished_commit_is_removed_on_opening()
    {
        CommitSeries(4);
        string[] debris = [Path.Combine(DatabasePath, "tmp", "x"), Path.Combine(DatabasePath, "segments", "00000000000000009999.arrow"), Path.Combine(DatabasePath, "deletes", "00000000000000009998.dv")];
        foreach (string path in debris)
        {
            File.WriteAllText(path, "half");
        }

        using (Database.Open(DatabasePath, new DatabaseOptions { ReadOnly = true }))
        {
            Assert.All(debris, path => Assert.True(File.Exists(path), path));
        }

        using Database database = Database.Open(DatabasePath, new DatabaseOptions());
        Assert.All(debris, path => Assert.False(File.Exists(path), path));
        Assert.Empty(database.Verify());
    }

    [Fact]
    public void A_database_of_a_future_format_is_left_alone()
    {
        CommitSeries(2);
        Manifest manifest = Manifest.TryParse(File.ReadAllBytes(Files("manifests")[^1]), out _)!;
        File.WriteAllBytes(Files("manifests")[^1], (manifest with { Format = Manifest.CurrentFormat + 1 }).Serialize());

        SqlException error = Assert.Throws<SqlException>(() => Database.Open(DatabasePath, new DatabaseOptions()));
        Assert.Equal(SqlErrorCode.NotSupported, error.Code);
        Assert.Contains($"format {Manifest.CurrentFormat + 1}", error.Message, StringComparison.Ordinal);
    }

    void CommitSeries(int commits)
    {
        using Database database = Database.Open(DatabasePath, new DatabaseOptions());
        for (int i = 0; i < commits; i++)
        {
            Workload.Step(database);
        }
    }

    /// <summary>The newest of five manifests is damaged.</summary>
    void CheckFallenBack()
    {
        using Database database = Database.Open(DatabasePath, new DatabaseOptions { ReadOnly = true });
        Assert.Contains("00000000000000000005.json", Assert.Single(database.Warnings), StringComparison.Ordinal);
        using ISnapshot snapshot = database.OpenSnapshot();
        KillTests.Check(snapshot, 4);
        Assert.Empty(database.Verify());
    }

    void CheckRefused(string file)
    {
        SqlException error = Assert.Throws<SqlException>(() => Database.Open(DatabasePath, new DatabaseOptions()));
        Assert.Equal(SqlErrorCode.DataCorrupted, error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    string[] Files(string folder) => [.. Directory.GetFiles(Path.Combine(DatabasePath, folder)).Order(StringComparer.Ordinal)];

    /// <summary>A file that the newest manifest names: numbers grow.</summary>
    string NewestIn(string folder) => Files(folder)[^1];

    static byte[] Flip(byte[] whole, Random random)
    {
        byte[] flipped = [.. whole];
        flipped[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    /// <summary>A table with a column of each kind of layout, some values missing.</summary>
    static void CreateEverything(Database database)
    {
        (SqlType Type, Func<int, object> Value)[] columns =
        [
            (SqlType.BigInt, i => (long)i),
            (SqlType.Boolean, i => i % 2 == 0),
            (SqlType.Text, i => new string('x', i)),
            (SqlType.Blob, i => new byte[i]),
            (SqlType.Vector(3), i => new float[] { i, 1, 2 }),
            (SqlType.List(SqlType.Text), i => new object?[] { "a", null, new string('b', i) }),
            (SqlType.Uuid, i => new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        ];
        const int rows = 20;
        using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        TableEntry table = transaction.CreateTable(
            new(SchemaNames.Main, "t", columns.Select((c, i) => new ColumnDefinitionEntry($"c{i}", c.Type, true, null)).ToValueList(), []),
            temporary: false);
        transaction.Append(table, new ColumnBatch(
            [.. columns.Select(c => ColumnFactory.FromObjects(c.Type, [.. Enumerable.Range(0, rows).Select(i => i % 7 == 3 ? null : c.Value(i))]))],
            rows));
        transaction.Commit();
    }

    static void ReadEverything(ISnapshot snapshot)
    {
        TableEntry table = Workload.Table(snapshot, "t");
        foreach (IRowBlock block in snapshot.OpenTable(table).Blocks)
        {
            for (int column = 0; column < table.Definition.Columns.Count; column++)
            {
                for (int row = 0; row < block.RowCount; row++)
                {
                    ColumnFactory.ToObject(table.Definition.Columns[column].Type, block.Column(column), row);
                }
            }
        }
    }
}
