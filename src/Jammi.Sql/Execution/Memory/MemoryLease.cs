using System.Globalization;

namespace Jammi.Sql.Execution.Memory;

/// <summary>What one operator of a run holds of the statement's memory; given back when it is disposed of.</summary>
internal sealed class MemoryLease(MemoryBudget budget, OperatorMetrics? metrics) : IDisposable
{
    long held;
    long most;

    /// <summary>Bytes.</summary>
    public long Held => held;

    public bool IsLimited => budget.IsLimited;

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

    /// <summary>Holds what cannot go on in files.</summary>
    /// <param name="bytes">So many more.</param>
    /// <param name="what">A sentence that says what is held, and how to do without.</param>
    /// <exception cref="SqlException">There is not the memory.</exception>
    public void Demand(long bytes, string what)
    {
        if (!TryGrow(bytes))
        {
            throw new SqlException(
                SqlErrorCode.OutOfMemory,
                string.Create(CultureInfo.InvariantCulture, $"The statement needs more memory than Memory Limit allows, which is {budget.Limit:#,0} bytes: {what} Or raise Memory Limit."));
        }
    }

    /// <summary>Whether what is held may grow to so many bytes.</summary>
    public bool TryGrowTo(long bytes) => bytes <= held || TryGrow(bytes - held);

    /// <summary>Whether somebody will read what was noted.</summary>
    public bool IsReported => metrics is not null;

    /// <summary>Remembers for the report what is held without having been asked for.</summary>
    public void Note(long bytes) => most = Math.Max(most, bytes);

    /// <summary>So many bytes are held no longer.</summary>
    public void Shrink(long bytes)
    {
        budget.Release(bytes);
        held -= bytes;
    }

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
