using Jammi.Sql.Execution.Parallel;

namespace Jammi.Sql.Tests.Execution;

public sealed class OrderedWorkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Results_come_in_order_whatever_thread_made_them(int threads)
    {
        using var work = new OrderedWork<int>(100, threads, (i, _) => i * i, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * i), work.InOrder());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void No_piece_is_begun_further_ahead_than_allowed(int threads)
    {
        int taken = 0;
        int furthest = 0;
        using var work = new OrderedWork<int>(
            50,
            threads,
            (i, _) =>
            {
                int lead = i - Volatile.Read(ref taken);
                for (int seen = furthest; lead > seen && Interlocked.CompareExchange(ref furthest, lead, seen) != seen; seen = furthest)
                {
                }

                return i;
            },
            CancellationToken.None,
            ahead: 3);
        foreach (int result in work.InOrder())
        {
            Assert.Equal(taken, result);
            Volatile.Write(ref taken, result + 1);
        }

        Assert.InRange(furthest, 0, 3);
    }

    [Fact]
    public void A_failure_reaches_the_taker_and_stops_the_pieces_that_run()
    {
        // Again and again, since the stopped piece throws too and may not be the one that is heard.
        for (int time = 0; time < 200; time++)
        {
            using var started = new ManualResetEventSlim();
            using var stopped = new ManualResetEventSlim();
            using var work = new OrderedWork<int>(
                2,
                2,
                (i, cancellation) =>
                {
                    if (i == 0)
                    {
                        started.Set();
                        cancellation.WaitHandle.WaitOne();
                        stopped.Set();
                        cancellation.ThrowIfCancellationRequested();
                    }

                    started.Wait(CancellationToken.None);
                    cancellation.Register(() => stopped.Wait(CancellationToken.None));
                    throw new InvalidDataException("piece 1");
                },
                CancellationToken.None);
            Assert.Equal("piece 1", Assert.Throws<InvalidDataException>(() => work.InOrder().ToList()).Message);
        }
    }

    [Fact]
    public void Cancellation_of_the_statement_stops_the_pieces()
    {
        using var source = new CancellationTokenSource();
        using var work = new OrderedWork<int>(
            8,
            4,
            (i, cancellation) =>
            {
                source.Cancel();
                cancellation.WaitHandle.WaitOne();
                cancellation.ThrowIfCancellationRequested();
                return i;
            },
            source.Token);
        Assert.Equal(source.Token, Assert.Throws<OperationCanceledException>(() => work.InOrder().ToList()).CancellationToken);
    }

    [Fact]
    public void Leaving_early_waits_until_nothing_runs()
    {
        int running = 0;
        var work = new OrderedWork<int>(
            50,
            4,
            (i, _) =>
            {
                Interlocked.Increment(ref running);
                Thread.Yield();
                Interlocked.Decrement(ref running);
                return i;
            },
            CancellationToken.None);
        Assert.Equal(0, work.InOrder().First());
        work.Dispose();
        Assert.Equal(0, Volatile.Read(ref running));
    }
}
