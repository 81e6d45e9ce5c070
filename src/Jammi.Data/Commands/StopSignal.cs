using System.Diagnostics;
using Jammi.Sql;

namespace Jammi.Data;

/// <summary>
/// What stops a run: <c>Cancel</c> from any thread, the token of the call that started it or of the read under way, or its time being up.
/// Time counts while statements work, not while the caller does something with the rows it has.
/// </summary>
sealed class StopSignal : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly CancellationToken caller;
    readonly int seconds;
    CancellationTokenRegistration callerRegistration;
    TimeSpan left;
    bool cancelled;

    public StopSignal(int seconds, CancellationToken caller)
    {
        this.seconds = seconds;
        this.caller = caller;
        left = TimeSpan.FromSeconds(seconds);
        callerRegistration = caller.Register(static self => ((StopSignal)self!).source.Cancel(), this);
    }

    public CancellationToken Token => source.Token;

    public bool IsSet => source.IsCancellationRequested;

    /// <summary>When its time is up, as a timestamp of <see cref="Stopwatch"/>; the clock's to read.</summary>
    public long Deadline { get; set; }

    /// <summary>Where it stands in the clock's list; the clock's to write.</summary>
    public int Place { get; set; }

    /// <summary>Stops the run; nothing happens when it has ended.</summary>
    public void Cancel()
    {
        Volatile.Write(ref cancelled, true);
        Expire();
    }

    /// <summary>Stops the run because its time is up; nothing happens when it has ended.</summary>
    public void Expire()
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended just now, which is what was wanted.
        }
    }

    /// <summary>Does a piece of the work while the clock runs, and tells who stopped it when it was stopped.</summary>
    /// <exception cref="OperationCanceledException">A token of the caller stopped it; the exception carries that token.</exception>
    /// <exception cref="SqlException">Cancelled: <see cref="Cancel"/> or the time limit stopped it.</exception>
    public T Watch<T>(Func<T> work, CancellationToken step = default)
    {
        using CancellationTokenRegistration registration = step.Register(static self => ((StopSignal)self!).source.Cancel(), this);
        long started = StartClock();
        try
        {
            return work();
        }
        catch (OperationCanceledException) when (step.IsCancellationRequested)
        {
            throw new OperationCanceledException(step);
        }
        catch (OperationCanceledException) when (caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(caller);
        }
        catch (OperationCanceledException error)
        {
            string why = Volatile.Read(ref cancelled) ? "it was cancelled" : $"it ran longer than its CommandTimeout of {seconds} s allows";
            throw new SqlException(SqlErrorCode.Cancelled, $"The statement was stopped: {why}.", error);
        }
        finally
        {
            StopClock(started);
        }
    }

    public void Dispose()
    {
        callerRegistration.Dispose();
        source.Dispose();
    }

    long StartClock()
    {
        if (seconds == 0)
        {
            return 0;
        }

        long now = Stopwatch.GetTimestamp();
        Deadline = now + (long)(left.TotalSeconds * Stopwatch.Frequency);
        TimeoutClock.Start(this);
        return now;
    }

    void StopClock(long started)
    {
        if (seconds > 0)
        {
            TimeoutClock.Stop(this);
            left -= Stopwatch.GetElapsedTime(started);
        }
    }
}
