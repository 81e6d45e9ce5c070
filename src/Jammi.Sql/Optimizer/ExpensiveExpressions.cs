using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Computes costly columns (a model's calls) after the filter, limit or ordering above them instead of before, where that does not use them: only for the
/// rows that are left. The columns that they need are carried instead.
/// </summary>
internal sealed class ExpensiveExpressions : IOptimizerRule
{
    public string Name => "expensive expressions";

    public LogicalPlan Rewrite(LogicalPlan plan) => plan.Transform(node => node switch
    {
        LogicalLimit or LogicalTopN or LogicalFilter or LogicalSort => Delay(node) ?? node,
        _ => node,
    });

    static LogicalProject? Delay(LogicalPlan node)
    {
        if (node.Inputs[0] is not LogicalProject project)
        {
            return null;
        }

        // What a subquery computes and the query around it only hands on is late as well.
        while (project.Input is LogicalProject && Projections.Merge(project.Input, project.Expressions, project.Schema) is var merged && merged.Input != project.Input)
        {
            project = merged;
        }

        ColumnSet used = [];
        foreach (Expression expression in node.Expressions())
        {
            ExpressionColumns.Collect(expression, used);
        }

        // A random column must be computed as often as it was: it is never delayed.
        HashSet<int> late = [.. Enumerable.Range(0, project.Expressions.Count)
            .Where(i => !used.Contains(i) && ExpressionColumns.IsExpensive(project.Expressions[i]) && !ExpressionColumns.IsVolatile(project.Expressions[i]))];
        if (late.Count == 0)
        {
            return null;
        }

        var early = new List<Expression>();
        var columns = new List<OutputColumn>();
        var place = new Dictionary<int, int>();
        for (int i = 0; i < project.Expressions.Count; i++)
        {
            if (!late.Contains(i))
            {
                place[i] = early.Count;
                early.Add(project.Expressions[i]);
                columns.Add(project.Schema[i]);
            }
        }

        var carried = new Dictionary<int, int>();
        foreach (int index in late.SelectMany(i => ExpressionColumns.Of(project.Expressions[i])).Distinct().Order())
        {
            int at = early.FindIndex(e => e is ColumnExpression column && column.Index == index);
            if (at < 0)
            {
                at = early.Count;
                early.Add(Projections.Column(project.Input, index));
                columns.Add(project.Input.Schema[index]);
            }

            carried[index] = at;
        }

        var below = new LogicalProject(project.Input, early.ToValueList(), new PlanSchema(columns.ToValueList()));
        LogicalPlan moved = node.MapExpressions(e => ExpressionColumns.Map(e, i => place[i])).WithInputs([below]);
        ValueList<Expression> result = Enumerable.Range(0, project.Expressions.Count)
            .Select(i => late.Contains(i) ? ExpressionColumns.Map(project.Expressions[i], c => carried[c]) : Projections.Column(moved, place[i]))
            .ToValueList();
        return new(moved, result, project.Schema);
    }
}
