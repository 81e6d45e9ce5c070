using System.Collections.Immutable;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>
/// The way from a plan down to the scan that an expression reads, through nodes that choose and compute columns, filter, and join. Every row of the plan has in it one row
/// of the scan, so that leaving rows out of the scan leaves out those of the plan that have them.
/// </summary>
/// <param name="Steps">From the top: a node and which of its inputs leads on.</param>
/// <param name="Expression">The expression over the scan's columns.</param>
internal sealed record ScanPath(ImmutableArray<ScanPath.Step> Steps, LogicalScan Scan, Expression Expression)
{
    internal readonly record struct Step(LogicalPlan Node, int Input);

    /// <summary>Follows an expression over a plan's columns; null where it leads to no scan, or past something that gives other rows each time.</summary>
    public static ScanPath? Follow(LogicalPlan plan, Expression expression)
    {
        ImmutableArray<Step>.Builder steps = ImmutableArray.CreateBuilder<Step>();
        while (plan is not LogicalScan)
        {
            if (plan.Expressions().Any(ExpressionColumns.IsVolatile))
            {
                return null;
            }

            (int input, Expression? below) = plan switch
            {
                LogicalProject project => (0, ExpressionColumns.Substitute(expression, project.Expressions)),
                LogicalFilter => (0, expression),
                LogicalJoin join => Side(join.Kind, join.Left.Schema.Count, expression),
                LogicalApply apply => Side(apply.Kind, apply.Left.Schema.Count, expression) is (0, _) left ? left : (0, null),
                _ => (0, null),
            };
            if (below is null)
            {
                return null;
            }

            steps.Add(new(plan, input));
            expression = below;
            plan = plan.Inputs[input];
        }

        return plan is LogicalScan { WithRowId: false } scan ? new(steps.ToImmutable(), scan, expression) : null;
    }

    /// <summary>Whether a row of the scan may be missing from the plan.</summary>
    public bool Filters => Scan.Filters.Count > 0 || Steps.Any(s => s.Node is not (LogicalProject or LogicalJoin { Kind: LogicalJoinKind.Left or LogicalJoinKind.Mark or LogicalJoinKind.Single }));

    /// <summary>The plan over other rows of the same columns.</summary>
    public LogicalPlan Replace(LogicalPlan leaf)
    {
        for (int i = Steps.Length - 1; i >= 0; i--)
        {
            int input = Steps[i].Input;
            LogicalPlan below = leaf;
            leaf = Steps[i].Node.WithInputs(Steps[i].Node.Inputs.Select((other, j) => j == input ? below : other).ToValueList());
        }

        return leaf;
    }

    /// <summary>The plan over rows with the scan's columns and more, which become its last columns.</summary>
    public LogicalPlan Carry(LogicalPlan leaf, int more = 1)
    {
        for (int i = Steps.Length - 1; i >= 0; i--)
        {
            leaf = Carry(Steps[i], leaf, more);
        }

        return leaf;
    }

    /// <summary>The ids of the scan's rows that are in the plan, some perhaps more than once.</summary>
    public LogicalPlan RowIds()
    {
        LogicalPlan carried = Carry(new LogicalScan(Scan.Table, Scan.Projection, WithRowId: true, Scan.Filters) { Indexes = Scan.Indexes });
        int last = carried.Schema.Count - 1;
        return new LogicalProject(carried, [Column(carried.Schema, last)], new PlanSchema([carried.Schema[last]]));
    }

    static (int Input, Expression? Below) Side(LogicalJoinKind kind, int leftCount, Expression expression)
    {
        ColumnSet columns = ExpressionColumns.Of(expression);
        return kind is not (LogicalJoinKind.Right or LogicalJoinKind.Full) && columns.All(c => c < leftCount) ? (0, expression)
            : kind == LogicalJoinKind.Inner && columns.All(c => c >= leftCount) ? (1, ExpressionColumns.Shift(expression, -leftCount))
            : (0, null);
    }

    static LogicalPlan Carry(Step step, LogicalPlan below, int more)
    {
        switch (step.Node)
        {
            case LogicalProject project:
                int[] carried = [.. Enumerable.Range(below.Schema.Count - more, more)];
                return new LogicalProject(
                    below,
                    [.. project.Expressions, .. carried.Select(c => Column(below.Schema, c))],
                    new PlanSchema([.. project.Schema.Columns, .. carried.Select(c => below.Schema[c])]));
            case LogicalFilter filter:
                return new LogicalFilter(below, filter.Condition);
            case LogicalJoin join when step.Input == 1:
                return Joins.Join(join.Kind, join.Left, below, join.Condition);
            case LogicalJoin join:
                return ToEnd(Joins.Join(join.Kind, below, join.Right, Widen(join.Condition, join.Left.Schema.Count, more)), join.Left.Schema.Count, more);
            case LogicalApply apply:
                return ToEnd(Joins.Apply(apply.Kind, below, apply.Right, Widen(apply.Condition, apply.Left.Schema.Count, more)), apply.Left.Schema.Count, more);
            default:
                throw new SqlException(SqlErrorCode.Internal, $"A column cannot be carried through {step.Node.GetType().Name}.");
        }
    }

    /// <summary>A join's condition when its left side has more columns.</summary>
    static Expression? Widen(Expression? condition, int leftCount, int more) => condition is null ? null : ExpressionColumns.Map(condition, i => i < leftCount ? i : i + more);

    static LogicalPlan ToEnd(LogicalPlan plan, int column, int more)
    {
        if (column == plan.Schema.Count - more)
        {
            return plan;
        }

        int[] order = [.. Enumerable.Range(0, plan.Schema.Count).Where(i => i < column || i >= column + more), .. Enumerable.Range(column, more)];
        return new LogicalProject(plan, order.Select(i => (Expression)Column(plan.Schema, i)).ToValueList(), new PlanSchema(order.Select(i => plan.Schema[i]).ToValueList()));
    }

    static ColumnExpression Column(PlanSchema schema, int index) => new ColumnExpression(index, schema[index].Name, schema[index].Type, schema[index].Nullable);
}
