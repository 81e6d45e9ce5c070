using CsCheck;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Execution;

/// <summary>Rows that are chosen from chosen rows are those that gathering at every step gives.</summary>
public sealed class ColumnBatchTests
{
    [Fact]
    public void Choosing_twice_and_pairing_give_what_gathering_gives() => Gen.Select(Gen.Int[-1, 19].Array[0, 30], Gen.Int[0, 1000].Array[0, 30]).Sample(
        (first, picks) =>
        {
            ColumnBatch source = Source(20);
            ColumnBatch chosen = source.Choose(first);
            int[] second = first.Length == 0 ? [] : System.Array.ConvertAll(picks, p => (p % (first.Length + 1)) - 1);
            ColumnBatch twice = chosen.Choose(second);
            ColumnBatch pair = ColumnBatch.Pair(twice, [.. Enumerable.Range(0, twice.Count)], chosen, [.. second]);
            for (int i = 0; i < second.Length; i++)
            {
                int row = second[i] < 0 ? -1 : first[second[i]];
                Assert.Equal(row < 0 ? null : (object)row, ColumnFactory.ToObject(SqlType.Integer, twice.Column(0), i));
                Assert.Equal(row < 0 ? null : $"row {row}", ColumnFactory.ToObject(SqlType.Text, twice.Column(1), i));
                Assert.Equal(ColumnFactory.ToObject(SqlType.Text, twice.Column(1), i), ColumnFactory.ToObject(SqlType.Text, pair.Columns[3], i));
                Assert.Equal(ColumnFactory.ToObject(SqlType.Integer, twice.Column(0), i), ColumnFactory.ToObject(SqlType.Integer, pair.Column(0), i));
            }
        },
        iter: 300,
        threads: 1);

    [Fact]
    public void A_copy_has_memory_of_its_own()
    {
        int[] numbers = [1, 2, 3];
        byte[] buffer = System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
        Apache.Arrow.IArrowArray copy = TakeKernels.Copy(TakeKernels.Slice(ColumnFactory.FromValues(SqlType.Integer, 3, buffer), 1, 2));
        buffer.AsSpan().Clear();
        Assert.Equal([2, 3], Cells.Values<int>(copy).ToArray());
    }

    static ColumnBatch Source(int count) => new(
        [
            ColumnFactory.FromObjects(SqlType.Integer, [.. Enumerable.Range(0, count).Select(i => (object?)i)]),
            ColumnFactory.FromObjects(SqlType.Text, [.. Enumerable.Range(0, count).Select(i => (object?)$"row {i}")]),
        ],
        count);
}
