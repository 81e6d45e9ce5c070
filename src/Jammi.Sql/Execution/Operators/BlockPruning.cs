using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Decides from a block's statistics that no row of it can pass a scan's filters (zone maps).</summary>
internal static class BlockPruning
{
    public static bool CanSkip(LogicalScan scan, IRowBlock block, ExecutionContext context) =>
        scan.Filters.Count > 0 && new RangePruning(context).Excludes(scan.Filters, column => RangeOf(scan, block, column));

    static ColumnRange? RangeOf(LogicalScan scan, IRowBlock block, int column) =>
        column < scan.Projection.Count && block.Statistics(scan.Projection[column]) is { } statistics
            ? new ColumnRange(statistics.Minimum, statistics.Maximum, statistics.NullCount, block.RowCount)
            : null;
}
