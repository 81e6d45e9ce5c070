namespace Jammi.Sql.Execution.Memory;

/// <summary>What parts of an input hold until their results have been taken; parts that nobody takes any more give it back together.</summary>
internal sealed class PartLeases(MemoryBudget budget, OperatorMetrics? metrics) : IDisposable
{
    readonly List<MemoryLease> leases = [];

    public MemoryLease New()
    {
        var lease = new MemoryLease(budget, metrics);
        lock (leases)
        {
            leases.Add(lease);
        }

        return lease;
    }

    public void Clear() => leases.ForEach(l => l.Clear());

    public void Dispose() => leases.ForEach(l => l.Dispose());
}
