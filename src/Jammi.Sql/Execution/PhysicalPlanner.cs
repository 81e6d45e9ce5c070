using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Optimizer;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution;

/// <summary>
/// Chooses an operator for every node of an optimized logical plan. There is one choice of weight: a join with an equality between its sides hashes,
/// any other compares every pair. An operator is registered by its line in <see cref="Plan(LogicalPlan)"/>.
/// </summary>
internal static class PhysicalPlanner
{
    /// <exception cref="SqlException">The plan holds a node that cannot be run.</exception>
    public static PhysicalOperator Plan(LogicalPlan plan) => plan switch
    {
        LogicalScan scan => new TableScanOperator(scan) { EstimatedRows = Rows(plan) },
        LogicalValues values => new ValuesOperator(plan.Schema, values.Rows) { EstimatedRows = values.Rows.Count },
        LogicalTableFunction call => new TableFunctionOperator(call.Name, call.Source, call.Schema, call.Projection, call.Arguments, [.. call.Relations.Select(Plan)]) { EstimatedRows = call.Source.EstimatedRows },
        LogicalFilter filter => new FilterOperator(Plan(filter.Input), filter.Condition) { EstimatedRows = Rows(plan) },
        LogicalProject project => new ProjectOperator(Plan(project.Input), project.Expressions, project.Schema) { EstimatedRows = Rows(plan) },
        LogicalSort sort => new SortOperator(Plan(sort.Input), sort.Keys) { EstimatedRows = Rows(plan) },
        LogicalTopN top => new TopNOperator(Plan(top.Input), top.Keys, top.Limit, top.Offset) { EstimatedRows = Rows(plan) },
        LogicalLimit limit => new LimitOperator(Plan(limit.Input), limit.Limit, limit.Offset, limit.TiesKeys) { EstimatedRows = Rows(plan) },
        LogicalAggregate aggregate => new HashAggregateOperator(Plan(aggregate.Input), aggregate) { EstimatedRows = Rows(plan) },
        LogicalDistinct distinct => new DistinctOperator(Plan(distinct.Input), distinct.On) { EstimatedRows = Rows(plan) },
        LogicalWindow window => new WindowOperator(Plan(window.Input), window) { EstimatedRows = Rows(plan) },
        LogicalJoin join => PlanJoin(join),
        LogicalApply apply => new ApplyOperator(apply.Kind, Plan(apply.Left), Plan(apply.Right), apply.Condition, OuterReferences.Uses(apply.Right, 1), apply.Schema) { EstimatedRows = Rows(plan) },
        LogicalSetOperation set => new SetOperator(set.Kind, set.All, Plan(set.Left), Plan(set.Right), set.Schema) { EstimatedRows = Rows(plan) },
        LogicalRecursive recursive => new RecursiveOperator(recursive.Id, recursive.All, Plan(recursive.Anchor), Plan(recursive.Step), recursive.Schema),
        LogicalRecursiveReference reference => new RecursiveReferenceOperator(reference.Id, reference.Schema),
        LogicalSample sample => new SampleOperator(Plan(sample.Input), sample.Fraction, sample.Rows, sample.Seed) { EstimatedRows = Rows(plan) },
        _ => throw new SqlException(SqlErrorCode.NotSupported, $"{plan.GetType().Name} cannot be run by this version."),
    };

    static PhysicalOperator PlanJoin(LogicalJoin join)
    {
        PhysicalOperator left = Plan(join.Left);
        PhysicalOperator right = Plan(join.Right);
        JoinKeys keys = JoinKeys.Split(join.Condition, join.Left.Schema.Count);
        return keys.Keys.Count > 0
            ? new HashJoinOperator(join.Kind, left, right, keys, join.Condition!, join.Schema) { EstimatedRows = Rows(join) }
            : new NestedLoopJoinOperator(join.Kind, left, right, join.Condition, join.Schema) { EstimatedRows = Rows(join) };
    }

    static long Rows(LogicalPlan plan) => (long)Math.Min(Math.Ceiling(CardinalityEstimator.Rows(plan)), long.MaxValue / 2);
}
