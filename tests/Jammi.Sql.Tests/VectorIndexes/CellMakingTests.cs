using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Making codes and cells with a commit takes long for many rows: it tells how far it is, and can be stopped.</summary>
public sealed class CellMakingTests : IDisposable
{
    const int Rows = 4000;
    const int Dimension = 32;

    readonly TemporaryDirectory directory = new();
    readonly IDisposable lowered = CellPolicy.Lower(3000);

    public void Dispose()
    {
        lowered.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void A_commit_tells_how_far_it_is()
    {
        using Database database = Database.Open(directory["v.jammi"], new DatabaseOptions());
        var told = new List<OperationProgress>();
        Insert(database, new Listener(told.Add), CancellationToken.None);
        foreach (string operation in (string[])["search codes", "search cells"])
        {
            List<OperationProgress> some = told.Where(p => p.Operation == operation).ToList();
            Assert.Equal(some.Select(p => p.Done).Order(), some.Select(p => p.Done));
            Assert.Equal((0, Rows), (some[0].Done, some[^1].Done));
            Assert.All(some, p => Assert.Equal(("v", (long?)Rows), (p.Subject, p.Total)));
        }

        using ISnapshot snapshot = database.OpenSnapshot();
        Assert.Equal(Rows, snapshot.Catalog.FindTable(SchemaNames.Main, "v")!.LargestStoredSegment);
    }

    [Fact]
    public void A_commit_that_is_stopped_meanwhile_leaves_nothing()
    {
        string path = directory["v.jammi"];
        using Database database = Database.Open(path, new DatabaseOptions());
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Insert(database, new Listener(p => Stop(p, stop)), stop.Token));
        Assert.Empty(Directory.GetFiles(Path.Combine(path, "segments")));
        Assert.Empty(Directory.GetFiles(Path.Combine(path, "codes")));
        using ISnapshot snapshot = database.OpenSnapshot();
        Assert.Null(snapshot.Catalog.FindTable(SchemaNames.Main, "v"));
    }

    [Fact]
    public void A_table_in_memory_has_no_cells_and_expects_none()
    {
        using Database database = Database.OpenInMemory();
        Insert(database, progress: null, CancellationToken.None);
        using ISnapshot snapshot = database.OpenSnapshot();
        TableEntry table = snapshot.Catalog.FindTable(SchemaNames.Main, "v")!;
        Assert.Equal((Rows, 0), (table.RowCount, table.LargestStoredSegment));
        Assert.All(snapshot.OpenTable(table).Blocks, b => Assert.Null(b.Cells(1, CancellationToken.None)));
    }

    static void Stop(OperationProgress progress, CancellationTokenSource stop)
    {
        if (progress is { Operation: "search cells", Done: > 0 })
        {
            stop.Cancel();
        }
    }

    static void Insert(Database database, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        SqlType type = SqlType.Vector(Dimension);
        TableEntry table = transaction.CreateTable(
            new(SchemaNames.Main, "v", [new("id", SqlType.BigInt, false, null), new("v", type, true, null)], [])
            {
                Properties = ImmutableSortedDictionary<string, string>.Empty.Add("embedding.complete", "true"),
            },
            temporary: false);
        long[] ids = [.. Enumerable.Range(0, Rows).Select(i => (long)i)];
        transaction.Append(table, new ColumnBatch([ColumnFactory.FromValues(SqlType.BigInt, Rows, MemoryMarshal.AsBytes<long>(ids).ToArray()), ColumnFactory.FromObjects(type, TestVectors.Unit(Rows, Dimension, seed: 1))], Rows));
        transaction.Commit(progress, cancellation);
    }

    sealed class Listener(Action<OperationProgress> told) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => told(value);
    }
}
