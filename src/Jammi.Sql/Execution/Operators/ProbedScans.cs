using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>The scans that rows of a hash join's probe side come from, for each key that is a column there: they are told which values can match.</summary>
internal sealed class ProbedScans
{
    readonly (int Key, TableScanOperator Scan, int Column)[] origins;

    ProbedScans((int Key, TableScanOperator Scan, int Column)[] origins) => this.origins = origins;

    public static ProbedScans None { get; } = new([]);

    /// <param name="keys">What is equal; the left one is over the probe side.</param>
    /// <param name="probe">The side that is not hashed.</param>
    public static ProbedScans Of(ValueList<JoinKey> keys, PhysicalOperator probe)
    {
        var found = new List<(int Key, TableScanOperator Scan, int Column)>();
        for (int k = 0; k < keys.Count; k++)
        {
            if (keys[k] is { NullsMatch: false, Left: ColumnExpression column } && probe.Origin(column.Index) is var (scan, origin))
            {
                found.Add((k, scan, origin));
            }
        }

        return new([.. found]);
    }

    /// <summary>Tells the scans what has been built; without it, that what was said in an earlier run is void.</summary>
    public void Tell(PhysicalOperator join, HashBuild? build, ExecutionContext context)
    {
        foreach ((int key, TableScanOperator scan, int column) in origins)
        {
            JoinFilter? filter = build is null ? null : JoinFilter.Create(build.Keys[key], build.Joinable, scan.RowCount);
            FewKeys? few = build is not null && scan.IsIndexed(column) ? FewKeys.Of(build.Keys[key]) : null;
            context.JoinFilters.Set(scan, new(join, key, column, filter, few));
        }
    }
}
