using System.Diagnostics;

namespace Jammi.Data;

/// <summary>
/// Stops the runs whose time is up: one clock for the process, on a thread of its own that starts with the first run that has a limit. A timer would call from the
/// thread pool, and so come late in an application that keeps all threads of the pool busy.
/// </summary>
static class TimeoutClock
{
    static readonly object Gate = new();
    static readonly List<StopSignal> Running = [];
    static Thread? thread;

    /// <summary>When the thread looks next. It may be sooner than anything is due: a run that ended in time does not wake it.</summary>
    static long wakeAt = long.MaxValue;

    /// <summary>The run works from now on, until its deadline at the latest.</summary>
    public static void Start(StopSignal run)
    {
        lock (Gate)
        {
            run.Place = Running.Count;
            Running.Add(run);
            if (run.Deadline >= wakeAt)
            {
                return;
            }

            wakeAt = run.Deadline;
            Monitor.Pulse(Gate);
            if (thread is null)
            {
                thread = new Thread(Watch) { Name = "Jammi timeouts", IsBackground = true };
                thread.Start();
            }
        }
    }

    /// <summary>The run does not work any more.</summary>
    public static void Stop(StopSignal run)
    {
        lock (Gate)
        {
            StopSignal last = Running[^1];
            Running[run.Place] = last;
            last.Place = run.Place;
            Running.RemoveAt(Running.Count - 1);
        }
    }

    static void Watch()
    {
        var due = new List<StopSignal>();
        while (true)
        {
            lock (Gate)
            {
                wakeAt = Collect(due);
                if (due.Count == 0)
                {
                    Monitor.Wait(Gate, Remaining(wakeAt));
                    continue;
                }
            }

            // Outside the lock: what is stopped may run long, and may end other runs.
            foreach (StopSignal run in due)
            {
                run.Expire();
            }

            due.Clear();
        }
    }

    /// <summary>Takes the runs whose time is up, each once.</summary>
    /// <returns>The deadline that comes next.</returns>
    static long Collect(List<StopSignal> due)
    {
        long now = Stopwatch.GetTimestamp();
        long next = long.MaxValue;
        foreach (StopSignal run in Running)
        {
            if (run.Deadline <= now)
            {
                run.Deadline = long.MaxValue;
                due.Add(run);
            }

            next = Math.Min(next, run.Deadline);
        }

        return next;
    }

    /// <summary>Milliseconds to wait, never fewer than are left.</summary>
    static int Remaining(long deadline)
    {
        if (deadline == long.MaxValue)
        {
            return Timeout.Infinite;
        }

        double milliseconds = Math.Ceiling((deadline - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency);
        return (int)Math.Clamp(milliseconds, 0, int.MaxValue);
    }
}
