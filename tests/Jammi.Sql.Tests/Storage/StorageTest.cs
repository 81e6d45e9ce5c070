using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Storage;

/// <summary>A directory for a database, and short words for what tests of storage do with one.</summary>
public abstract class StorageTest : IDisposable
{
    static readonly TimeSpan NoWait = TimeSpan.Zero;

    readonly TemporaryDirectory directory = new();

    internal string DatabasePath => directory["my.jammi"];

    /// <summary>Columns <c>id BIGINT, name TEXT</c>.</summary>
    internal static TableDefinition People { get; } = Definition("people", ("id", SqlType.BigInt), ("name", SqlType.Text));

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => directory.Dispose();

    internal Database Open(FileSystem? files = null) => Database.Open(DatabasePath, new DatabaseOptions { FileSystem = files ?? FileSystem.Default });

    internal string[] FilesIn(string folder) => [.. Directory.GetFiles(Path.Combine(DatabasePath, folder)).Order(StringComparer.Ordinal)];

    internal static IWriteTransaction Write(Database database) => database.BeginWrite(NoWait, CancellationToken.None);

    internal static void Change(Database database, Action<IWriteTransaction> change)
    {
        using IWriteTransaction transaction = Write(database);
        change(transaction);
        transaction.Commit();
    }

    internal static TableDefinition Definition(string name, params (string Name, SqlType Type)[] columns) =>
        new(SchemaNames.Main, name, columns.Select(c => new ColumnDefinitionEntry(c.Name, c.Type, Nullable: true, Default: null)).ToValueList(), []);

    /// <summary>People with ids from <paramref name="first"/> on; each third has no name.</summary>
    internal static ColumnBatch Rows(long first, int count)
    {
        object?[] ids = [.. Enumerable.Range(0, count).Select(i => (object?)(first + i))];
        object?[] names = [.. Enumerable.Range(0, count).Select(i => (first + i) % 3 == 0 ? null : (object?)$"name {first + i}")];
        return new([ColumnFactory.FromObjects(SqlType.BigInt, ids), ColumnFactory.FromObjects(SqlType.Text, names)], count);
    }

    internal static TableEntry Table(ISnapshot snapshot, string name = "people") => snapshot.Catalog.FindTable(SchemaNames.Main, name)!;

    internal static void AppendPeople(Database database, long first, int count) =>
        Change(database, t => t.Append(Table(t.Current), Rows(first, count)));

    internal static void CreatePeople(Database database) => Change(database, t => t.CreateTable(People, temporary: false));

    /// <summary>The live ids of a table, having checked that the names belong to them.</summary>
    internal static long[] Ids(ISnapshot snapshot, string table = "people")
    {
        var ids = new List<long>();
        foreach (object?[] row in RowsOf(snapshot, Table(snapshot, table)))
        {
            long id = (long)row[0]!;
            Assert.Equal(id % 3 == 0 ? null : $"name {id}", row[1]);
            ids.Add(id);
        }

        return [.. ids];
    }

    internal static long[] Ids(Database database, string table = "people")
    {
        using ISnapshot snapshot = database.OpenSnapshot();
        return Ids(snapshot, table);
    }

    internal static IEnumerable<object?[]> RowsOf(ISnapshot snapshot, TableEntry table)
    {
        foreach (IRowBlock block in snapshot.OpenTable(table).Blocks)
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                if (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, row))
                {
                    yield return [.. Enumerable.Range(0, table.Definition.Columns.Count).Select(c => ColumnFactory.ToObject(table.Definition.Columns[c].Type, block.Column(c), row))];
                }
            }
        }
    }

    /// <summary>The row ids of rows whose first column is one of these.</summary>
    internal static long[] RowIdsOf(ISnapshot snapshot, TableEntry table, Func<long, bool> wanted)
    {
        var rowIds = new List<long>();
        foreach (IRowBlock block in snapshot.OpenTable(table).Blocks)
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                if (wanted((long)ColumnFactory.ToObject(SqlType.BigInt, block.Column(0), row)!))
                {
                    rowIds.Add(block.FirstRowId + row);
                }
            }
        }

        return [.. rowIds];
    }

    internal static void DeletePeople(Database database, Func<long, bool> which) =>
        Change(database, t => t.Delete(Table(t.Current), RowIdsOf(t.Current, Table(t.Current), which)));

    internal static long[] Range(long first, int count) => [.. Enumerable.Range(0, count).Select(i => first + i)];
}
