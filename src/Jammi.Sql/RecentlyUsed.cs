namespace Jammi.Sql;

/// <summary>A bounded dictionary that forgets what was not used for longest. Thread-safe.</summary>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : class
    where TValue : class
{
    readonly Lock gate = new();
    readonly Dictionary<TKey, Entry> byKey = [];

    /// <summary>The ends of the list in the order of use.</summary>
    Entry? newest;
    Entry? oldest;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return byKey.Count;
            }
        }
    }

    public bool TryGet(TKey key, out TValue value)
    {
        lock (gate)
        {
            if (!byKey.TryGetValue(key, out Entry? entry))
            {
                value = default!;
                return false;
            }

            if (entry != newest)
            {
                Unlink(entry);
                PutFirst(entry);
            }

            value = entry.Value;
            return true;
        }
    }

    /// <summary>Keeps a value; the one that is there already stays.</summary>
    public void Add(TKey key, TValue value)
    {
        lock (gate)
        {
            var entry = new Entry(key, value);
            if (!byKey.TryAdd(key, entry))
            {
                return;
            }

            KeepNew(entry);
        }
    }

    /// <summary>Keeps a value in place of one that may be there.</summary>
    public void Put(TKey key, TValue value)
    {
        lock (gate)
        {
            if (byKey.Remove(key, out Entry? replaced))
            {
                Unlink(replaced);
            }

            var entry = new Entry(key, value);
            byKey.Add(key, entry);
            KeepNew(entry);
        }
    }

    void KeepNew(Entry entry)
    {
        PutFirst(entry);
        if (byKey.Count > capacity)
        {
            byKey.Remove(oldest!.Key);
            Unlink(oldest);
        }
    }

    void PutFirst(Entry entry)
    {
        entry.Older = newest;
        entry.Newer = null;
        if (newest is not null)
        {
            newest.Newer = entry;
        }

        newest = entry;
        oldest ??= entry;
    }

    void Unlink(Entry entry)
    {
        if (entry.Newer is null)
        {
            newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        if (entry.Older is null)
        {
            oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }
    }

    sealed class Entry(TKey key, TValue value)
    {
        public TKey Key => key;

        public TValue Value => value;

        public Entry? Newer { get; set; }

        public Entry? Older { get; set; }
    }
}
