using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Puts the smaller input of a join to the right, where a hash join builds its table; semi- and anti-joins, which give left rows, are told to build on the left instead. All but inner
/// joins change only for a clear gain.
/// </summary>
internal sealed class BuildSide : IOptimizerRule
{
    const double ClearlySmaller = 4;

    public string Name => "build side";

    public LogicalPlan Rewrite(LogicalPlan plan) => plan.Transform(node => node is not LogicalJoin join ? node
        : join.Kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti ? join with { BuildsLeft = Hashes(join) && ShouldSwap(join) }
        : Mirrored(join.Kind) is { } kind && ShouldSwap(join) ? Swap(join, kind)
        : node);

    static bool Hashes(LogicalJoin join) => Conjuncts.Split(join.Condition).Any(part => JoinKeys.TryRead(part, join.Left.Schema.Count) is not null);

    static LogicalJoinKind? Mirrored(LogicalJoinKind kind) => kind switch
    {
        LogicalJoinKind.Inner => LogicalJoinKind.Inner,
        LogicalJoinKind.Full => LogicalJoinKind.Full,
        LogicalJoinKind.Left => LogicalJoinKind.Right,
        LogicalJoinKind.Right => LogicalJoinKind.Left,
        _ => null,
    };

    static bool ShouldSwap(LogicalJoin join)
    {
        double left = CardinalityEstimator.Rows(join.Left);
        double right = CardinalityEstimator.Rows(join.Right);
        return join.Kind == LogicalJoinKind.Inner ? left < right : left * ClearlySmaller < right;
    }

    static LogicalProject Swap(LogicalJoin join, LogicalJoinKind kind)
    {
        int leftCount = join.Left.Schema.Count;
        int rightCount = join.Right.Schema.Count;
        int Swapped(int index) => index < leftCount ? index + rightCount : index - leftCount;
        Expression? condition = join.Condition is null ? null : ExpressionColumns.Map(join.Condition, Swapped);
        LogicalJoin swapped = Joins.Join(kind, join.Right, join.Left, condition);
        return Projections.Columns(swapped, [.. Enumerable.Range(0, join.Schema.Count).Select(Swapped)], join.Schema);
    }
}
