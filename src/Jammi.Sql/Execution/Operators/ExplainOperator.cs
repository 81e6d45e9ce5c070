using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Shows a plan, a line a row; ANALYZE runs it first and shows what each node did.</summary>
internal sealed class ExplainOperator(PhysicalOperator input, LogicalExplain plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        RunMetrics? metrics = null;
        if (plan.Analyze)
        {
            metrics = new RunMetrics();
            using BatchReader reader = Children[0].Open(context.With(metrics));
            while (reader.Next() is not null)
            {
            }
        }

        string[] lines = PlanReport.Lines(plan.Input, Children[0], metrics, plan.Format);
        yield return new ColumnBatch([ColumnFactory.FromObjects(SqlType.Text, lines)], lines.Length);
    }
}
