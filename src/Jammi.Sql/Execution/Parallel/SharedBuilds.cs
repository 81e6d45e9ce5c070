namespace Jammi.Sql.Execution.Parallel;

/// <summary>What the pieces of one input have in common: the tables of its hash joins, made before the first piece is read.</summary>
internal sealed class SharedBuilds
{
    readonly Dictionary<PhysicalOperator, object> builds = new(ReferenceEqualityComparer.Instance);

    public void Add(PhysicalOperator join, object build) => builds[join] = build;

    public object? Find(PhysicalOperator join) => builds.GetValueOrDefault(join);
}
