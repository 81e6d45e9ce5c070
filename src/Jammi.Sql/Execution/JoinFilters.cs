using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Operators;

namespace Jammi.Sql.Execution;

/// <summary>
/// What the joins of a run have found out for the scans below them: a join that has read its build side tells the scan its probe side comes from which values can match,
/// so that the others are dropped before anything is done with them. A join that is run again replaces what it said before.
/// </summary>
internal sealed class JoinFilters
{
    readonly Lock gate = new();
    readonly Dictionary<TableScanOperator, List<Entry>> byScan = [];

    sealed record Entry(PhysicalOperator Join, int Key, int Column, JoinFilter Filter);

    /// <param name="scan">Whose rows are dropped.</param>
    /// <param name="column">The scan's column.</param>
    /// <param name="join">Who says so.</param>
    /// <param name="key">For which of its keys.</param>
    /// <param name="filter">Null when it has nothing to say this time.</param>
    public void Set(TableScanOperator scan, int column, PhysicalOperator join, int key, JoinFilter? filter)
    {
        lock (gate)
        {
            if (!byScan.TryGetValue(scan, out List<Entry>? entries))
            {
                byScan.Add(scan, entries = []);
            }

            entries.RemoveAll(e => e.Join == join && e.Key == key);
            if (filter is not null)
            {
                entries.Add(new(join, key, column, filter));
            }
        }
    }

    public (int Column, JoinFilter Filter)[] For(TableScanOperator scan)
    {
        lock (gate)
        {
            return byScan.TryGetValue(scan, out List<Entry>? entries) ? [.. entries.Select(e => (e.Column, e.Filter))] : [];
        }
    }
}
