namespace Jammi.Sql.Execution.Memory;

/// <summary>What one operator of a run holds of the statement's memory; given back when it is disposed of.</summary>
internal sealed class MemoryLease(MemoryBudget budget, OperatorMetrics? metrics) : IDisposable
{
    long held;
    long most;

    /// <summary>Whether so many bytes more may be held; if so, they are.</summary>
    public bool TryGrow(long bytes)
    {
        if (!budget.TryReserve(bytes))
        {
            return false;
        }

        held += bytes;
        most = Math.Max(most, held);
        return true;
    }

    /// <summary>Holds what must be held in any case; others get the less.</summary>
    public void Grow(long bytes)
    {
        budget.Reserve(bytes);
        held += bytes;
        most = Math.Max(most, held);
    }

    /// <summary>Whether what is held may grow to so many bytes.</summary>
    public bool TryGrowTo(long bytes) => bytes <= held || TryGrow(bytes - held);

    /// <summary>Remembers for the report what is held without having been asked for.</summary>
    public void Note(long bytes) => most = Math.Max(most, bytes);

    /// <summary>Nothing is held any more.</summary>
    public void Clear()
    {
        budget.Release(held);
        held = 0;
    }

    public void Dispose()
    {
        Clear();
        if (most > 0)
        {
            metrics?.Peak("bytes in memory", most);
            most = 0;
        }
    }
}
