using System.Buffers;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Single vectors are copied out of the file of their segment, and are those that its map shows.</summary>
public sealed unsafe class FetchedVectorTests : IDisposable
{
    const int Rows = 500;
    const int Dimension = 33;

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_are_those_of_the_map(bool halves)
    {
        using Database database = Database.Open(directory["v.jammi"], new DatabaseOptions());
        Fill(database, halves);
        using ISnapshot snapshot = database.OpenSnapshot();
        ITableData table = snapshot.OpenTable(snapshot.Catalog.FindTable(SchemaNames.Main, "v")!);
        IRowBlock block = Assert.Single(table.Blocks);
        IArrowArray column = block.Column(0);
        Assert.NotNull(block.Map);
        VectorRows vectors = VectorRows.Pin(column, block.Map, out MemoryHandle pin);
        using (pin)
        {
            float[] room = GC.AllocateArray<float>(VectorRows.FetchRoom(Dimension), pinned: true);
            fixed (float* place = room)
            {
                for (int row = 0; row < Rows; row += 7)
                {
                    Assert.Equal(ColumnFactory.CopyVector(column, row), new ReadOnlySpan<float>(vectors.Fetch(row, place), Dimension).ToArray());
                }
            }
        }

        StoredRow[] wanted = [new(0, 499), new(0, 3), new(0, 10), new(0, 3), new(0, 250)];
        IArrowArray fetched = StoredRows.Fetch(table, wanted, 0);
        Assert.Equal(1, fetched.NullCount);
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.Equal(column.IsNull(wanted[i].Row), fetched.IsNull(i));
            Assert.Equal(ColumnFactory.CopyVector(column, wanted[i].Row), ColumnFactory.CopyVector(fetched, i));
        }
    }

    [Fact]
    public void What_lies_outside_the_file_is_not_copied()
    {
        string path = directory["bytes"];
        File.WriteAllBytes(path, [1, 2, 3, 4, 5]);
        using MappedFile map = new(path);
        var start = (byte*)map.Pin().Pointer;
        byte[] copied = new byte[3];
        map.Copy(start + 2, copied);
        Assert.Equal([3, 4, 5], copied);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Copy(start + 3, copied));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Copy(start - 1, copied));
    }

    static void Fill(Database database, bool halves)
    {
        SqlType type = halves ? SqlType.HalfVector(Dimension) : SqlType.Vector(Dimension);
        float[][] vectors = TestVectors.Unit(Rows, Dimension, seed: 1);
        object?[] values = [.. vectors.Select((v, i) => i % 10 == 0 && i != 250 ? null : halves ? (object)v.Select(x => (Half)x).ToArray() : v)];
        using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        TableEntry table = transaction.CreateTable(new(SchemaNames.Main, "v", [new("v", type, true, null)], []), temporary: false);
        transaction.Append(table, new ColumnBatch([ColumnFactory.FromObjects(type, values)], Rows));
        transaction.Commit();
    }
}
