namespace Jammi.Sql;

/// <summary>A bounded dictionary that forgets what was not used for longest. Thread-safe.</summary>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : notnull
{
    readonly Lock gate = new();
    readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> byKey = [];
    readonly LinkedList<(TKey Key, TValue Value)> byUse = new();

    public bool TryGet(TKey key, out TValue value)
    {
        lock (gate)
        {
            if (!byKey.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node))
            {
                value = default!;
                return false;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Keeps a value; the one that is there already stays.</summary>
    public void Add(TKey key, TValue value)
    {
        lock (gate)
        {
            if (byKey.ContainsKey(key))
            {
                return;
            }

            byKey[key] = byUse.AddFirst((key, value));
            if (byUse.Count > capacity)
            {
                byKey.Remove(byUse.Last!.Value.Key);
                byUse.RemoveLast();
            }
        }
    }
}
