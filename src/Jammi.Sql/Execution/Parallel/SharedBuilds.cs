namespace Jammi.Sql.Execution.Parallel;

/// <summary>What the pieces of one input have in common: the tables of its hash joins, made before the first piece is read, and the memory that they take.</summary>
internal sealed class SharedBuilds : IDisposable
{
    readonly Dictionary<PhysicalOperator, object> builds = new(ReferenceEqualityComparer.Instance);
    readonly List<IDisposable> leases = [];

    /// <summary>The join whose partitions are the pieces, because it went on in files; null when blocks of the scan are.</summary>
    public (PhysicalOperator Join, int Count)? Partitions { get; set; }

    public void Add(PhysicalOperator join, object build) => builds[join] = build;

    public object? Find(PhysicalOperator join) => builds.GetValueOrDefault(join);

    /// <summary>Takes what ends with the builds.</summary>
    public void Own(IDisposable lease) => leases.Add(lease);

    public void Dispose()
    {
        leases.ForEach(l => l.Dispose());
        leases.Clear();
    }
}
