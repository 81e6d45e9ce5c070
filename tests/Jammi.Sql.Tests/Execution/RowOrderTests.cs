using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Tests.Execution;

public sealed class RowOrderTests
{
    const int Rows = 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Rows_come_in_key_order_and_equal_ones_stay(int threads)
    {
        var random = new Random(1);
        var numbers = new Int32Array.Builder();
        var texts = new StringArray.Builder();
        for (int row = 0; row < Rows; row++)
        {
            numbers.Append(random.Next(50));
            string text = "a common beginning " + new string('x', random.Next(30)) + random.Next(40);
            _ = random.Next(20) == 0 ? texts.AppendNull() : texts.Append(text);
        }

        IArrowArray[] columns = [texts.Build(), numbers.Build()];
        Check(SortKeyKernels.Encode(columns, [new(Descending: true, NullsFirst: false), new(Descending: false, NullsFirst: true)], Rows, threads), threads);
        Check(SortKeyKernels.Encode([columns[1]], [default], Rows, threads), threads);
    }

    [Fact]
    public void Long_keys_that_differ_late_are_sorted()
    {
        string beginning = new('y', 5_000);
        var texts = new StringArray.Builder();
        for (int row = 0; row < 1_000; row++)
        {
            texts.Append(row % 7 == 0 ? "z" : beginning + (row * 31 % 100));
        }

        Check(SortKeyKernels.Encode([texts.Build()], [default], 1_000), 1);
    }

    [Fact]
    public void No_rows_have_an_order() => Assert.Empty(SortKeyKernels.Encode([new Int32Array.Builder().Build()], [default], 0).Order(4, CancellationToken.None));

    [Fact]
    public void The_sort_stops_when_it_is_told_to()
    {
        IArrowArray column = new Int32Array.Builder().AppendRange(Enumerable.Range(0, Rows)).Build();
        SortKeys keys = SortKeyKernels.Encode([column], [default], Rows);
        Assert.Throws<OperationCanceledException>(() => keys.Order(2, new CancellationToken(canceled: true)));
    }

    static void Check(SortKeys keys, int threads)
    {
        int[] expected = [.. Enumerable.Range(0, keys.Count)];
        System.Array.Sort(expected, (a, b) => keys[a].SequenceCompareTo(keys[b]) is not 0 and var order ? order : a.CompareTo(b));
        Assert.Equal(expected, keys.Order(threads, CancellationToken.None));
    }
}
