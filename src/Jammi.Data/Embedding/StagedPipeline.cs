using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Jammi.Data.Embedding;

/// <summary>
/// Stages on threads of their own, joined by bounded queues: a stage that is ahead waits, so that memory stays small and the slowest stage always has work.
/// The first failure stops all of them and is thrown where the results are taken.
/// </summary>
sealed class StagedPipeline(CancellationToken cancellation) : IDisposable
{
    readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    readonly long started = Stopwatch.GetTimestamp();
    readonly List<PipelineStage> stages = [];
    readonly List<Thread> threads = [];
    ExceptionDispatchInfo? failure;

    public CancellationToken Stop => stop.Token;

    public IReadOnlyList<PipelineStage> Stages => stages;

    /// <summary>The stage that keeps the others waiting: the one whose threads worked most of the time.</summary>
    public PipelineStage Slowest => stages.MaxBy(s => s.Utilization(Stopwatch.GetElapsedTime(started)))!;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(started);

    /// <summary>The first stage: one thread that walks through a sequence.</summary>
    public BlockingCollection<T> Produce<T>(string name, int capacity, IEnumerable<T> items)
    {
        var queue = new BlockingCollection<T>(capacity);
        PipelineStage stage = AddStage(name, 1);
        StartWorkers(stage, queue, () =>
        {
            using IEnumerator<T> all = items.GetEnumerator();
            while (stage.Time(all.MoveNext))
            {
                queue.Add(all.Current, Stop);
            }
        });
        return queue;
    }

    /// <summary>A stage between two queues. Results come in any order.</summary>
    public BlockingCollection<TResult> Transform<T, TResult>(string name, BlockingCollection<T> source, int workers, int capacity, Func<T, TResult> work)
    {
        var queue = new BlockingCollection<TResult>(capacity);
        PipelineStage stage = AddStage(name, workers);
        StartWorkers(stage, queue, () =>
        {
            foreach (T item in source.GetConsumingEnumerable(Stop))
            {
                queue.Add(stage.Time(() => work(item)), Stop);
            }
        });
        return queue;
    }

    /// <summary>The results, on the caller's thread.</summary>
    public IEnumerable<T> Results<T>(BlockingCollection<T> queue)
    {
        while (true)
        {
            T? result;
            try
            {
                if (!queue.TryTake(out result, Timeout.Infinite, Stop))
                {
                    break;
                }
            }
            catch (OperationCanceledException) when (failure is not null)
            {
                break;
            }

            yield return result;
        }

        failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Stops what still runs and waits for it.</summary>
    public void Dispose()
    {
        stop.Cancel();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        stop.Dispose();
    }

    PipelineStage AddStage(string name, int workers)
    {
        var stage = new PipelineStage(name, workers);
        stages.Add(stage);
        return stage;
    }

    void StartWorkers<T>(PipelineStage stage, BlockingCollection<T> output, Action work)
    {
        int left = stage.Workers;
        for (int i = 0; i < stage.Workers; i++)
        {
            var thread = new Thread(() =>
            {
                try
                {
                    work();
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    // Somebody else's failure, or the caller's wish.
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
                    stop.Cancel();
                }
                finally
                {
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        output.CompleteAdding();
                    }
                }
            })
            {
                IsBackground = true,
                Name = $"Jammi {stage.Name}",
            };
            threads.Add(thread);
            thread.Start();
        }
    }
}

/// <summary>One stage, and how long it worked; waiting for a queue is no work.</summary>
sealed class PipelineStage(string name, int workers)
{
    long busy;

    public string Name => name;

    public int Workers => workers;

    public TimeSpan Busy => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref busy));

    /// <summary>The share of their time that the stage's threads worked.</summary>
    public double Utilization(TimeSpan elapsed) => Busy / (elapsed * workers);

    public T Time<T>(Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Add(ref busy, Stopwatch.GetTimestamp() - start);
        }
    }
}
