using System.Runtime.InteropServices;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Rows of a source and its vectors with equal keys: the short way finds what the join finds, or leaves it to that.</summary>
public sealed class KeyAlignmentTests : IDisposable
{
    readonly Database database = Database.OpenInMemory();

    public void Dispose() => database.Dispose();

    [Theory]
    [InlineData("1 2 3 4 5", "1 2 3 4 5", true)]
    [InlineData("1 2 3|4 5 6 7", "1 2|3 4 5", true)]
    [InlineData("-3 0 9", "-3 0 9", true)]
    [InlineData("1 2 3", "", true)]
    [InlineData("1 3 2", "1 3 2", false)]
    [InlineData("1 2 2", "1 2", false)]
    [InlineData("1 2 3|3", "1 2 3", false)]
    [InlineData("2 3", "1 2 3", false)]
    [InlineData("1 2", "1 2 3", false)]
    [InlineData("1 2 4", "1 2 3", false)]
    public void Equal_ascending_keys_need_no_join(string source, string vectors, bool isShort)
    {
        Create("s", source);
        Create("e", vectors);
        Assert.Equal(isShort, Compare());
    }

    [Fact]
    public void Deleted_rows_on_either_side_belong_to_none()
    {
        Create("s", string.Join(' ', Enumerable.Range(0, 150)) + "|" + string.Join(' ', Enumerable.Range(150, 150)));
        Create("e", string.Join(' ', Enumerable.Range(0, 250)));
        Delete("s", id => id % 7 == 3);
        Assert.True(Compare());
        Delete("e", id => id % 5 == 1);
        Assert.True(Compare());
    }

    /// <summary>Compares both alignments of s and e for all live vectors; says whether there is the short one.</summary>
    bool Compare()
    {
        using ISnapshot snapshot = database.OpenSnapshot();
        ITableData source = Open(snapshot, "s");
        ITableData vectors = Open(snapshot, "e");
        if (SameRows.Find(source, 0, vectors) is not { } found)
        {
            return false;
        }

        var joined = new JoinedKeys(source, 0, SqlType.BigInt, vectors);
        var passing = new RowBitmap(0);
        passing.Add(IdColumn.LiveRows(source, id => id % 3 != 0));
        foreach (IRowBlock block in vectors.Blocks)
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                long id = block.FirstRowId + row;
                if (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, row))
                {
                    Assert.Equal(joined.Covered.Contains(id), found.CoversVectors || found.Covered.Contains(id));
                    Assert.Equal(joined.VectorsOf(passing).Contains(id), found.VectorsOf(passing).Contains(id));
                    if (joined.Covered.Contains(id))
                    {
                        Assert.Equal(joined.SourcesOf(id), found.SourcesOf(id));
                    }
                }
            }
        }

        return true;
    }

    /// <param name="keys">Those of a commit, "|", those of the next.</param>
    void Create(string name, string keys)
    {
        Change(t => t.CreateTable(new(SchemaNames.Main, name, [new("id", SqlType.BigInt, false, null)], []), temporary: false));
        foreach (string part in keys.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            long[] ids = [.. part.Split(' ').Select(long.Parse)];
            Change(t => t.Append(t.Current.Catalog.FindTable(SchemaNames.Main, name)!, new ColumnBatch([ColumnFactory.FromValues(SqlType.BigInt, ids.Length, MemoryMarshal.AsBytes<long>(ids).ToArray())], ids.Length)));
        }
    }

    void Delete(string name, Func<long, bool> which) => Change(t => t.Delete(t.Current.Catalog.FindTable(SchemaNames.Main, name)!, IdColumn.LiveRows(Open(t.Current, name), which)));

    static ITableData Open(ISnapshot snapshot, string name) => snapshot.OpenTable(snapshot.Catalog.FindTable(SchemaNames.Main, name)!);

    void Change(Action<IWriteTransaction> change)
    {
        using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        change(transaction);
        transaction.Commit();
    }
}
