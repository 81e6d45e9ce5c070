using System.Collections.Immutable;
using Jammi.Sql.Catalog;
using Jammi.Sql.Types;
using LiteDB;

namespace Jammi.Sql.Tests.Catalog;

public sealed class CatalogStoreTests : IDisposable
{
    readonly TemporaryDirectory directory = new();

    string CatalogFile => directory["catalog.db"];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Shows_tables_columns_views_and_indexes_as_documents()
    {
        DatabaseCatalog tables = Catalog(3, Table(7, "images"));
        Mirror(trusted: true, new DatabaseCatalog
        {
            DefinitionVersion = tables.DefinitionVersion,
            Tables = tables.Tables,
            Views = View("recent", "SELECT * FROM images"),
            Indexes = Index("images_id", "images"),
        });

        using var database = new LiteDatabase(CatalogFile);
        BsonDocument table = database.GetCollection("tables").FindById(7L);
        Assert.Equal("images", table["name"].AsString);
        Assert.Equal("PRIMARY KEY", table["constraints"][0]["kind"].AsString);
        Assert.Equal("id", table["constraints"][0]["columns"][0].AsString);
        Assert.Equal("photos", table["properties"]["source"].AsString);
        BsonDocument vector = database.GetCollection("columns").FindOne(Query.EQ("name", "vector"));
        Assert.Equal("FLOAT[4]", vector["type"].AsString);
        Assert.Equal(1, vector["ordinal"].AsInt32);
        Assert.True(vector["nullable"].AsBoolean);
        Assert.Equal("SELECT * FROM images", database.GetCollection("views").FindById("main.recent")["query"].AsString);
        Assert.Equal("images", database.GetCollection("indexes").FindById("main.images_id")["table"].AsString);
        Assert.Equal(3L, database.GetCollection("jammi").FindById("stamp")["definition_version"].AsInt64);
    }

    [Fact]
    public void Follows_created_altered_and_dropped_tables()
    {
        using (var store = new CatalogStore(CatalogFile, trusted: true))
        {
            store.Synchronize(Catalog(1, Table(1, "a"), Table(2, "b")));
            store.Flush();
            store.Synchronize(Catalog(2, Table(2, "renamed"), Table(3, "c")));
            store.Flush();
            Assert.Null(store.LastError);
            Assert.Equal(1, store.Rebuilds);
        }

        Assert.Equal(["renamed", "c"], TableNames());
        using var database = new LiteDatabase(CatalogFile);
        Assert.Equal(4, database.GetCollection("columns").Count());
        Assert.All(database.GetCollection("columns").FindAll(), c => Assert.Contains(c["table"].AsString, new[] { "renamed", "c" }));
    }

    [Fact]
    public void Leaves_temporary_tables_out()
    {
        Mirror(trusted: true, Catalog(1, Table(1, "kept"), Table(2, "scratch") with { Temporary = true }));

        Assert.Equal(["kept"], TableNames());
    }

    [Fact]
    public void Keeps_a_trusted_file_of_the_same_version()
    {
        Mirror(trusted: true, Catalog(5, Table(1, "a")));

        using var store = new CatalogStore(CatalogFile, trusted: true);
        store.Synchronize(Catalog(5, Table(1, "a")));
        store.Flush();

        Assert.Equal(0, store.Rebuilds);
        Assert.False(File.Exists(store.PathOfReplaced));
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 6)]
    public void Replaces_a_file_that_is_not_trusted_or_of_another_version(bool trusted, int version)
    {
        Mirror(trusted: true, Catalog(5, Table(1, "old")));

        using (var store = new CatalogStore(CatalogFile, trusted))
        {
            store.Synchronize(Catalog(version, Table(2, "new")));
            store.Flush();
            Assert.Equal(1, store.Rebuilds);
            Assert.True(File.Exists(store.PathOfReplaced));
        }

        Assert.Equal(["new"], TableNames());
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    [InlineData(0x78)]
    public void Replaces_a_file_of_garbage_and_keeps_it_beside(byte filling)
    {
        byte[] garbage = Enumerable.Repeat(filling, 3 * 8192).ToArray();
        File.WriteAllBytes(CatalogFile, garbage);

        using (var store = new CatalogStore(CatalogFile, trusted: true))
        {
            store.Synchronize(Catalog(1, Table(1, "a")));
            store.Flush();
            Assert.Null(store.LastError);
            Assert.Equal(1, store.Rebuilds);
            Assert.Equal(garbage, File.ReadAllBytes(store.PathOfReplaced));
        }

        Assert.Equal(["a"], TableNames());
    }

    [Fact]
    public void Replaces_a_file_whose_pages_are_damaged()
    {
        Mirror(trusted: true, Catalog(1, Table(1, "a")));
        byte[] bytes = File.ReadAllBytes(CatalogFile);
        bytes.AsSpan(8192).Fill(0xA5);
        File.WriteAllBytes(CatalogFile, bytes);

        Mirror(trusted: true, Catalog(1, Table(1, "a")));

        Assert.Equal(["a"], TableNames());
    }

    [Fact]
    public void Reports_why_the_file_cannot_be_written_and_recovers_with_the_next_change()
    {
        string blocker = Path.Combine(CatalogFile, "x");
        Directory.CreateDirectory(blocker);
        using (var store = new CatalogStore(CatalogFile, trusted: true))
        {
            store.Synchronize(Catalog(1, Table(1, "a")));
            store.Flush();
            Assert.NotNull(store.LastError);

            Directory.Delete(CatalogFile, recursive: true);
            store.Synchronize(Catalog(2, Table(1, "a"), Table(2, "b")));
            store.Flush();
            Assert.Null(store.LastError);
        }

        Assert.Equal(["a", "b"], TableNames());
    }

    [Fact]
    public void Takes_changes_from_several_threads()
    {
        using (var store = new CatalogStore(CatalogFile, trusted: true))
        {
            Parallel.For(1, 40, version => store.Synchronize(Catalog(version, Table(version, "t" + version))));
            store.Synchronize(Catalog(100, Table(1, "last")));
            store.Flush();
            Assert.Null(store.LastError);
        }

        Assert.Equal(["last"], TableNames());
    }

    void Mirror(bool trusted, DatabaseCatalog catalog)
    {
        using var store = new CatalogStore(CatalogFile, trusted);
        store.Synchronize(catalog);
        store.Flush();
        Assert.Null(store.LastError);
    }

    string[] TableNames()
    {
        using var database = new LiteDatabase(CatalogFile);
        return [.. database.GetCollection("tables").FindAll().OrderBy(t => t["_id"].AsInt64).Select(t => t["name"].AsString)];
    }

    static DatabaseCatalog Catalog(long version, params TableEntry[] tables) => new()
    {
        DefinitionVersion = version,
        Tables = tables.ToImmutableDictionary(t => DatabaseCatalog.Key(t.Schema, t.Name)),
        Views = ImmutableDictionary<string, ViewEntry>.Empty,
        Indexes = ImmutableDictionary<string, IndexEntry>.Empty,
    };

    static TableEntry Table(long id, string name) => new(id, 1, new TableDefinition(
        "main",
        name,
        [new("id", SqlType.BigInt, false, null), new("vector", SqlType.Vector(4), true, "NULL")],
        [new("pk", ConstraintKind.PrimaryKey, [0], null)])
    {
        Properties = ImmutableSortedDictionary<string, string>.Empty.Add("source", "photos"),
    }, 10, Temporary: false);

    static ImmutableDictionary<string, ViewEntry> View(string name, string query) =>
        ImmutableDictionary<string, ViewEntry>.Empty.Add(DatabaseCatalog.Key("main", name), new("main", name, query, [], Temporary: false));

    static ImmutableDictionary<string, IndexEntry> Index(string name, string table) =>
        ImmutableDictionary<string, IndexEntry>.Empty.Add(DatabaseCatalog.Key("main", name), new("main", name, table, Unique: true, ["id"]));
}
