namespace Jammi.Sql.Functions;

/// <summary>Functions of one kind by name, ignoring case; those that were added, and families that are made one after another until a name is found. Thread-safe.</summary>
internal sealed class FunctionTable<T>(IEnumerable<Func<IReadOnlyList<T>>> families, Func<T, IReadOnlyList<string>> names)
    where T : class
{
    readonly Lock gate = new();
    readonly Dictionary<string, T> made = new(StringComparer.OrdinalIgnoreCase);
    readonly Queue<Func<IReadOnlyList<T>>> families = new(families);

    /// <summary>Every function, once.</summary>
    public IEnumerable<T> All => Complete().Values.Distinct();

    public IEnumerable<string> Names => Complete().Keys;

    /// <exception cref="ArgumentException">One of its names is taken.</exception>
    public void Add(T function)
    {
        lock (gate)
        {
            foreach (string name in names(function))
            {
                if (!made.TryAdd(name, function))
                {
                    throw new ArgumentException($"A function named {name} is registered already.");
                }
            }
        }
    }

    public T? Find(string name)
    {
        lock (gate)
        {
            while (true)
            {
                if (made.TryGetValue(name, out T? function) || !MakeNext())
                {
                    return function;
                }
            }
        }
    }

    Dictionary<string, T> Complete()
    {
        lock (gate)
        {
            while (MakeNext())
            {
            }

            // From here on it is only read.
            return made;
        }
    }

    bool MakeNext()
    {
        if (!families.TryDequeue(out Func<IReadOnlyList<T>>? family))
        {
            return false;
        }

        foreach (T function in family())
        {
            Add(function);
        }

        return true;
    }
}
