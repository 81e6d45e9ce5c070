using System.Globalization;
using System.Text;
using Jammi.Sql.Expressions;
using Jammi.Sql.Optimizer;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>
/// A logical plan as an indented tree: a line per node with what it does, the costly calls it makes, the rows and the cost expected. What EXPLAIN shows and what
/// plan tests compare.
/// </summary>
internal static class PlanPrinter
{
    public static string Print(LogicalPlan plan, bool withRows = true)
    {
        var text = new StringBuilder();
        Print(plan, 0, withRows, text);
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The node's own line, without indentation, calls and rows.</summary>
    public static string Describe(LogicalPlan plan) => plan switch
    {
        LogicalScan scan => $"Scan {TableName(scan.Table.Schema, scan.Table.Name)} [{Names(scan.Schema)}]{Where(scan.Filters)}{ByKey(scan)}",
        LogicalValues { Rows.Count: 1, Schema.Count: 0 } => "One row",
        LogicalValues { Rows.Count: 0 } => "No rows",
        LogicalValues values => $"Values {Number(values.Rows.Count)} row{(values.Rows.Count == 1 ? "" : "s")} [{Names(values.Schema)}]",
        LogicalTableFunction function => Function(function),
        LogicalFilter filter => $"Filter {ExpressionPrinter.Print(filter.Condition)}",
        LogicalProject project => $"Project {List(project.Expressions.Select((e, i) => Named(e, project.Schema[i].Name)))}",
        LogicalSort sort => $"Sort {Keys(sort.Keys)}",
        LogicalLimit limit => $"Limit {Count(limit.Limit)}{Offset(limit.Offset)}{(limit.TiesKeys.Count > 0 ? " with ties" : "")}",
        LogicalTopN top => $"Top {Count(top.Limit)}{Offset(top.Offset)} by {Keys(top.Keys)}",
        LogicalAggregate aggregate => Aggregate(aggregate),
        LogicalDistinct { On.Count: > 0 } distinct => $"Distinct on {List(distinct.On.Select(ExpressionPrinter.Print))}",
        LogicalDistinct => "Distinct",
        LogicalWindow window => Window(window),
        LogicalJoin join => $"{Kind(join.Kind)} join{(join.BuildsLeft ? " built left" : "")}{On(join.Condition, join.Left, join.Right)}",
        LogicalApply apply => $"{Kind(apply.Kind)} apply (per row){On(apply.Condition, apply.Left, apply.Right)}",
        LogicalSetOperation set => $"{set.Kind}{(set.All ? " all" : "")}",
        LogicalRecursive recursive => $"Recursive #{Number(recursive.Id)}{(recursive.All ? "" : " distinct")}",
        LogicalRecursiveReference reference => $"Rows of recursive #{Number(reference.Id)}",
        LogicalShared shared => $"Shared #{Number(shared.Id)}",
        LogicalSharing => "Sharing",
        LogicalSample { Rows: { } rows } => $"Sample {Number(rows)} rows",
        LogicalSample sample => string.Create(CultureInfo.InvariantCulture, $"Sample {sample.Fraction * 100:0.####} %"),
        LogicalInsert insert => $"Insert into {TableName(insert.Table.Schema, insert.Table.Name)}{Conflict(insert.OnConflict)}",
        LogicalUpdate update => $"Update {TableName(update.Table.Schema, update.Table.Name)}",
        LogicalDelete delete => $"Delete from {TableName(delete.Table.Schema, delete.Table.Name)}",
        LogicalCreateTableAs create => $"Create table {TableName(create.Table.Schema, create.Table.Name)}",
        LogicalCopyTo copy => $"Copy to '{copy.Path}' ({copy.Target.Format})",
        LogicalDefine define => define.Description,
        LogicalExplain => "Explain",
        _ => plan.GetType().Name,
    };

    /// <summary>The costly calls of the node, as <c>name cost N a row</c>.</summary>
    public static IReadOnlyList<string> CostlyCalls(LogicalPlan plan)
    {
        var calls = new List<string>();
        foreach (Expression expression in plan.Expressions())
        {
            expression.Any(e =>
            {
                if (e is CallExpression call && call.Function.Traits.CostPerRow >= ExpressionColumns.Expensive)
                {
                    string often = ExpressionColumns.IsExpensiveCall(call) ? "a row" : "once";
                    calls.Add($"{call.Function.Name} cost {Number((long)call.Function.Traits.CostPerRow)} {often}");
                }

                return false;
            });
        }

        return [.. calls.Distinct()];
    }

    /// <summary>The node's line: what it does, its costly calls, the rows expected and what it costs with all below it.</summary>
    public static string Line(LogicalPlan plan, bool withRows)
    {
        IReadOnlyList<string> calls = CostlyCalls(plan);
        string costly = calls.Count == 0 ? "" : $" {{{List(calls)}}}";
        string rows = withRows ? string.Create(CultureInfo.InvariantCulture, $"  (~{CardinalityEstimator.Rows(plan):0} rows, cost {CostEstimator.Cost(plan):N0})") : "";
        return Describe(plan) + costly + rows;
    }

    static void Print(LogicalPlan plan, int depth, bool withRows, StringBuilder text)
    {
        text.Append(' ', depth * 2).Append(Line(plan, withRows)).Append('\n');
        foreach (LogicalPlan input in plan.Inputs)
        {
            Print(input, depth + 1, withRows, text);
        }
    }

    static string Function(LogicalTableFunction function)
    {
        string details = function.Source.Describe(function);
        string bracket = details.Length == 0 ? "" : $" {{{details}}}";
        return $"Function {function.Name}({List(function.Arguments.Select(ExpressionPrinter.Print))}) [{Names(function.Schema)}]{bracket}{Where(function.Filters)}";
    }

    static string Aggregate(LogicalAggregate aggregate)
    {
        string calls = List(aggregate.Aggregates.Select(PrintCall));
        string sets = aggregate.GroupingSets.Count == 0 ? "" : $" sets {string.Join(' ', aggregate.GroupingSets.Select(s => $"({string.Join(", ", s.Select(Number32))})"))}";
        return aggregate.Keys.Count == 0 ? $"Aggregate {calls}{sets}" : $"Group by {List(aggregate.Keys.Select(ExpressionPrinter.Print))}{sets}{(calls.Length > 0 ? ": " + calls : "")}";
    }

    static string PrintCall(AggregateCall call)
    {
        string arguments = call.Arguments.Count == 0 ? "*" : List(call.Arguments.Select(ExpressionPrinter.Print));
        string order = call.OrderBy.Count == 0 ? "" : $" order by {Keys(call.OrderBy)}";
        string filter = call.Filter is null ? "" : $" filter ({ExpressionPrinter.Print(call.Filter)})";
        return $"{call.Function.Name}({(call.Distinct ? "distinct " : "")}{arguments}{order}){filter}";
    }

    static string Window(LogicalWindow window)
    {
        string calls = List(window.Calls.Select(c => $"{c.Function?.Name ?? c.AggregateFunction!.Name}({List(c.Arguments.Select(ExpressionPrinter.Print))})"));
        string partition = window.PartitionBy.Count == 0 ? "" : $" partition by {List(window.PartitionBy.Select(ExpressionPrinter.Print))}";
        string order = window.OrderBy.Count == 0 ? "" : $" order by {Keys(window.OrderBy)}";
        return $"Window {calls}{partition}{order}";
    }

    /// <summary>A join's condition, its columns qualified where both sides have the name.</summary>
    static string On(Expression? condition, LogicalPlan left, LogicalPlan right)
    {
        if (condition is null)
        {
            return "";
        }

        Expression qualified = condition.Transform(e => e is ColumnExpression column && left.Schema.Columns.Any(c => c.Name == column.Name) && right.Schema.Columns.Any(c => c.Name == column.Name)
            ? column with { Name = (column.Index < left.Schema.Count ? "left." : "right.") + column.Name }
            : e);
        return $" on {ExpressionPrinter.Print(qualified)}";
    }

    static string Conflict(ConflictAction? action) => action switch
    {
        null => "",
        { Assignments.Count: 0 } => " on conflict do nothing",
        _ => " on conflict do update",
    };

    static string Kind(LogicalJoinKind kind) => kind.ToString();

    static string TableName(string schema, string name) => schema == Catalog.SchemaNames.Main ? name : $"{Catalog.SchemaNames.Shown(schema)}.{name}";

    static string ByKey(LogicalScan scan) => Execution.Operators.KeyFilter.Describe(scan) is { } key ? $" by {key}"
        : Execution.Operators.IndexRange.Describe(scan) is { } column ? $" by range ({column})" : string.Empty;

    static string Where(ValueList<Expression> filters) => filters.Count == 0 ? "" : $" where {string.Join(" and ", filters.Select(ExpressionPrinter.Print))}";

    static string Named(Expression expression, string name) => ExpressionPrinter.Print(expression) is var text && text == name ? text : $"{text} as {name}";

    static string Keys(ValueList<SortKey> keys) => List(keys.Select(k =>
        ExpressionPrinter.Print(k.Expression) + (k.Descending ? " desc" : "") + (k.NullsFirst == k.Descending ? "" : k.NullsFirst ? " nulls first" : " nulls last")));

    static string Names(PlanSchema schema) => List(schema.Columns.Select(c => c.Name));

    static string Count(Expression? limit) => limit is null ? "all" : ExpressionPrinter.Print(limit);

    static string Offset(Expression? offset) => offset is null ? "" : $" offset {ExpressionPrinter.Print(offset)}";

    static string List(IEnumerable<string> items) => string.Join(", ", items);

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static string Number32(int value) => value.ToString(CultureInfo.InvariantCulture);
}
