using System.Collections.Concurrent;
using Jammi.Data.Embedding;

namespace Jammi.Data.Tests.Mission;

public sealed class StagedPipelineTests
{
    [Fact]
    public void Every_item_goes_through_every_stage()
    {
        using var pipeline = new StagedPipeline(default);
        BlockingCollection<int> numbers = pipeline.Produce("count", 2, Enumerable.Range(0, 1_000));
        BlockingCollection<int> doubled = pipeline.Transform("double", numbers, 3, 2, n => n * 2);
        BlockingCollection<string> texts = pipeline.Transform("print", doubled, 2, 2, n => n.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 1_000).Select(n => n * 2), pipeline.Results(texts).Select(t => int.Parse(t, System.Globalization.CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public void A_stage_that_is_ahead_waits()
    {
        int made = 0;
        using var pipeline = new StagedPipeline(default);
        IEnumerable<int> Count()
        {
            while (true)
            {
                yield return Interlocked.Increment(ref made);
            }
        }

        using var gate = new ManualResetEventSlim();
        BlockingCollection<int> numbers = pipeline.Produce("count", 2, Count());
        BlockingCollection<int> slow = pipeline.Transform("wait", numbers, 1, 1, n =>
        {
            gate.Wait(pipeline.Stop);
            return n;
        });
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref made) >= 3, TimeSpan.FromMinutes(1)));
        gate.Set();
        Assert.Equal([1, 2, 3, 4], pipeline.Results(slow).Take(4));

        // Taken, waiting in two queues, and in the hands of both stages.
        Assert.InRange(Volatile.Read(ref made), 4, 12);
    }

    [Fact]
    public void A_failure_of_any_stage_is_thrown_where_results_are_taken()
    {
        using var pipeline = new StagedPipeline(default);
        BlockingCollection<int> numbers = pipeline.Produce("count", 2, Enumerable.Range(0, int.MaxValue));
        BlockingCollection<int> failing = pipeline.Transform("fail", numbers, 2, 2, n => n == 10 ? throw new FormatException("ten") : n);
        Assert.Equal("ten", Assert.Throws<FormatException>(() => pipeline.Results(failing).Count()).Message);
    }

    [Fact]
    public void Cancelling_stops_all_stages()
    {
        using var cancellation = new CancellationTokenSource();
        using var pipeline = new StagedPipeline(cancellation.Token);
        BlockingCollection<int> numbers = pipeline.Produce("count", 2, Enumerable.Range(0, int.MaxValue));
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (int number in pipeline.Results(numbers))
            {
                if (number == 5)
                {
                    cancellation.Cancel();
                }
            }
        });
    }
}
