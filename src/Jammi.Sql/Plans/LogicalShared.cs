using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>A table of WITH where it is used. All nodes of one Id give the same rows; those that the optimizer leaves in the plan compute them once, below a <see cref="LogicalSharing"/>.</summary>
/// <param name="Id">Of the table.</param>
/// <param name="Input">Its query.</param>
/// <param name="Always">MATERIALIZED was written.</param>
internal sealed record LogicalShared(int Id, LogicalPlan Input, bool Always) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalShared(Id, inputs[0], Always);
}

/// <summary>A query that uses shared rows: they go when it ends.</summary>
internal sealed record LogicalSharing(LogicalPlan Input) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalSharing(inputs[0]);
}
