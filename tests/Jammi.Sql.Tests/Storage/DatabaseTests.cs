using Jammi.Sql.Catalog;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Tests.Storage;

public sealed class DatabaseTests : StorageTest
{
    [Fact]
    public void A_committed_table_is_there_after_reopening()
    {
        using (Database database = Open())
        {
            CreatePeople(database);
            AppendPeople(database, 0, 1000);
            Assert.Equal(Range(0, 1000), Ids(database));
        }

        using Database reopened = Open();
        Assert.Equal(Range(0, 1000), Ids(reopened));
        using ISnapshot snapshot = reopened.OpenSnapshot();
        Assert.Equal(1000, Table(snapshot).RowCount);
        Assert.Equal(2, snapshot.Version);
    }

    [Fact]
    public void An_in_memory_database_works_without_files()
    {
        using Database database = Database.OpenInMemory();
        CreatePeople(database);
        AppendPeople(database, 0, 10);
        DeletePeople(database, id => id == 4);

        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9], Ids(database));
        Assert.Null(database.Path);
        Assert.Null(database.CatalogMirror);
    }

    [Fact]
    public void Every_option_of_a_definition_survives_reopening()
    {
        TableDefinition rich = People with
        {
            Columns = [new("id", Sql.Types.SqlType.BigInt, false, "1 + 1"), new("price", Sql.Types.SqlType.Decimal(12, 3), true, null), new("tags", Sql.Types.SqlType.List(Sql.Types.SqlType.Vector(3)), true, null)],
            Constraints = [new("pk", ConstraintKind.PrimaryKey, [0], null), new("positive", ConstraintKind.Check, [], "price > 0")],
            Properties = People.Properties.Add("model", "ViT-B-32").Add("ключ", "значение \"x\""),
        };
        DatabaseCatalog before;
        using (Database database = Open())
        {
            Change(database, t =>
            {
                t.CreateSchema("Archive");
                t.CreateTable(rich, temporary: false);
                t.CreateTable(People with { Schema = "archive", Name = "Old People" }, temporary: false);
                t.CreateView(new ViewEntry("main", "v", "SELECT 'ü' FROM people", ["u"], Temporary: false));
                t.CreateIndex(new IndexEntry("main", "by_price", "people", Unique: true, ["price", "id"]));
            });
            using ISnapshot snapshot = database.OpenSnapshot();
            before = snapshot.Catalog;
        }

        using Database reopened = Open();
        using ISnapshot after = reopened.OpenSnapshot();
        TableDefinition read = Table(after).Definition;
        Assert.Equal(rich.Columns, read.Columns);
        Assert.Equal(rich.Constraints, read.Constraints);
        Assert.Equal(rich.Properties, read.Properties);
        Assert.Equal("Old People", after.Catalog.FindTable("ARCHIVE", "old people")!.Name);
        Assert.Equal(before.FindView("main", "v"), after.Catalog.FindView("main", "v"));
        Assert.Equal(before.Indexes["main.by_price"], after.Catalog.Indexes["main.by_price"]);
        Assert.Equal(before.DefinitionVersion, after.Catalog.DefinitionVersion);
        Assert.Equal(before.Schemas, after.Catalog.Schemas);
    }

    [Fact]
    public void A_snapshot_does_not_see_later_commits()
    {
        using Database database = Open();
        CreatePeople(database);
        AppendPeople(database, 0, 100);
        using ISnapshot early = database.OpenSnapshot();
        DeletePeople(database, id => id < 50);
        AppendPeople(database, 100, 10);
        Change(database, t => t.DropTable(Table(t.Current)));

        Assert.Equal(Range(0, 100), Ids(early));
        using ISnapshot late = database.OpenSnapshot();
        Assert.Null(late.Catalog.FindTable("main", "people"));
    }

    [Fact]
    public void A_snapshot_outlives_the_database_it_came_from()
    {
        Database database = Open();
        CreatePeople(database);
        AppendPeople(database, 0, 100);
        ISnapshot snapshot = database.OpenSnapshot();
        database.Dispose();

        Assert.Equal(Range(0, 100), Ids(snapshot));
        Assert.Equal(1, database.OpenSnapshots);
        snapshot.Dispose();
        Assert.Equal(0, database.OpenSnapshots);
        Assert.Throws<ObjectDisposedException>(() => snapshot.OpenTable(Table(snapshot)));
        using Database reopened = Open();
        Assert.Equal(Range(0, 100), Ids(reopened));
    }

    [Fact]
    public void Files_of_a_dropped_table_go_when_no_snapshot_and_no_kept_manifest_needs_them()
    {
        using Database database = Open();
        CreatePeople(database);
        AppendPeople(database, 0, 10);
        string segment = Assert.Single(FilesIn("segments"));
        ISnapshot reader = database.OpenSnapshot();
        Change(database, t => t.DropTable(Table(t.Current)));
        CreatePeople(database);
        CreatePeople2(database);
        Assert.True(File.Exists(segment));

        Assert.Equal(Range(0, 10), Ids(reader));
        reader.Dispose();

        Assert.False(File.Exists(segment));
        Assert.Equal(0, database.OpenSnapshots);
    }

    [Fact]
    public void A_second_open_of_the_same_directory_is_refused_and_says_who_has_it()
    {
        using Database database = Open();

        var error = Assert.Throws<SqlException>(() => Open());

        Assert.Equal(SqlErrorCode.Busy, error.Code);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains("in this process", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Readers_share_a_database_that_nobody_writes()
    {
        using (Database database = Open())
        {
            CreatePeople(database);
            AppendPeople(database, 0, 5);
        }

        var readOnly = new DatabaseOptions { ReadOnly = true };
        using Database first = Database.Open(DatabasePath, readOnly);
        using Database second = Database.Open(DatabasePath, readOnly);
        Assert.Equal(Range(0, 5), Ids(first));
        Assert.Equal(Range(0, 5), Ids(second));
        Assert.Equal(SqlErrorCode.NotSupported, Assert.Throws<SqlException>(() => Write(first)).Code);
        Assert.Equal(SqlErrorCode.Busy, Assert.Throws<SqlException>(() => Open()).Code);
    }

    [Fact]
    public void A_missing_database_is_not_created_unless_asked()
    {
        var error = Assert.Throws<SqlException>(() => Database.Open(DatabasePath, new DatabaseOptions { CreateIfMissing = false }));

        Assert.Equal(SqlErrorCode.Io, error.Code);
        Assert.False(Directory.Exists(DatabasePath));
    }

    [Fact]
    public void A_directory_with_other_files_is_not_taken_for_a_database()
    {
        Directory.CreateDirectory(DatabasePath);
        File.WriteAllText(Path.Combine(DatabasePath, "photo.jpg"), "x");

        Assert.Equal(SqlErrorCode.Io, Assert.Throws<SqlException>(() => Open()).Code);
        Assert.Equal(["photo.jpg"], Directory.GetFileSystemEntries(DatabasePath).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_in_place_of_the_directory_is_reported()
    {
        File.WriteAllText(DatabasePath, "x");

        Assert.Equal(SqlErrorCode.Io, Assert.Throws<SqlException>(() => Open()).Code);
    }

    [Fact]
    public void Only_one_transaction_writes_at_a_time()
    {
        using Database database = Open();
        using (IWriteTransaction first = Write(database))
        {
            Assert.Equal(SqlErrorCode.Busy, Assert.Throws<SqlException>(() => Write(database)).Code);
        }

        using IWriteTransaction next = Write(database);
        next.CreateTable(People, temporary: false);
        next.Commit();
        using IWriteTransaction last = Write(database);
        Assert.NotNull(Table(last.Current));
    }

    [Fact]
    public void Waiting_for_the_writer_can_be_cancelled()
    {
        using Database database = Database.OpenInMemory();
        using IWriteTransaction writer = Write(database);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => database.BeginWrite(Timeout.InfiniteTimeSpan, cancellation.Token));
    }

    [Fact]
    public void A_transaction_cannot_commit_into_a_closed_database()
    {
        Database database = Open();
        CreatePeople(database);
        IWriteTransaction transaction = Write(database);
        transaction.Append(Table(transaction.Current), Rows(0, 1));
        database.Dispose();

        Assert.Throws<ObjectDisposedException>(() => transaction.Commit());
        transaction.Dispose();
        using Database reopened = Open();
        Assert.Empty(Ids(reopened));
    }

    [Fact]
    public void Only_the_newest_manifest_and_the_one_before_are_kept()
    {
        using Database database = Open();
        CreatePeople(database);
        for (int i = 0; i < 5; i++)
        {
            AppendPeople(database, i, 1);
        }

        Assert.Equal(["00000000000000000005.json", "00000000000000000006.json"], FilesIn("manifests").Select(Path.GetFileName));
        Assert.Empty(FilesIn("tmp"));
    }

    [Fact]
    public async Task Readers_and_a_writer_run_side_by_side()
    {
        using Database database = Open();
        CreatePeople(database);
        using var done = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                long[] ids = Ids(database);
                Assert.Equal(Range(0, ids.Length), ids);
                Assert.Equal(0, ids.Length % 10);
            }
        }))];
        for (int i = 0; i < 60; i++)
        {
            AppendPeople(database, i * 10, 10);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(Range(0, 600), Ids(database));
        Assert.Equal(0, database.OpenSnapshots);
    }

    [Fact]
    public void The_catalog_mirror_follows_definitions_and_not_rows()
    {
        using (Database database = Open())
        {
            CreatePeople(database);
            database.CatalogMirror!.Flush();
            Assert.Null(database.CatalogMirror.LastError);
            DateTime written = File.GetLastWriteTimeUtc(Path.Combine(DatabasePath, "catalog.db"));
            AppendPeople(database, 0, 1);
            database.CatalogMirror.Flush();
            Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(DatabasePath, "catalog.db")));
        }

        using Database reopened = Open();
        reopened.CatalogMirror!.Flush();
        Assert.Equal(0, reopened.CatalogMirror.Rebuilds);
        Assert.Null(reopened.CatalogMirror.MirroredVersion);
    }

    [Fact]
    public void The_catalog_mirror_is_made_again_when_it_was_deleted_or_the_last_run_did_not_end()
    {
        using (Database database = Open())
        {
            CreatePeople(database);
        }

        File.Delete(Path.Combine(DatabasePath, "catalog.db"));
        using (Database database = Open())
        {
            database.CatalogMirror!.Flush();
            Assert.Equal(1, database.CatalogMirror.Rebuilds);
        }

        File.WriteAllText(Path.Combine(DatabasePath, "lock"), "open 1 elsewhere\n");
        using (Database database = Open())
        {
            database.CatalogMirror!.Flush();
            Assert.Equal(1, database.CatalogMirror.Rebuilds);
            Assert.Null(database.CatalogMirror.LastError);
        }
    }

    static void CreatePeople2(Database database) => Change(database, t => t.CreateTable(People with { Name = "people2" }, temporary: false));
}
