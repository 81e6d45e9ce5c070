using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Sql.Plans;

/// <summary>
/// Which stored table a plan's rows are rows of: each row of the table at most once, so that the table's keys are keys of the result.
/// What a provider says about keys must be true of the result, not only of the table behind a column.
/// </summary>
internal static class RowIdentity
{
    /// <summary>The table, or null where rows are made, merged or may repeat.</summary>
    public static TableEntry? Of(LogicalPlan plan) => plan switch
    {
        LogicalScan scan => scan.Table,
        LogicalProject or LogicalFilter or LogicalSort or LogicalLimit or LogicalTopN or LogicalSample or LogicalDistinct => Of(plan.Inputs[0]),
        LogicalJoin { Kind: LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Mark or LogicalJoinKind.Single } join => Of(join.Left),
        LogicalApply { Kind: LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Mark or LogicalJoinKind.Single } apply => Of(apply.Left),
        LogicalJoin { Kind: LogicalJoinKind.Inner or LogicalJoinKind.Left } join when Of(join.Left) is { } table && MatchesOnce(join) && !Reads(join.Right, table) => table,
        _ => null,
    };

    /// <summary>Whether a left row has at most one right row: the condition equates all columns of a key of the right side.</summary>
    static bool MatchesOnce(LogicalJoin join)
    {
        if (join.Right is LogicalTableFunction { Source: NearestRowsSource })
        {
            return true;
        }

        if (join.Condition is null || Of(join.Right) is not { } table)
        {
            return false;
        }

        int width = join.Left.Schema.Count;
        HashSet<int> equated = [];
        foreach (Expression part in Conjuncts.Split(join.Condition))
        {
            if (part is ComparisonExpression { Operator: ComparisonOperator.Equal, Left: ColumnExpression a, Right: ColumnExpression b } && a.Index < width != b.Index < width
                && join.Right.Schema[Math.Max(a.Index, b.Index) - width].Origin is { } origin)
            {
                equated.Add(table.OrdinalOf(origin.Column));
            }
        }

        return table.Definition.Constraints.Any(c => c.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique && c.Columns.All(equated.Contains));
    }

    static bool Reads(LogicalPlan plan, TableEntry table) => plan is LogicalScan scan ? scan.Table.Id == table.Id : plan.Inputs.Any(input => Reads(input, table));
}
