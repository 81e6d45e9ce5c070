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
    Exception? failure;
    int claimed;
    int running;

    /// <param name="count">Number of pieces.</param>
    /// <param name="threads">Threads that work at once, the calling one among them.</param>
    /// <param name="work">Does a piece; the token stops it.</param>
    /// <param name="cancellation">Of the statement.</param>
    public OrderedWork(int count, int threads, Func<int, CancellationToken, T> work, CancellationToken cancellation)
    {
        this.work = work;
        this.cancellation = cancellation;
        results = new T?[count];
        done = new bool[count];
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        for (int i = 1; i < Math.Min(threads, count); i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.WorkOn(), this, preferLocal: false);
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
                while (!done[piece] && failure is null && claimed >= results.Length)
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

            TryDoOne();
        }
    }

    void WorkOn()
    {
        while (TryDoOne())
        {
        }
    }

    bool TryDoOne()
    {
        int piece;
        lock (gate)
        {
            if (claimed >= results.Length || failure is not null)
            {
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
            // Handed over to the thread that takes the results.
            error = e;
            stop.Cancel();
        }

        lock (gate)
        {
            running--;
            done[piece] = error is null;
            failure ??= error;
            Monitor.PulseAll(gate);
        }

        return true;
    }
}
