using System.Diagnostics;
using Jammi.Sql;

namespace Jammi.Data;

/// <summary>An engine with the number of its connections. All members but the timer's callback are called under the registry's lock.</summary>
sealed class SharedEngine(Engine engine, string? key, bool readOnly, TimeSpan linger) : IDisposable
{
    /// <summary>How long the files of a database stay open after its last connection.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    Timer? timer;
    long idleSince;
    int users;

    public Engine Engine { get; } = engine;

    /// <summary>The database's path, or its name in memory; null for one that is not shared.</summary>
    public string? Key { get; } = key;

    public bool ReadOnly { get; } = readOnly;

    public bool IsIdle => users == 0;

    /// <summary>Whether nobody has used the engine for the whole time that it stays open.</summary>
    public bool HasWaited => IsIdle && Stopwatch.GetElapsedTime(idleSince) >= linger;

    /// <summary>Whether an idle engine is not what a new connection wants: it was opened for something else, or its files are gone.</summary>
    public bool CannotServe(bool wantedReadOnly, string? path) => ReadOnly != wantedReadOnly || (path is not null && !Directory.Exists(path));

    public void Enter() => users++;

    /// <summary>Whether this was the last user.</summary>
    public bool Leave() => --users == 0;

    /// <summary>Has the engine closed after a while in which nobody came; false when it does not stay open at all.</summary>
    public bool WaitThen(Action<SharedEngine> close)
    {
        if (linger == TimeSpan.Zero)
        {
            return false;
        }

        idleSince = Stopwatch.GetTimestamp();
        timer ??= new Timer(_ => close(this));
        timer.Change(linger + TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        return true;
    }

    public void Dispose()
    {
        timer?.Dispose();
        Engine.Dispose();
    }
}
