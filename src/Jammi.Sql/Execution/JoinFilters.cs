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
    Dictionary<TableScanOperator, List<Entry>>? byScan;

    /// <summary>What a join says of a column of a scan.</summary>
    /// <param name="Join">Who says so.</param>
    /// <param name="Key">For which of its keys.</param>
    /// <param name="Column">The scan's column.</param>
    /// <param name="Filter">Drops rows; null where that is not worth it.</param>
    /// <param name="Few">The values, where they are few enough to be looked for one by one.</param>
    public sealed record Entry(PhysicalOperator Join, int Key, int Column, JoinFilter? Filter, FewKeys? Few);

    /// <summary>Says something of a scan; what the entry's join said before of the same key is forgotten.</summary>
    public void Set(TableScanOperator scan, Entry entry)
    {
        lock (gate)
        {
            byScan ??= [];
            if (!byScan.TryGetValue(scan, out List<Entry>? entries))
            {
                byScan.Add(scan, entries = []);
            }

            entries.RemoveAll(e => e.Join == entry.Join && e.Key == entry.Key);
            if (entry.Filter is not null || entry.Few is not null)
            {
                entries.Add(entry);
            }
        }
    }

    public Entry[] For(TableScanOperator scan)
    {
        lock (gate)
        {
            return byScan is not null && byScan.TryGetValue(scan, out List<Entry>? entries) ? [.. entries] : [];
        }
    }
}
