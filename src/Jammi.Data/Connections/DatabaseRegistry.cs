using Jammi.Sql;
using Jammi.Sql.Storage;

namespace Jammi.Data;

/// <summary>
/// One engine per database and process, counted by its connections. The last one to close leaves it open for a moment, so that code that opens a connection
/// per query does not open the files per query; then, or when the process ends, its files are released.
/// </summary>
static class DatabaseRegistry
{
    /// <summary>The data source that means a database in memory; what follows it names one that connections share.</summary>
    public const string Memory = ":memory:";

    static readonly Lock Gate = new();
    static readonly Dictionary<string, SharedEngine> Open = new(StringComparer.Ordinal);

    static DatabaseRegistry() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => CloseIdle(CloseUnused);

    /// <summary>Whether opening a connection of these settings costs nothing because the database is open.</summary>
    public static bool IsOpen(JammiConnectionStringBuilder settings)
    {
        string source = settings.DataSource;
        if (source.StartsWith(Memory, StringComparison.Ordinal) || source.Length == 0)
        {
            return true;
        }

        lock (Gate)
        {
            return Open.ContainsKey(settings.DatabaseKey);
        }
    }

    public static EngineLease Acquire(JammiConnectionStringBuilder settings)
    {
        string source = settings.DataSource;
        if (source == Memory)
        {
            return new EngineLease(new SharedEngine(Engine.OpenInMemory(), key: null, readOnly: false, linger: TimeSpan.Zero));
        }

        bool inMemory = source.StartsWith(Memory, StringComparison.Ordinal);
        bool readOnly = settings.Mode == JammiOpenMode.ReadOnly;
        string key = settings.DatabaseKey;
        lock (Gate)
        {
            if (Open.TryGetValue(key, out SharedEngine? shared) && shared.IsIdle && shared.CannotServe(readOnly, inMemory ? null : key))
            {
                CloseUnused(shared);
                shared = null;
            }

            if (shared is null)
            {
                Engine engine = inMemory
                    ? Engine.OpenInMemory()
                    : Engine.Open(key, new DatabaseOptions { CreateIfMissing = settings.Mode == JammiOpenMode.ReadWriteCreate, ReadOnly = readOnly });
                Open[key] = shared = new SharedEngine(engine, key, readOnly, inMemory || !settings.Pooling ? TimeSpan.Zero : SharedEngine.Linger);
            }

            if (shared.ReadOnly && !readOnly)
            {
                throw new SqlException(SqlErrorCode.Busy, $"The database at {key} is open in this process with Mode=ReadOnly; close those connections before opening it for writing.");
            }

            shared.Enter();
            return new EngineLease(shared);
        }
    }

    /// <summary>Closes the databases that no connection uses.</summary>
    public static void CloseIdle() => CloseIdle(Close);

    static void CloseIdle(Action<SharedEngine> close)
    {
        lock (Gate)
        {
            foreach (SharedEngine idle in Open.Values.Where(shared => shared.IsIdle).ToArray())
            {
                close(idle);
            }
        }
    }

    static void Release(SharedEngine shared)
    {
        if (shared.Key is null)
        {
            shared.Engine.Dispose();
            return;
        }

        lock (Gate)
        {
            if (shared.Leave() && !shared.WaitThen(CloseWhenIdle))
            {
                Close(shared);
            }
        }
    }

    static void CloseWhenIdle(SharedEngine shared)
    {
        lock (Gate)
        {
            if (!shared.HasWaited)
            {
                return;
            }

            CloseUnused(shared);
        }
    }

    /// <summary>Closes an engine that no connection uses, so that nobody waits here who could be told of an error.</summary>
    static void CloseUnused(SharedEngine shared)
    {
        try
        {
            Close(shared);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Commits are on the disk since they returned. What closing adds, a note that spares the next opening some work, has no place any more when
            // the directory was deleted or moved meanwhile.
        }
    }

    static void Close(SharedEngine shared)
    {
        if (Open.TryGetValue(shared.Key!, out SharedEngine? current) && ReferenceEquals(current, shared))
        {
            Open.Remove(shared.Key!);
        }

        shared.Dispose();
    }

    /// <summary>A connection's share of an engine.</summary>
    internal sealed class EngineLease(SharedEngine shared) : IDisposable
    {
        SharedEngine? held = shared;

        public Engine Engine => (held ?? throw new ObjectDisposedException(nameof(EngineLease))).Engine;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref held, null) is { } last)
            {
                Release(last);
            }
        }
    }
}
