using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    BoundStatement BindInsert(InsertStatement insert)
    {
        TableEntry table = RequireTable(insert.Table);
        int[] targets = TargetColumns(table, insert.Columns, insert.Table.Position);
        CteFrame? tables = BindWith(insert.With, outer: null, tables: null);
        LogicalPlan rows = insert.Query switch
        {
            null => CompleteRows(LogicalValues.OneRow, table, targets: []),
            { Body: ValuesBody values, With: null, OrderBy.Count: 0, Limit: null, Offset: null } => BindInsertedValues(table, targets, insert, values, tables),
            var query => BindInsertedQuery(table, targets, insert, query, tables),
        };
        rows = AddChecks(rows, table, firstColumn: 0);

        FromItem target = TableItem(table, insert.Alias);
        ConflictAction? conflict = insert.OnConflict is null ? null : BindConflict(insert.OnConflict, table, target, tables);
        (ValueList<Expression> returning, PlanSchema schema) = BindReturning(insert.Returning, target, tables);
        return new(new LogicalInsert(table, rows, conflict, returning, schema), StatementKind.Write);
    }

    static FromItem TableItem(TableEntry table, TableAlias? alias) =>
        FromItem.Of(ScanAll(table, withRowId: false), alias is null ? table.Schema : null, alias?.Name ?? table.Name);

    static int[] TargetColumns(TableEntry table, IReadOnlyList<string> columns, SourcePosition position)
    {
        if (columns.Count == 0)
        {
            return [.. Enumerable.Range(0, table.Definition.Columns.Count)];
        }

        int[] targets = [.. columns.Select(c => RequireColumn(table, c, position))];
        for (int i = 0; i < targets.Length; i++)
        {
            if (Array.IndexOf(targets, targets[i]) != i)
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, $"column \"{columns[i]}\" is named twice.", position);
            }
        }

        return targets;
    }

    static int RequireColumn(TableEntry table, string column, SourcePosition position)
    {
        int ordinal = table.OrdinalOf(column);
        return ordinal >= 0
            ? ordinal
            : throw new SqlException(SqlErrorCode.UndefinedColumn, $"table \"{table.Name}\" has no column \"{column}\".{Choices(column, table.Definition.Columns.Select(c => c.Name))}", position);
    }

    /// <summary>VALUES of an INSERT: each value takes its column's type directly, and DEFAULT is its column's.</summary>
    LogicalPlan BindInsertedValues(TableEntry table, int[] targets, InsertStatement insert, ValuesBody values, CteFrame? tables)
    {
        var context = new ExpressionContext(Scope.Opaque(null), tables, "VALUES");
        int width = values.Rows[0].Count;
        targets = CheckWidth(targets, insert.Columns.Count > 0, width, values.Position);
        ValueList<ColumnDefinitionEntry> columns = table.Definition.Columns;
        var rows = new List<Expression[]>(values.Rows.Count);
        foreach (IReadOnlyList<SqlExpression> written in values.Rows)
        {
            if (written.Count != width)
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, $"the rows of VALUES must have the same length: the first has {width} values, this one {written.Count}.", written.Count > 0 ? written[0].Position : values.Position);
            }

            var row = new Expression?[columns.Count];
            for (int i = 0; i < written.Count; i++)
            {
                ColumnDefinitionEntry column = columns[targets[i]];
                row[targets[i]] = written[i] is DefaultExpression || !TakesValue(column, insert.Overriding, written[i].Position)
                    ? DefaultOf(table, column)
                    : Assign(BindExpression(written[i], context), column, written[i].Position);
            }

            rows.Add([.. row.Select((e, i) => e ?? DefaultOf(table, columns[i]))]);
        }

        return RowsPlan(rows, RowSchema(table));
    }

    static int[] CheckWidth(int[] targets, bool targetsWritten, int width, SourcePosition position)
    {
        if (width == targets.Length || (width < targets.Length && !targetsWritten))
        {
            return targets[..width];
        }

        throw new SqlException(SqlErrorCode.InvalidStatement, $"INSERT has {targets.Length} target column{(targets.Length == 1 ? "" : "s")}, but {width} value{(width == 1 ? "" : "s")}.", position);
    }

    LogicalProject BindInsertedQuery(TableEntry table, int[] targets, InsertStatement insert, QueryExpression query, CteFrame? tables)
    {
        LogicalPlan plan = BindQuery(query, outer: null, tables);
        return CompleteRows(plan, table, CheckWidth(targets, insert.Columns.Count > 0, plan.Schema.Count, query.Position), query.Position, insert.Overriding);
    }

    /// <summary>The table's columns from a plan that gives those of <paramref name="targets"/>, in that order; the others take their defaults.</summary>
    LogicalProject CompleteRows(LogicalPlan plan, TableEntry table, int[] targets, SourcePosition position = default, InsertOverriding overriding = InsertOverriding.None)
    {
        ValueList<ColumnDefinitionEntry> columns = table.Definition.Columns;
        ValueList<Expression> expressions = Enumerable.Range(0, columns.Count).Select(i =>
        {
            int source = Array.IndexOf(targets, i);
            if (source < 0 || !TakesValue(columns[i], overriding, position))
            {
                return DefaultOf(table, columns[i]);
            }

            OutputColumn column = plan.Schema[source];
            Expression value = plan is LogicalProject project && IsConstant(project.Expressions[source])
                ? project.Expressions[source]
                : new ColumnExpression(source, column.Name, column.Type, column.Nullable);
            return Assign(value, columns[i], position);
        }).ToValueList();
        return new(plan, expressions, RowSchema(table));
    }

    static PlanSchema RowSchema(TableEntry table) => new(table.Definition.Columns.Select(c => new OutputColumn(c.Name, c.Type, Nullable: true)));

    /// <summary>A column's DEFAULT or next identity, or NULL. Its text was checked when the table was made.</summary>
    Expression DefaultOf(TableEntry table, ColumnDefinitionEntry column)
    {
        if (column.Identity is not null)
        {
            return NextIdentity(table, column);
        }

        if (column.Default is not { } text)
        {
            return new ConstantExpression(ScalarValue.NullOf(column.Type));
        }

        try
        {
            Expression value = BindExpression(Syntax.SqlParser.ParseExpression(text), ExpressionContext.WithoutColumns("DEFAULT"));
            return Assign(value, column, SourcePosition.None);
        }
        catch (SqlException e)
        {
            throw new SqlException(e.Code, $"in the default of column \"{column.Name}\" of table \"{table.Name}\": {e.Message}", e);
        }
    }

    /// <summary>A value as stored in a column. Storing converts more freely than comparing: between numbers, between dates and times, from integers to BOOLEAN, from and to text.</summary>
    Expression Assign(Expression value, ColumnDefinitionEntry column, SourcePosition position)
    {
        SqlType from = value.Type;
        SqlType to = column.Type;
        bool allowed = from == to
            || IsUntyped(value)
            || IsConstantVector(value, to)
            || TypeCoercion.CanImplicitlyCast(from, to)
            || (from.IsNumeric && to.IsNumeric)
            || (from.IsTemporal && to.IsTemporal)
            || (from.IsInteger && to.Kind == SqlTypeKind.Boolean)
            || from.Kind == SqlTypeKind.Text
            || to.Kind == SqlTypeKind.Text
            || (from.IsVector && to.IsVector)
            || (from.Kind == SqlTypeKind.List && (to.Kind == SqlTypeKind.List || to.IsVector));
        if (allowed && !(from.IsVector && to.IsVector && from.Dimension != to.Dimension))
        {
            return Cast(value, to, position);
        }

        string detail = from.IsVector && to.IsVector
            ? $"the column holds vectors of {to.Dimension} dimensions, the value has {from.Dimension}"
            : $"it is {to}, the value is {from}";
        throw new SqlException(SqlErrorCode.DatatypeMismatch, $"the value does not fit column \"{column.Name}\": {detail}.", position);
    }

    ConflictAction BindConflict(OnConflictClause clause, TableEntry table, FromItem target, CteFrame? tables)
    {
        ValueList<int> key = ConflictKey(clause, table);
        if (clause.DoNothing)
        {
            return new(key, default, null, default);
        }

        int count = table.Definition.Columns.Count;
        FromItem excluded = FromItem.Of(target.Plan, null, "excluded").Move(count, nullable: false);

        // Unqualified names mean the existing row, as in PostgreSQL.
        var scope = new Scope([.. target.Relations, .. excluded.Relations], target.Columns, null);
        var context = new ExpressionContext(scope, tables, "ON CONFLICT");
        Expression?[] assignments = BindAssignments(clause.Assignments, table, context);
        Expression? where = clause.Where is null ? null : BindCondition(clause.Where, context, "the condition of ON CONFLICT");
        if (assignments.Append(where).Any(e => e?.Any(part => part is BoundSubquery) == true))
        {
            throw new SqlException(SqlErrorCode.NotSupported, "a subquery in ON CONFLICT is not supported yet.", clause.Position);
        }

        return new(key, assignments.ToValueList(), where, BindChecks(table, firstColumn: 0).ToValueList());
    }

    static ValueList<int> ConflictKey(OnConflictClause clause, TableEntry table)
    {
        ConstraintEntry[] keys = [.. table.Definition.Constraints.Where(c => c.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique).OrderBy(c => c.Kind)];
        if (clause.Columns.Count == 0)
        {
            return keys.Length > 0
                ? keys[0].Columns
                : throw new SqlException(SqlErrorCode.InvalidStatement, $"ON CONFLICT needs a PRIMARY KEY or UNIQUE constraint, and table \"{table.Name}\" has none.", clause.Position);
        }

        int[] named = [.. clause.Columns.Select(c => RequireColumn(table, c, clause.Position))];
        ConstraintEntry? match = keys.FirstOrDefault(k => k.Columns.Count == named.Length && k.Columns.All(named.Contains));
        return match?.Columns
            ?? throw new SqlException(SqlErrorCode.InvalidStatement, $"ON CONFLICT ({string.Join(", ", clause.Columns)}) matches no PRIMARY KEY or UNIQUE constraint of table \"{table.Name}\".", clause.Position);
    }

    /// <summary>Per table column the value that SET gives it, or null. Of several for one column the last counts, as in SQLite and MySQL.</summary>
    Expression?[] BindAssignments(IReadOnlyList<Assignment> assignments, TableEntry table, ExpressionContext context)
    {
        var values = new Expression?[table.Definition.Columns.Count];
        foreach (Assignment assignment in assignments)
        {
            int ordinal = RequireColumn(table, assignment.Column, assignment.Position);
            ColumnDefinitionEntry column = table.Definition.Columns[ordinal];
            if (assignment.Value is DefaultExpression)
            {
                values[ordinal] = DefaultOf(table, column);
                continue;
            }

            RefuseAssigned(column, assignment.Value.Position);
            values[ordinal] = Assign(BindExpression(assignment.Value, context with { Clause = "SET" }), column, assignment.Value.Position);
        }

        return values;
    }

    (ValueList<Expression> Expressions, PlanSchema Schema) BindReturning(IReadOnlyList<SelectItem> items, FromItem target, CteFrame? tables)
    {
        List<BoundItem> bound = BindItems(items, target, new ExpressionContext(target.ToScope(null), tables, "RETURNING"));
        if (bound.Find(i => i.Expression.Any(e => e is BoundSubquery)) is { } subquery)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "a subquery in RETURNING is not supported yet.", subquery.Position);
        }

        return (bound.Select(i => i.Expression).ToValueList(), new PlanSchema(bound.Select(i => new OutputColumn(i.Name, i.Expression.Type, i.Expression.Nullable, i.Origin)).ToValueList()));
    }

    TableEntry RequireTable(ObjectName name)
    {
        (string? schema, string table) = SplitName(name.Parts, name.Position);
        if (catalog.FindTable(schema, table) is { } entry)
        {
            return entry;
        }

        if (catalog.FindView(schema, table) is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"\"{name}\" is a view: its rows cannot be changed.", name.Position);
        }

        if (FindSystemTable(schema, table) is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"\"{name}\" is a system table: its rows cannot be changed.", name.Position);
        }

        throw UnknownTable(name.Parts, schema, null, name.Position);
    }
}
