using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Tests.Execution;

public class SelectionKernelTests
{
    static readonly Dictionary<string, Func<int, int, long>> Shapes = new()
    {
        ["ascending"] = (i, _) => i,
        ["descending"] = (i, n) => n - i,
        ["equal"] = (_, _) => 7,
        ["few different"] = (i, _) => i * 31 % 5,
        ["mixed"] = (i, n) => i * 7919L % n,
        ["organ pipe"] = (i, n) => Math.Min(i, n - i),
    };

    public static TheoryData<string, int> Inputs
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string shape in Shapes.Keys)
            {
                foreach (int count in new[] { 1, 2, 47, 48, 49, 1000, 300_001 })
                {
                    data.Add(shape, count);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void The_wanted_places_hold_what_sorting_puts_there(string shape, int count)
    {
        long[] values = [.. Enumerable.Range(0, count).Select(i => Shapes[shape](i, count))];
        long[] sorted = [.. values.Order()];
        int[] places = [.. new[] { 0, count / 4, count / 2, count / 2, count - 1 }.Order()];
        SelectionKernels.Place(values.AsSpan(), places, default(SelectionKernels.Natural<long>), CancellationToken.None);
        Assert.Equal(places.Select(p => sorted[p]), places.Select(p => values[p]));
        Assert.Equal(sorted, values.Order());
    }

    [Fact]
    public void Nothing_is_moved_when_no_place_is_wanted()
    {
        long[] values = [3, 1, 2];
        SelectionKernels.Place(values.AsSpan(), [], default(SelectionKernels.Natural<long>), CancellationToken.None);
        Assert.Equal([3, 1, 2], values);
    }

    [Fact]
    public void It_is_stopped_within_a_pass()
    {
        long[] values = new long[1_000_000];
        var order = new CancellingOrder(new CancellationTokenSource(), 300_000);
        Assert.Throws<OperationCanceledException>(() => SelectionKernels.Place(values.AsSpan(), [5], order, order.Token));
        Assert.True(order.Compared < values.Length);
    }

    /// <summary>The order of numbers, which cancels when so many were compared.</summary>
    readonly struct CancellingOrder(CancellationTokenSource source, int after) : SelectionKernels.IOrder<long>
    {
        readonly int[] compared = new int[1];

        public CancellationToken Token => source.Token;

        public int Compared => compared[0];

        public int Compare(long left, long right)
        {
            if (++compared[0] == after)
            {
                source.Cancel();
            }

            return left.CompareTo(right);
        }
    }
}
