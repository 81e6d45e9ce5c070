using System.Runtime.ExceptionServices;

namespace Jammi.Sql.Execution.Parallel;

/// <summary>
/// Pieces of work done by several threads, whose results come in the order of the pieces. The thread that takes the results works too, so nothing depends
/// on a free thread in the pool. The first failure stops the rest; leaving early does too, and waits until no piece is being worked on.
/// </summary>
internal sealed class OrderedWork<T> : IDisposable
{
    readonly object gate = new();
    readonly Func<int, CancellationToken, T> work;
    readonly CancellationToken cancellation;
    readonly CancellationTokenSource stop;
    readonly T?[] results;
    readonly bool[] done;
    readonly int helpers;
    readonly int ahead;
    Exception? failure;
    int claimed;
    int running;
    int taken;
    int helping;

    /// <param name="count">Number of pieces.</param>
    /// <param name="threads">Threads that work at once, the calling one among them.</param>
    /// <param name="work">Does a piece; the token stops it.</param>
    /// <param name="cancellation">Of the statement.</param>
    /// <param name="ahead">Pieces that may be done or begun before the results before them are taken; without end if null.</param>
    public OrderedWork(int count, int threads, Func<int, CancellationToken, T> work, CancellationToken cancellation, int? ahead = null)
    {
        this.work = work;
        this.cancellation = cancellation;
        this.ahead = ahead ?? count;
        helpers = Math.Min(threads, count) - 1;
        results = new T?[count];
        done = new bool[count];
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        lock (gate)
        {
            CallHelpers();
        }
    }

    /// <summary>The results, each as soon as it and all before it are there.</summary>
    public IEnumerable<T> InOrder()
    {
        for (int i = 0; i < results.Length; i++)
        {
            Await(i);
            T result = results[i]!;
            results[i] = default;
            lock (gate)
            {
                taken = i + 1;
                CallHelpers();
            }

            yield return result;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            // Whoever comes now finds nothing to do.
            claimed = results.Length;
        }

        stop.Cancel();
        lock (gate)
        {
            while (running > 0)
            {
                Monitor.Wait(gate);
            }
        }

        stop.Dispose();
    }

    void Await(int piece)
    {
        while (true)
        {
            lock (gate)
            {
                while (!done[piece] && failure is null && !MayClaim)
                {
                    Monitor.Wait(gate);
                }

                if (failure is { } error)
                {
                    cancellation.ThrowIfCancellationRequested();
                    ExceptionDispatchInfo.Throw(error);
                }

                if (done[piece])
                {
                    return;
                }
            }

            TryDoOne(helps: false);
        }
    }

    bool MayClaim => claimed < results.Length && claimed - taken < ahead;

    /// <summary>Helpers leave when there is nothing to begin, and are called back when there is.</summary>
    void CallHelpers()
    {
        for (; helping < helpers && MayClaim && helping < results.Length - claimed; helping++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.Help(), this, preferLocal: false);
        }
    }

    void Help()
    {
        while (TryDoOne(helps: true))
        {
        }
    }

    bool TryDoOne(bool helps)
    {
        int piece;
        lock (gate)
        {
            if (!MayClaim || failure is not null)
            {
                helping -= helps ? 1 : 0;
                return false;
            }

            piece = claimed++;
            running++;
        }

        Exception? error = null;
        try
        {
            results[piece] = work(piece, stop.Token);
        }
        catch (Exception e)
        {
            // Handed over to the thread that takes the results. Noted before the others are stopped, or what they throw for it could come first.
            error = e;
            lock (gate)
            {
                failure ??= e;
            }

            stop.Cancel();
        }

        lock (gate)
        {
            running--;
            done[piece] = error is null;
            Monitor.PulseAll(gate);
        }

        return true;
    }
}
