using System.Runtime.ConstrainedExecution;

namespace Jammi.Inference;

/// <summary>
/// Gives the memory of unused towers back: after a set time, and sooner when a full garbage collection finds the machine short of memory. A model whose
/// session is gone loads it again when it is next used.
/// </summary>
internal sealed class SessionReclaimer : IDisposable
{
    /// <summary>Under pressure a session that was used more recently than this stays: it would be loaded again at once.</summary>
    static readonly TimeSpan StandardPressureIdle = TimeSpan.FromSeconds(10);

    static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(15);

    readonly Lock gate = new();
    readonly List<(WeakReference<TowerSessions> Towers, TimeSpan Idle)> models = [];
    readonly TimeSpan pressureIdle;

    /// <summary>Held here, because a weak reference that only a finalizable object holds is finalized with it.</summary>
    readonly WeakReference<SessionReclaimer> self;

    readonly Func<bool> isShortOfMemory;
    Timer? timer;
    TimeSpan period = Timeout.InfiniteTimeSpan;
    bool disposed;

    public SessionReclaimer()
        : this(StandardPressureIdle, MachineIsShortOfMemory)
    {
    }

    /// <param name="pressureIdle">How long a session must be unused to be released when the machine is short of memory.</param>
    /// <param name="isShortOfMemory">Asked after every full collection.</param>
    public SessionReclaimer(TimeSpan pressureIdle, Func<bool> isShortOfMemory)
    {
        this.pressureIdle = pressureIdle;
        this.isShortOfMemory = isShortOfMemory;
        self = new(this);
        _ = new FullCollectionSignal(self);
    }

    /// <param name="idle">How long a session of the model may be unused; zero for as long as there is memory.</param>
    public void Watch(TowerSessions towers, TimeSpan idle)
    {
        lock (gate)
        {
            models.Add((new(towers), idle));
            TimeSpan needed = idle / 4 < LongestPeriod ? idle / 4 : LongestPeriod;
            if (idle > TimeSpan.Zero && (timer is null || needed < period))
            {
                period = needed < TimeSpan.FromMilliseconds(50) ? TimeSpan.FromMilliseconds(50) : needed;
                timer ??= new Timer(static target => Of((WeakReference<SessionReclaimer>)target!)?.ReleaseIdle(), self, Timeout.Infinite, Timeout.Infinite);
                timer.Change(period, period);
            }
        }
    }

    /// <summary>Releases sessions that were not used for the time that is set for them.</summary>
    public void ReleaseIdle() => Release(idle => idle > TimeSpan.Zero ? idle : TimeSpan.MaxValue);

    /// <summary>What a full collection starts.</summary>
    public void OnFullCollection()
    {
        if (isShortOfMemory())
        {
            Release(_ => pressureIdle);
        }
    }

    public void Dispose()
    {
        disposed = true;
        timer?.Dispose();
    }

    static bool MachineIsShortOfMemory() => GC.GetGCMemoryInfo() is var memory && memory.MemoryLoadBytes >= memory.HighMemoryLoadThresholdBytes;

    static SessionReclaimer? Of(WeakReference<SessionReclaimer> target) => target.TryGetTarget(out SessionReclaimer? reclaimer) && !reclaimer.disposed ? reclaimer : null;

    void Release(Func<TimeSpan, TimeSpan> unusedFor)
    {
        lock (gate)
        {
            models.RemoveAll(m => !m.Towers.TryGetTarget(out _));
            foreach ((WeakReference<TowerSessions> model, TimeSpan idle) in models)
            {
                if (model.TryGetTarget(out TowerSessions? towers))
                {
                    towers.ReleaseIfUnused(unusedFor(idle));
                }
            }
        }
    }

    /// <summary>Nobody holds it, so that every full collection finalizes it, which makes it wait for the next one.</summary>
    sealed class FullCollectionSignal(WeakReference<SessionReclaimer> target) : CriticalFinalizerObject
    {
        ~FullCollectionSignal()
        {
            if (Of(target) is not null && !Environment.HasShutdownStarted)
            {
                // Freeing gigabytes is no work for the finalizer's thread.
                ThreadPool.UnsafeQueueUserWorkItem(static t => Of(t)?.OnFullCollection(), target, preferLocal: false);
                GC.ReRegisterForFinalize(this);
            }
        }
    }
}
