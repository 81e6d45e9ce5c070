using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// <c>SELECT id, unnest(tags) FROM t</c>: a row for each item, as with <c>FROM t, unnest(tags)</c>; several such calls stand side by side, the shorter ones filled up with NULL.
/// </summary>
internal sealed partial class Binder
{
    const string UnnestedName = "unnested items";

    /// <summary>The select items with those calls replaced by columns of a table function that is joined to FROM; nothing where there are none.</summary>
    (FromItem From, Scope Scope, IReadOnlyList<SelectItem> Items)? BindSelectUnnest(SelectBody select, LogicalPlan plan, FromItem source, Scope? outer, CteFrame? tables)
    {
        List<FunctionCallExpression> calls = [.. select.Items.Select(i => i.Expression).OfType<FunctionCallExpression>().Where(IsUnnest)];
        if (calls.Count == 0)
        {
            return null;
        }

        if (select.GroupBy is not null || select.Having is not null)
        {
            throw UnnestBesideGroups(select);
        }

        if (calls.Find(c => c.Arguments.Count != 1) is { } wrong)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "unnest in the select list takes one list; several go side by side in FROM unnest(a, b).", wrong.Position);
        }

        List<string> names = [.. calls.Select((_, i) => $"{UnnestedName} {i}")];
        var together = calls[0] with { Arguments = [.. calls.Select(c => c.Arguments[0])] };
        var reference = new TableFunctionReference(together, Lateral: true, WithOrdinality: false, new TableAlias(UnnestedName, names), calls[0].Position);
        FromItem left = source with { Plan = plan };
        FromItem right = BindFrom(reference, Scope.Opaque(outer), left.ToScope(outer), tables);
        FromItem moved = right.Move(plan.Schema.Count, nullable: false);
        LogicalPlan joined = Joins.Correlate(LogicalJoinKind.Inner, plan, right.Plan, null);
        int next = 0;
        List<SelectItem> items = [.. select.Items.Select(i => i.Expression is FunctionCallExpression call && IsUnnest(call)
            ? new SelectItem(new NameExpression([UnnestedName, names[next++]], call.Position), i.Alias ?? ColumnNames.Of(call))
            : i)];

        // A star does not give the items.
        return (source with { Plan = joined }, new Scope([.. source.Relations, .. moved.Relations], source.Columns, outer), items);
    }

    /// <summary>Aggregates and windows are computed before the rows that unnest makes.</summary>
    static SqlException UnnestBesideGroups(SelectBody select) => new(
        SqlErrorCode.NotSupported,
        "unnest in the select list beside GROUP BY, aggregates or windows is not supported: compute those in a subquery, and unnest its columns.",
        select.Items.First(i => i.Expression is FunctionCallExpression call && IsUnnest(call)).Expression.Position);

    static bool IsUnnest(FunctionCallExpression call) => call is { Name: [var name], Over: null } && Same(name, "unnest");
}
