using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql;

/// <summary>The tables that a plan reads with the rows they had, which tells when it should be made again.</summary>
/// <param name="Exactly">The catalog that the plan is for alone: a table function may have looked at the rows when it was bound. Null where the plan suits others.</param>
internal sealed record PlannedRows(IReadOnlyList<TableEntry> Tables, DatabaseCatalog? Exactly)
{
    /// <summary>Below this a table is small whatever happens to it.</summary>
    const long SmallTable = 1_000;

    /// <summary>A table with so many times the rows, or so many times fewer, is another one to the optimizer.</summary>
    const long Growth = 2;

    public static PlannedRows Of(LogicalPlan plan, DatabaseCatalog catalog)
    {
        var tables = new List<TableEntry>();
        bool suitsOthers = Collect(plan, tables);
        return new(tables, suitsOthers ? null : catalog);
    }

    public bool Suit(DatabaseCatalog catalog)
    {
        if (Exactly is not null)
        {
            return ReferenceEquals(Exactly, catalog);
        }

        foreach (TableEntry planned in Tables)
        {
            if (catalog.FindTable(planned.Schema, planned.Name) is not { } now
                || now.RowCount > (planned.RowCount * Growth) + SmallTable
                || planned.RowCount > (now.RowCount * Growth) + SmallTable)
            {
                return false;
            }
        }

        return true;
    }

    static bool Collect(LogicalPlan plan, List<TableEntry> tables)
    {
        if (plan is LogicalTableFunction)
        {
            return false;
        }

        if (plan is LogicalScan scan)
        {
            tables.Add(scan.Table);
        }

        foreach (LogicalPlan input in plan.Inputs)
        {
            if (!Collect(input, tables))
            {
                return false;
            }
        }

        return true;
    }
}
