using Jammi.Sql.Plans;

namespace Jammi.Sql.Optimizer;

/// <summary>LIMIT over ORDER BY keeps only the best rows instead of sorting all.</summary>
internal sealed class TopN : IOptimizerRule
{
    public string Name => "top n";

    public LogicalPlan Rewrite(LogicalPlan plan) => plan.Transform(node =>
        node is LogicalLimit { Input: LogicalSort sort, Limit: { } limit, TiesKeys.Count: 0 } over
            ? new LogicalTopN(sort.Input, sort.Keys, limit, over.Offset)
            : node);
}
