using System.Diagnostics;
using Jammi.Inference.Onnx;

namespace Jammi.Inference;

/// <summary>A tower's session: loaded when it is first used, released when nobody has used it for a while, and loaded again. Thread-safe.</summary>
internal sealed class TowerSession(Func<int, OnnxExecutor> load) : IDisposable
{
    readonly Lock gate = new();
    OnnxExecutor? session;
    long lastUsed;
    int users;
    int threads;
    bool disposed;

    public bool IsLoaded
    {
        get
        {
            lock (gate)
            {
                return session is not null;
            }
        }
    }

    /// <summary>Threads within an operator, from the next loading on; 0 for one per processor.</summary>
    public void UseThreads(int count)
    {
        lock (gate)
        {
            if (threads != count && users == 0)
            {
                Unload();
            }

            threads = count;
        }
    }

    /// <inheritdoc cref="OnnxExecutor.Run"/>
    public void Run<T>(ReadOnlySpan<T> input, ReadOnlySpan<long> mask, long[] shape, Span<float> output, int dimension, CancellationToken cancellation)
        where T : unmanaged
    {
        OnnxExecutor entered = Enter();
        try
        {
            entered.Run(input, mask, shape, output, dimension, cancellation);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Gives the session's memory back if it has not been used for so long.</summary>
    public bool ReleaseIfUnused(TimeSpan time)
    {
        lock (gate)
        {
            if (session is null || users > 0 || Stopwatch.GetElapsedTime(lastUsed) < time)
            {
                return false;
            }

            Unload();
            return true;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            Unload();
        }
    }

    OnnxExecutor Enter()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            session ??= load(threads);
            users++;
            return session;
        }
    }

    void Leave()
    {
        lock (gate)
        {
            users--;
            lastUsed = Stopwatch.GetTimestamp();
        }
    }

    void Unload()
    {
        session?.Dispose();
        session = null;
    }
}
