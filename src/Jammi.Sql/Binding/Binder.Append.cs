using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    /// <summary>An INSERT whose rows are a plan instead of text: as INSERT (columns) SELECT * would bind it. No columns means all of them.</summary>
    public BoundStatement BindAppend(IReadOnlyList<string> table, IReadOnlyList<string> columns, LogicalPlan rows)
    {
        TableEntry entry = RequireTable(new ObjectName([.. table], SourcePosition.None));
        int[] targets = CheckWidth(TargetColumns(entry, columns, SourcePosition.None), targetsWritten: true, rows.Schema.Count, SourcePosition.None);
        LogicalPlan complete = AddChecks(CompleteRows(rows, entry, targets), entry, firstColumn: 0);
        return new(new LogicalInsert(entry, complete, OnConflict: null, default, PlanSchema.Empty), StatementKind.Write);
    }
}
