using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Copying;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>
/// Appends Input's rows (exactly the table's columns, in order and type). OnConflict per CREATE TABLE's keys. The output is Returning's columns, or none.
/// The rows affected are counted by the operator.
/// </summary>
internal sealed record LogicalInsert(TableEntry Table, LogicalPlan Input, ConflictAction? OnConflict, ValueList<Expression> Returning, PlanSchema Schema) : UnaryPlan(Input, Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

/// <summary>What to do with a row whose KeyColumns are there already. Assignments: per table column an expression over (existing row columns, then the new row's columns), null keeps the old value; empty = DO NOTHING. Where: same columns. Checks: CHECK constraints over the changed row's columns.</summary>
internal sealed record ConflictAction(ValueList<int> KeyColumns, ValueList<Expression?> Assignments, Expression? Where, ValueList<Expression> Checks);

/// <summary>Input gives the row id (first column), then the complete new row, of which the columns Changed may differ. Returning is over the new row's columns.</summary>
internal sealed record LogicalUpdate(TableEntry Table, LogicalPlan Input, ValueList<int> Changed, ValueList<Expression> Returning, PlanSchema Schema) : UnaryPlan(Input, Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

/// <summary>Input gives the row id (first column), then the columns that Returning needs (all of the table when it is not empty).</summary>
internal sealed record LogicalDelete(TableEntry Table, LogicalPlan Input, ValueList<Expression> Returning, PlanSchema Schema) : UnaryPlan(Input, Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

/// <summary>CREATE TABLE AS: fills a new table with a query's rows.</summary>
internal sealed record LogicalCreateTableAs(TableDefinition Table, bool OrReplace, bool IfNotExists, LogicalPlan Input) : UnaryPlan(Input, PlanSchema.Empty)
{
    /// <summary>Whether the new table is the old one in another form and has its indexes.</summary>
    public bool KeepsIndexes { get; init; }

    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

/// <summary>COPY ... TO: writes a query's rows to a file. The rows written are counted by the operator.</summary>
internal sealed record LogicalCopyTo(LogicalPlan Input, string Path, CopyTarget Target) : UnaryPlan(Input, PlanSchema.Empty)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

/// <summary>A change of the catalog without a query: the change is applied to the write transaction when run.</summary>
internal sealed record LogicalDefine(string Description, Action<Storage.IWriteTransaction, CancellationToken> Apply) : LeafPlan(PlanSchema.Empty);

/// <summary>EXPLAIN: one TEXT column "plan".</summary>
internal sealed record LogicalExplain(LogicalPlan Input, bool Analyze, string Format) : UnaryPlan(Input, ExplainSchema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };

    static PlanSchema ExplainSchema { get; } = new([new OutputColumn("plan", SqlType.Text, Nullable: false)]);
}
