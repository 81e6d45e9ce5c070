using Jammi.Sql.Plans;

namespace Jammi.Sql.Optimizer;

/// <summary>Applies the rules, each once, in this order.</summary>
internal static class Optimizer
{
    public static IReadOnlyList<IOptimizerRule> Rules { get; } =
    [
        new SharedTables(),
        new ConstantFolding(),
        new Decorrelation(),
        new FilterPushdown(),
        new JoinOrdering(),
        new BuildSide(),
        new TopN(),
        new VectorIndexUse(),
        new ExpensiveExpressions(),
        new ProjectionPushdown(),
    ];

    public static LogicalPlan Optimize(LogicalPlan plan) => Optimize(plan, Rules);

    public static LogicalPlan Optimize(LogicalPlan plan, IReadOnlyList<IOptimizerRule> rules)
    {
        PlanSchema schema = plan.Schema;
        foreach (IOptimizerRule rule in rules)
        {
            plan = rule.Rewrite(plan);
            if (plan.Schema.Count != schema.Count)
            {
                throw new SqlException(SqlErrorCode.Internal, $"The optimizer rule {rule.Name} changed the columns of the plan.");
            }
        }

        return plan;
    }
}
