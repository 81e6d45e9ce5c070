using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>A bound part of FROM: its plan and the names that it makes visible.</summary>
internal sealed record FromItem(LogicalPlan Plan, ValueList<ScopeRelation> Relations, ValueList<ScopeColumn> Columns)
{
    public static FromItem Of(LogicalPlan plan, string? schema, string name)
    {
        ValueList<ScopeColumn> columns = Scope.ColumnsOf(plan.Schema);
        return new(plan, [new ScopeRelation(schema, name, columns)], columns);
    }

    public Scope ToScope(Scope? parent) => new(Relations, Columns, parent);

    /// <summary>The same names for columns that stand <paramref name="offset"/> places further right, NULL-able where an outer join makes them so.</summary>
    public FromItem Move(int offset, bool nullable)
    {
        if (offset == 0 && !nullable)
        {
            return this;
        }

        ValueList<ScopeColumn> columns = Move(Columns, offset, nullable);
        return this with
        {
            Relations = Relations.Select(r => r with { Columns = r.Columns.IsSame(Columns) ? columns : Move(r.Columns, offset, nullable) }),
            Columns = columns,
        };
    }

    static ValueList<ScopeColumn> Move(ValueList<ScopeColumn> columns, int offset, bool nullable)
    {
        return columns.Select(c => c with { Expression = c.Expression is ColumnExpression only ? Moved(only) : c.Expression.Transform(Moved) });

        Expression Moved(Expression e) => e is ColumnExpression column ? column with { Index = column.Index + offset, Nullable = column.Nullable || nullable } : e;
    }
}
