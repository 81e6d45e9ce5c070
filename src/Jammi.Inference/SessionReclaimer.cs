using System.Runtime.ConstrainedExecution;

namespace Jammi.Inference;

/// <summary>
/// Gives the memory of unused towers back: after a set time, and sooner when a full garbage collection finds the machine short of memory. A model whose
/// session is gone loads it again when it is next used.
/// </summary>
internal sealed class SessionReclaimer : IDisposable
{
    /// <summary>Under pressure a session that was used more recently than this stays: it would be loaded again at once.</summary>
    static readonly TimeSpan PressureIdle = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly List<WeakReference<TowerSessions>> models = [];
    readonly TimeSpan idle;
    readonly Timer? timer;
    bool disposed;

    /// <param name="idle">How long a session may be unused; zero for ever.</param>
    public SessionReclaimer(TimeSpan idle)
    {
        this.idle = idle;
        if (idle > TimeSpan.Zero)
        {
            TimeSpan period = TimeSpan.FromMilliseconds(Math.Max(idle.TotalMilliseconds / 4, 50));
            var target = new WeakReference<SessionReclaimer>(this);
            timer = new Timer(_ => Of(target)?.Release(idle), null, period, period);
        }

        _ = new FullCollectionSignal(new(this));
    }

    public void Watch(TowerSessions towers)
    {
        lock (gate)
        {
            models.Add(new(towers));
        }
    }

    /// <summary>Releases sessions that were not used for so long.</summary>
    public void Release(TimeSpan unused)
    {
        lock (gate)
        {
            models.RemoveAll(m => !m.TryGetTarget(out _));
            foreach (WeakReference<TowerSessions> model in models)
            {
                if (model.TryGetTarget(out TowerSessions? towers))
                {
                    towers.ReleaseIfUnused(unused);
                }
            }
        }
    }

    /// <summary>What a full collection starts.</summary>
    public void OnFullCollection(GCMemoryInfo memory)
    {
        if (memory.MemoryLoadBytes >= memory.HighMemoryLoadThresholdBytes)
        {
            Release(PressureIdle);
        }
    }

    public void Dispose()
    {
        disposed = true;
        timer?.Dispose();
    }

    static SessionReclaimer? Of(WeakReference<SessionReclaimer> target) => target.TryGetTarget(out SessionReclaimer? reclaimer) && !reclaimer.disposed ? reclaimer : null;

    /// <summary>Nobody holds it, so that every full collection finalizes it, which makes the next one.</summary>
    sealed class FullCollectionSignal(WeakReference<SessionReclaimer> target) : CriticalFinalizerObject
    {
        ~FullCollectionSignal()
        {
            if (Of(target) is not null && !Environment.HasShutdownStarted)
            {
                // Freeing gigabytes is no work for the finalizer's thread.
                ThreadPool.UnsafeQueueUserWorkItem(static t => Of(t)?.OnFullCollection(GC.GetGCMemoryInfo()), target, preferLocal: false);
                GC.ReRegisterForFinalize(this);
            }
        }
    }
}
