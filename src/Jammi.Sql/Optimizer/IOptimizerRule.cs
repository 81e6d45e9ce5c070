using Jammi.Sql.Plans;

namespace Jammi.Sql.Optimizer;

/// <summary>One rewrite of a plan into another that gives the same rows: match, rewrite, otherwise unchanged.</summary>
internal interface IOptimizerRule
{
    string Name { get; }

    /// <summary>The whole plan, rewritten; its schema stays the same.</summary>
    LogicalPlan Rewrite(LogicalPlan plan);
}
