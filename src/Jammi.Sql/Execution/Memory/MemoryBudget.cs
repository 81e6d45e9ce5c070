namespace Jammi.Sql.Execution.Memory;

/// <summary>What a statement's operators may hold in memory together, and where they go on when that is used up. Safe for several threads.</summary>
/// <param name="limit">Bytes; null for no limit.</param>
/// <param name="directory">For the files of operators that must spill; they are deleted when they are closed, whatever happens.</param>
internal sealed class MemoryBudget(long? limit, string directory)
{
    long used;

    public static MemoryBudget Unlimited { get; } = new(null, Path.GetTempPath());

    public bool IsLimited => limit is not null;

    /// <summary>Bytes; null for no limit.</summary>
    public long? Limit => limit;

    public string Directory => directory;

    public bool TryReserve(long bytes)
    {
        if (limit is not { } most)
        {
            return true;
        }

        if (Interlocked.Add(ref used, bytes) <= most)
        {
            return true;
        }

        Interlocked.Add(ref used, -bytes);
        return false;
    }

    /// <summary>Counts what is held whether or not the limit allows it.</summary>
    public void Reserve(long bytes) => Release(-bytes);

    public void Release(long bytes)
    {
        if (IsLimited)
        {
            Interlocked.Add(ref used, -bytes);
        }
    }
}
