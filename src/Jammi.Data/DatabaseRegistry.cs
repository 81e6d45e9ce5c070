using Jammi.Sql;
using Jammi.Sql.Storage;

namespace Jammi.Data;

/// <summary>One engine per database and process, counted by its connections; the last one to close it releases its files.</summary>
static class DatabaseRegistry
{
    /// <summary>The data source that means a database in memory; what follows it names one that connections share.</summary>
    public const string Memory = ":memory:";

    static readonly Lock Gate = new();
    static readonly Dictionary<string, Entry> Open = new(StringComparer.Ordinal);

    public static EngineLease Acquire(JammiConnectionStringBuilder settings)
    {
        string source = settings.DataSource;
        if (source == Memory)
        {
            return new EngineLease(new Entry(Engine.OpenInMemory(), key: null));
        }

        bool inMemory = source.StartsWith(Memory, StringComparison.Ordinal);
        string key = inMemory ? source : Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        lock (Gate)
        {
            if (!Open.TryGetValue(key, out Entry? entry))
            {
                Engine engine = inMemory
                    ? Engine.OpenInMemory()
                    : Engine.Open(key, new DatabaseOptions { CreateIfMissing = settings.Mode == JammiOpenMode.ReadWriteCreate, ReadOnly = settings.Mode == JammiOpenMode.ReadOnly });
                Open[key] = entry = new Entry(engine, key);
            }

            entry.Count++;
            return new EngineLease(entry);
        }
    }

    static void Release(Entry entry)
    {
        if (entry.Key is null)
        {
            entry.Engine.Dispose();
            return;
        }

        lock (Gate)
        {
            if (--entry.Count == 0)
            {
                Open.Remove(entry.Key);
                entry.Engine.Dispose();
            }
        }
    }

    internal sealed class Entry(Engine engine, string? key)
    {
        public Engine Engine { get; } = engine;

        public string? Key { get; } = key;

        public int Count { get; set; }
    }

    /// <summary>A connection's share of an engine.</summary>
    internal sealed class EngineLease(Entry entry) : IDisposable
    {
        Entry? held = entry;

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
