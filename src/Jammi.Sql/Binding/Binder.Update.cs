using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    BoundStatement BindUpdate(UpdateStatement update)
    {
        CteFrame? tables = BindWith(update.With, outer: null, tables: null);
        TableEntry table = RequireTable(update.Table);
        FromItem target = TableItem(table, update.Alias);
        (LogicalPlan plan, Scope scope) = BindChangedRows(table, target, update.From, update.Where, tables);

        Expression?[] values = BindAssignments(update.Assignments, table, new ExpressionContext(scope, tables, "SET"));
        var expressions = new List<Expression> { RowId(table) };
        for (int i = 0; i < values.Length; i++)
        {
            OutputColumn column = table.Column(i);
            expressions.Add(values[i] is { } value ? AttachSubqueries(ref plan, value) : new ColumnExpression(i, column.Name, column.Type, column.Nullable));
        }

        LogicalPlan rows = new LogicalProject(plan, expressions.ToValueList(), new PlanSchema([LogicalScan.RowIdColumn, .. RowSchema(table).Columns]));
        rows = AddChecks(rows, table, firstColumn: 1);
        ValueList<int> changed = Enumerable.Range(0, values.Length).Where(i => values[i] is not null).ToValueList();
        (ValueList<Expression> returning, PlanSchema schema) = BindReturning(update.Returning, target, tables);
        return new(new LogicalUpdate(table, rows, changed, returning, schema), StatementKind.Write);
    }

    BoundStatement BindDelete(DeleteStatement delete)
    {
        CteFrame? tables = BindWith(delete.With, outer: null, tables: null);
        TableEntry table = RequireTable(delete.Table);
        FromItem target = TableItem(table, delete.Alias);
        (LogicalPlan plan, _) = BindChangedRows(table, target, delete.Using, delete.Where, tables);

        (ValueList<Expression> returning, PlanSchema schema) = BindReturning(delete.Returning, target, tables);
        ValueList<Expression> columns = returning.Count == 0 ? default : target.Columns.Select(c => c.Expression);
        PlanSchema rowSchema = returning.Count == 0 ? PlanSchema.Empty : target.Plan.Schema;
        var rows = new LogicalProject(plan, [RowId(table), .. columns], new PlanSchema([LogicalScan.RowIdColumn, .. rowSchema.Columns]));
        return new(new LogicalDelete(table, rows, returning, schema), StatementKind.Write);
    }

    static ColumnExpression RowId(TableEntry table) =>
        new(table.Definition.Columns.Count, LogicalScan.RowIdColumn.Name, LogicalScan.RowIdColumn.Type, Nullable: false);

    /// <summary>
    /// The rows that UPDATE or DELETE changes: the table's columns, its row id, then those of FROM or USING. A row that several rows of FROM match is
    /// changed once, by one of them.
    /// </summary>
    (LogicalPlan Plan, Scope Scope) BindChangedRows(TableEntry table, FromItem target, TableReference? from, SqlExpression? where, CteFrame? tables)
    {
        LogicalPlan plan = ScanIndexed(table, withRowId: true);
        Scope scope = target.ToScope(null);
        if (from is not null)
        {
            FromItem other = BindFrom(from, Scope.Opaque(null), target.ToScope(null), tables);
            RefuseSameName(target, other, from.Position);
            FromItem moved = other.Move(plan.Schema.Count, nullable: false);
            plan = Joins.Correlate(LogicalJoinKind.Inner, plan, other.Plan, condition: null);
            scope = new Scope([.. target.Relations, .. moved.Relations], [.. target.Columns, .. moved.Columns], null);
        }

        if (where is not null)
        {
            FilterBy(ref plan, where, new ExpressionContext(scope, tables, "WHERE"));
        }

        return (from is null ? plan : new LogicalDistinct(plan, [RowId(table)]), scope);
    }

    /// <summary>Puts the table's CHECK constraints over rows about to be stored.</summary>
    LogicalPlan AddChecks(LogicalPlan rows, TableEntry table, int firstColumn) =>
        BindChecks(table, firstColumn).Aggregate(rows, (plan, check) => new LogicalFilter(plan, check));

    /// <summary>The table's CHECK constraints as conditions that hold or fail the statement, over rows whose columns start at <paramref name="firstColumn"/>.</summary>
    IEnumerable<Expression> BindChecks(TableEntry table, int firstColumn)
    {
        foreach (ConstraintEntry constraint in table.Definition.Constraints.Where(c => c.Kind == ConstraintKind.Check))
        {
            ValueList<ScopeColumn> columns = Scope.ColumnsOf(RowSchema(table), firstColumn);
            var scope = new Scope([new ScopeRelation(table.Schema, table.Name, columns)], columns, null);
            Expression condition = BindCondition(Syntax.SqlParser.ParseExpression(constraint.Check!), new ExpressionContext(scope, null, "CHECK"), "the condition of CHECK");
            var check = new CheckFunction(table.Name, constraint.Name, constraint.Check!);
            yield return new CallExpression(check, check.Bind([condition])!, [condition]);
        }
    }
}
