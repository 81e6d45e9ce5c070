using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Crash.Writer;

/// <summary>
/// A fixed series of commits, so that the number of a database's last commit says what must be in it. Commit 1 creates the tables
/// <c>a</c> and <c>b</c> (one column, <c>id BIGINT</c>); the others append to, delete from and truncate both, define and drop a third.
/// </summary>
internal static class Workload
{
    static readonly string[] Names = ["a", "b"];

    /// <summary>Makes the next commit of the series and returns its number.</summary>
    public static long Step(Database database)
    {
        using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        long commit = transaction.Current.Version + 1;
        if (commit == 1)
        {
            foreach (string name in Names)
            {
                transaction.CreateTable(Definition(name), temporary: false);
            }
        }
        else
        {
            foreach (string name in Names)
            {
                Change(transaction, name, commit);
            }

            if (commit % 8 == 4)
            {
                transaction.CreateTable(Definition("c"), temporary: false);
            }
            else if (commit % 8 == 6)
            {
                transaction.DropTable(Table(transaction.Current, "c"));
            }
        }

        transaction.Commit();
        return commit;
    }

    /// <summary>What is in a table after a commit of the series.</summary>
    public static List<long> Expected(string name, long commit)
    {
        var ids = new List<long>();
        for (long i = 2; i <= commit; i++)
        {
            if (Truncates(name, i))
            {
                ids.Clear();
            }

            ids.RemoveAll(id => Deletes(i, id));
            ids.AddRange(Appended(name, i));
        }

        return ids;
    }

    public static bool ExpectsTableC(long commit) => commit % 8 is 4 or 5;

    public static List<long> Read(ISnapshot snapshot, string name) => [.. Rows(snapshot, name).Select(row => row.Id)];

    public static TableEntry Table(ISnapshot snapshot, string name) => snapshot.Catalog.FindTable(SchemaNames.Main, name)!;

    static TableDefinition Definition(string name) => new(SchemaNames.Main, name, [new("id", SqlType.BigInt, false, null)], []);

    static void Change(IWriteTransaction transaction, string name, long commit)
    {
        if (Truncates(name, commit))
        {
            transaction.Truncate(Table(transaction.Current, name));
        }

        long[] deleted = [.. Rows(transaction.Current, name).Where(row => Deletes(commit, row.Id)).Select(row => row.RowId)];
        transaction.Delete(Table(transaction.Current, name), deleted);
        object?[] ids = [.. Appended(name, commit).Select(id => (object?)id)];
        transaction.Append(Table(transaction.Current, name), new ColumnBatch([ColumnFactory.FromObjects(SqlType.BigInt, ids)], ids.Length));
    }

    static IEnumerable<(long RowId, long Id)> Rows(ISnapshot snapshot, string name)
    {
        foreach (IRowBlock block in snapshot.OpenTable(Table(snapshot, name)).Blocks)
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                if (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, row))
                {
                    yield return (block.FirstRowId + row, (long)ColumnFactory.ToObject(SqlType.BigInt, block.Column(0), row)!);
                }
            }
        }
    }

    static bool Truncates(string name, long commit) => name == "b" && commit % 50 == 0;

    static bool Deletes(long commit, long id) => commit % 5 == 0 && id % 3 == commit % 3;

    /// <summary>One to thirteen rows: a commit without a change would not have a number.</summary>
    static IEnumerable<long> Appended(string name, long commit) =>
        Enumerable.Range(0, 1 + (int)(commit * (name == "a" ? 5 : 7) % 13)).Select(i => (commit * 100) + i);
}
