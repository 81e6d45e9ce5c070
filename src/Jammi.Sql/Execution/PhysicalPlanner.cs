using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Plans;
using Jammi.Sql.VectorIndexes.SimilarityJoins;

namespace Jammi.Sql.Execution;

/// <summary>
/// Chooses an operator for every node of an optimized logical plan. There is one choice of weight: a join with an equality between its sides hashes,
/// one by a similarity of vectors bounds it, any other compares every pair. An operator is registered by its line in <see cref="Plan(LogicalPlan)"/>.
/// </summary>
internal static class PhysicalPlanner
{
    /// <exception cref="SqlException">The plan holds a node that cannot be run.</exception>
    public static PhysicalOperator Plan(LogicalPlan plan) => plan switch
    {
        LogicalScan scan => new TableScanOperator(scan),
        LogicalValues values => new ValuesOperator(plan.Schema, values.Rows),
        LogicalTableFunction call => new TableFunctionOperator(call, [.. call.Relations.Select(Plan)]),
        LogicalFilter filter => new FilterOperator(Plan(filter.Input), filter.Condition),
        LogicalProject project => new ProjectOperator(Plan(project.Input), project.Expressions, project.Schema),
        LogicalSort sort => new SortOperator(Plan(sort.Input), sort.Keys),
        LogicalTopN top => new TopNOperator(Plan(top.Input), top.Keys, top.Limit, top.Offset),
        LogicalLimit limit => new LimitOperator(Plan(limit.Input), limit.Limit, limit.Offset, limit.TiesKeys),
        LogicalAggregate aggregate => new HashAggregateOperator(Plan(aggregate.Input), aggregate),
        LogicalDistinct distinct => new DistinctOperator(Plan(distinct.Input), distinct.On, distinct.Input is LogicalSort sorted ? sorted.Keys : default),
        LogicalWindow window => new WindowOperator(Plan(window.Input), window),
        LogicalJoin join => PlanJoin(join),
        LogicalApply apply => new ApplyOperator(apply.Kind, Plan(apply.Left), Plan(apply.Right), apply.Condition, OuterReferences.Uses(apply.Right, 1), apply.Schema),
        LogicalSetOperation set => new SetOperator(set, Plan(set.Left), Plan(set.Right)),
        LogicalRecursive recursive => new RecursiveOperator(recursive.Id, recursive.All, Plan(recursive.Anchor), Plan(recursive.Step), recursive.Schema),
        LogicalRecursiveReference reference => new RecursiveReferenceOperator(reference.Id, reference.Schema),
        LogicalShared shared => new SharedRowsOperator(Plan(shared.Input), shared),
        LogicalSharing sharing => new SharingOperator(Plan(sharing.Input)),
        LogicalSample sample => new SampleOperator(Plan(sample.Input), sample.Fraction, sample.Rows, sample.Seed),
        LogicalInsert insert => new InsertOperator(Plan(insert.Input), insert),
        LogicalUpdate update => new UpdateOperator(Plan(update.Input), update),
        LogicalDelete delete => new DeleteOperator(Plan(delete.Input), delete),
        LogicalCreateTableAs create => new CreateTableAsOperator(Plan(create.Input), create),
        LogicalCopyTo copy => new CopyToOperator(Plan(copy.Input), copy),
        LogicalDefine define => new DefineOperator(define),
        LogicalExplain explain => new ExplainOperator(Plan(explain.Input), explain),
        _ => throw new SqlException(SqlErrorCode.NotSupported, $"{plan.GetType().Name} cannot be run by this version."),
    };

    static PhysicalOperator PlanJoin(LogicalJoin join)
    {
        PhysicalOperator left = Plan(join.Left);
        PhysicalOperator right = Plan(join.Right);
        JoinKeys keys = JoinKeys.Split(join.Condition, join.Left.Schema.Count);
        return join.BuildsLeft ? new ExistenceJoinOperator(join.Kind, left, right, keys, join.Condition!, join.Schema)
            : keys.Keys.Count > 0 ? new HashJoinOperator(join.Kind, left, right, keys, join.Condition!, join.Schema)
            : SimilarityJoinOperator.CanJoin(join.Kind) && SimilarityCondition.Of(join.Condition, join.Left.Schema.Count) is { } similarity
                ? new SimilarityJoinOperator(join.Kind, left, right, similarity, join.Condition!, join.Schema)
            : new NestedLoopJoinOperator(join.Kind, left, right, join.Condition, join.Schema);
    }
}
