using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// What a plan with all below it is expected to cost, where an addition for one row is 1: the rows that each node looks at, times the work on a row. Every node is
/// taken to run to its end. EXPLAIN shows it, to tell at a glance where the time will go.
/// </summary>
internal static class CostEstimator
{
    public static double Cost(LogicalPlan plan) => plan switch
    {
        // The right side runs again for every row of the left.
        LogicalApply apply => Cost(apply.Left) + (CardinalityEstimator.Rows(apply.Left) * Cost(apply.Right)) + Own(apply),
        _ => plan.Inputs.Sum(Cost) + Own(plan),
    };

    /// <summary>What the node itself costs.</summary>
    public static double Own(LogicalPlan plan) => Work(plan) + plan.Expressions().Sum(OnceCost);

    static double Work(LogicalPlan plan)
    {
        double rows = CardinalityEstimator.Rows(plan);
        return plan switch
        {
            LogicalScan scan when Execution.Operators.KeyFilter.Describe(scan) is not null => rows,
            LogicalScan scan => scan.Table.RowCount + Filters(scan with { Filters = [] }, scan.Filters),
            LogicalTableFunction function => rows + function.Relations.Sum(CardinalityEstimator.Rows),
            LogicalFilter filter => Filters(filter.Input, Conjuncts.Split(filter.Condition)),
            LogicalProject project => rows * project.Expressions.Sum(ExpressionColumns.Cost),
            LogicalSort sort => Sort(sort.Input, sort.Keys, CardinalityEstimator.Rows(sort.Input)),
            LogicalTopN top => Sort(top.Input, top.Keys, rows),
            LogicalWindow window => Sort(window.Input, window.OrderBy, rows) + (rows * window.Calls.Count),
            LogicalAggregate aggregate => CardinalityEstimator.Rows(aggregate.Input) * (1 + aggregate.Expressions().Sum(ExpressionColumns.Cost) + aggregate.Aggregates.Count),
            LogicalJoin join => Join(join, rows),
            LogicalLimit or LogicalExplain => 0,
            _ => plan.Inputs.Count == 0 ? rows : plan.Inputs.Sum(CardinalityEstimator.Rows),
        };
    }

    /// <summary>Conditions in turn: each is tested on the rows that those before it left.</summary>
    static double Filters(LogicalPlan input, IEnumerable<Expression> conditions)
    {
        double cost = 0;
        double rows = CardinalityEstimator.Rows(input);
        foreach (Expression condition in conditions)
        {
            cost += rows * ExpressionColumns.Cost(condition);
            rows *= CardinalityEstimator.Selectivity(input, condition);
        }

        return cost;
    }

    /// <summary>Comparisons of a sort of which <paramref name="kept"/> rows are kept.</summary>
    static double Sort(LogicalPlan input, ValueList<SortKey> keys, double kept)
    {
        double rows = CardinalityEstimator.Rows(input);
        return rows * ((Math.Log2(Math.Max(2, kept)) * keys.Count) + keys.Sum(k => ExpressionColumns.Cost(k.Expression)));
    }

    /// <summary>With an equality of both sides each row is hashed once; without one each pair is looked at.</summary>
    static double Join(LogicalJoin join, double rows)
    {
        double left = CardinalityEstimator.Rows(join.Left);
        double right = CardinalityEstimator.Rows(join.Right);
        bool hashed = Conjuncts.Split(join.Condition).Any(part => JoinKeys.TryRead(part, join.Left.Schema.Count) is not null);
        double pairs = hashed ? rows : left * right;
        return left + right + (pairs * Math.Max(1, join.Condition is null ? 0 : ExpressionColumns.Cost(join.Condition)));
    }

    /// <summary>Costly calls that run once, whatever the rows.</summary>
    static double OnceCost(Expression expression)
    {
        double cost = 0;
        expression.Any(e =>
        {
            cost += e is CallExpression { Function.Traits: { CostPerRow: >= ExpressionColumns.Expensive } traits } call && !ExpressionColumns.IsExpensiveCall(call) ? traits.CostPerRow : 0;
            return false;
        });
        return cost;
    }
}
