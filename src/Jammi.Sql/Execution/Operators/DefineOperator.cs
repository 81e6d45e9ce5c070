using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Makes a change of the catalog.</summary>
internal sealed class DefineOperator(LogicalDefine plan) : PhysicalOperator(plan.Schema)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        plan.Apply(context.Transaction!, context.Cancellation);
        yield break;
    }
}
