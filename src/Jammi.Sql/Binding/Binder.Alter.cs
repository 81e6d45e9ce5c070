using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// ALTER TABLE. What only changes the definition is done by the transaction; what changes the stored columns writes the table anew, as
/// CREATE OR REPLACE TABLE AS SELECT would, keeping its constraints.
/// </summary>
internal sealed partial class Binder
{
    BoundStatement BindAlterTable(AlterTableStatement alter)
    {
        if (alter.IfExists && FindAltered(alter.Name) is null)
        {
            return NothingToDo($"ALTER TABLE {alter.Name}");
        }

        TableEntry table = RequireTable(alter.Name);
        return alter.Action switch
        {
            RenameTableAction rename => RenameTable(table, rename, alter.Name),
            RenameColumnAction rename => RenameColumn(table, rename, alter.Position),
            AlterColumnDefaultAction change => ChangeColumn(table, change.Column, alter.Position, column => WithoutIdentity(column, "have a DEFAULT", alter.Position) with { Default = DefaultText(change.Default, column) }),
            AlterColumnNullAction { NotNull: false } change => DropNotNull(table, change, alter.Position),
            AlterColumnNullAction change => SetNotNull(table, change, alter.Position),
            AddColumnAction add => AddColumn(table, add),
            AddConstraintAction add => AddConstraint(table, add.Constraint),
            DropConstraintAction drop => DropConstraint(table, drop, alter.Position),
            RenameConstraintAction rename => RenameConstraint(table, rename, alter.Position),
            DropColumnAction drop => DropColumn(table, drop, alter.Position),
            AlterColumnTypeAction change => ChangeColumnType(table, change, alter.Position),
            _ => throw new SqlException(SqlErrorCode.NotSupported, $"{alter.Action.GetType().Name} is not supported yet.", alter.Position),
        };
    }

    TableEntry? FindAltered(ObjectName name)
    {
        (string? schema, string own) = SplitName(name.Parts, name.Position);
        return catalog.FindTable(schema, own);
    }

    static BoundStatement Redefine(TableEntry table, Func<TableDefinition, TableDefinition> change, Action<ISnapshot, TableEntry, CancellationToken>? check = null) =>
        Define($"ALTER TABLE {table.Name}", (transaction, cancellation) =>
        {
            ISnapshot current = transaction.Current;
            TableEntry entry = current.Catalog.FindTable(table.Schema, table.Name)!;
            check?.Invoke(current, entry, cancellation);
            transaction.AlterTable(entry, change(entry.Definition));
        });

    BoundStatement RenameTable(TableEntry table, RenameTableAction rename, ObjectName written)
    {
        if (catalog.FindTable(table.Schema, rename.To) is not null || catalog.FindView(table.Schema, rename.To) is not null)
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"\"{rename.To}\" exists already.", written.Position);
        }

        // A check that was stored with the table's name before its columns keeps them.
        return Redefine(table, definition => definition with { Name = rename.To, Constraints = definition.Constraints.Select(c => RewriteCheck(c, SqlText.Write)) });
    }

    static BoundStatement RenameColumn(TableEntry table, RenameColumnAction rename, SourcePosition position)
    {
        if (table.OrdinalOf(rename.To) >= 0 && !Same(rename.From, rename.To))
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"table \"{table.Name}\" has a column \"{rename.To}\" already.", position);
        }

        int ordinal = RequireColumn(table, rename.From, position);
        return Redefine(table, definition => definition with
        {
            Columns = definition.Columns.Select((c, i) => i == ordinal ? c with { Name = rename.To } : c).ToValueList(),
            Constraints = definition.Constraints.Select(c => RewriteCheck(c, check => SqlText.WriteRenamed(check, rename.From, rename.To))),
        });
    }

    static BoundStatement ChangeColumn(TableEntry table, string column, SourcePosition position, Func<ColumnDefinitionEntry, ColumnDefinitionEntry> change, Action<ISnapshot, TableEntry, CancellationToken>? check = null)
    {
        int ordinal = RequireColumn(table, column, position);
        ColumnDefinitionEntry changed = change(table.Definition.Columns[ordinal]);
        return Redefine(table, definition => definition with { Columns = definition.Columns.Select((c, i) => i == ordinal ? changed : c).ToValueList() }, check);
    }

    static BoundStatement DropNotNull(TableEntry table, AlterColumnNullAction change, SourcePosition position)
    {
        int ordinal = RequireColumn(table, change.Column, position);
        if (table.Definition.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey && c.Columns.Contains(ordinal)))
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"column \"{change.Column}\" is part of the primary key and cannot hold NULL.", position);
        }

        return ChangeColumn(table, change.Column, position, column => WithoutIdentity(column, "hold NULL", position) with { Nullable = true });
    }

    static BoundStatement SetNotNull(TableEntry table, AlterColumnNullAction change, SourcePosition position)
    {
        int ordinal = RequireColumn(table, change.Column, position);
        return ChangeColumn(table, change.Column, position, column => column with { Nullable = false }, (snapshot, entry, _) => CheckNotNull(snapshot.OpenTable(entry), entry, ordinal, position));
    }

    static void CheckNotNull(ITableData rows, TableEntry table, int ordinal, SourcePosition position)
    {
        if (rows.Blocks.Any(block => HoldsNull(block, ordinal)))
        {
            throw new SqlException(SqlErrorCode.NotNullViolation, $"column \"{table.Definition.Columns[ordinal].Name}\" of table \"{table.Name}\" holds NULLs: change or delete those rows first.", position);
        }
    }

    static bool HoldsNull(IRowBlock block, int ordinal)
    {
        IArrowArray column = block.Column(ordinal);
        if (column.NullCount == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> deleted = block.Deleted.Span;
        for (int i = 0; i < block.RowCount; i++)
        {
            if (column.IsNull(i) && (deleted.IsEmpty || (deleted[i >> 3] & (1 << (i & 7))) == 0))
            {
                return true;
            }
        }

        return false;
    }

    BoundStatement AddColumn(TableEntry table, AddColumnAction add)
    {
        if (table.OrdinalOf(add.Column.Name) >= 0)
        {
            return add.IfNotExists
                ? NothingToDo($"ALTER TABLE {table.Name}")
                : throw new SqlException(SqlErrorCode.InvalidStatement, $"table \"{table.Name}\" has a column \"{add.Column.Name}\" already.", add.Column.Position);
        }

        TableDefinition definition = new TableDefinitionBuilder(this, table.Schema, table.Name).Extend(table.Definition, [add.Column], add.Constraints);
        ColumnDefinitionEntry column = definition.Columns[^1];
        if (column.Identity is not null)
        {
            throw new SqlException(SqlErrorCode.NotSupported, $"ADD COLUMN of an identity column is not supported: make a table with \"{column.Name}\" and INSERT INTO it SELECT from \"{table.Name}\".", add.Column.Position);
        }

        if (!column.Nullable && column.Default is null && table.RowCount > 0)
        {
            throw new SqlException(SqlErrorCode.NotNullViolation, $"the new column \"{column.Name}\" is NOT NULL, so the rows there are need a DEFAULT.", add.Column.Position);
        }

        return Rewrite(table, definition, [.. StoredColumns(table), DefaultOf(table, column)]);
    }

    BoundStatement DropColumn(TableEntry table, DropColumnAction drop, SourcePosition position)
    {
        if (drop.IfExists && table.OrdinalOf(drop.Column) < 0)
        {
            return NothingToDo($"ALTER TABLE {table.Name}");
        }

        int ordinal = RequireColumn(table, drop.Column, position);
        if (table.Definition.Columns.Count == 1)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"\"{drop.Column}\" is the only column of table \"{table.Name}\": drop the table instead.", position);
        }

        ConstraintEntry? used = table.Definition.Constraints.FirstOrDefault(c => c.Columns.Contains(ordinal) || ChecksColumn(table, c, ordinal));
        if (used is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"column \"{drop.Column}\" cannot be dropped: constraint \"{used.Name}\" uses it. ALTER TABLE {table.Name} DROP CONSTRAINT {used.Name} first.", position);
        }

        RefuseIndexed(table, table.Definition.Columns[ordinal].Name, "be dropped", _ => true, position);
        ConstraintEntry Shifted(ConstraintEntry c) => c with { Columns = c.Columns.Select(o => o > ordinal ? o - 1 : o) };
        TableDefinition definition = table.Definition with
        {
            Columns = table.Definition.Columns.Where((_, i) => i != ordinal).ToValueList(),
            Constraints = table.Definition.Constraints.Select(Shifted),
        };
        return Rewrite(table, definition, [.. StoredColumns(table).Where((_, i) => i != ordinal)]);
    }

    BoundStatement ChangeColumnType(TableEntry table, AlterColumnTypeAction change, SourcePosition position)
    {
        int ordinal = RequireColumn(table, change.Column, position);
        SqlType type = ParseType(change.Type);
        ColumnDefinitionEntry column = table.Definition.Columns[ordinal] with { Type = type };
        if (column.Identity is not null && type.Kind is not (SqlTypeKind.SmallInt or SqlTypeKind.Integer or SqlTypeKind.BigInt))
        {
            WithoutIdentity(column, $"become {type}", position);
        }

        RefuseIndexed(table, column.Name, $"become {type}", index => index.Text is not null && type.Kind != SqlTypeKind.Text, position);
        Expression[] values = [.. StoredColumns(table)];
        FromItem item = TableItem(table, null);
        Expression value = change.Using is null ? values[ordinal] : BindExpression(change.Using, new ExpressionContext(item.ToScope(null), null, "USING"));
        values[ordinal] = Cast(value, type, position);
        TableDefinition definition = table.Definition with { Columns = table.Definition.Columns.Select((c, i) => i == ordinal ? column : c).ToValueList() };
        return Rewrite(table, definition, values);
    }

    static IEnumerable<Expression> StoredColumns(TableEntry table) =>
        ScanAll(table, withRowId: false).Schema.Columns.Select((c, i) => new ColumnExpression(i, c.Name, c.Type, c.Nullable));

    BoundStatement Rewrite(TableEntry table, TableDefinition definition, Expression[] values)
    {
        PlanSchema schema = new(definition.Columns.Select(c => new OutputColumn(c.Name, c.Type, c.Nullable)));
        var project = new LogicalProject(ScanAll(table, withRowId: false), values.ToValueList(), schema);
        LogicalPlan rows = AddChecks(project, table with { Definition = definition }, firstColumn: 0);
        return new(new LogicalCreateTableAs(definition, OrReplace: true, IfNotExists: false, rows) { KeepsIndexes = true }, StatementKind.Define);
    }

    internal ColumnDefinitionEntry BindColumnDefinition(ColumnDefinition column)
    {
        if (column.Type is null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"column \"{column.Name}\" needs a type, as in {column.Name} INTEGER.", column.Position);
        }

        SqlType? serial = SerialType(column.Type);
        SqlType type = serial ?? ParseType(column.Type);
        IdentityEntry? identity = BindIdentity(column, type, serial is not null);
        var entry = new ColumnDefinitionEntry(column.Name, type, !(column.NotNull || column.PrimaryKey || identity is not null), null) { Identity = identity };
        return entry with { Default = DefaultText(column.Default, entry) };
    }

    /// <summary>A default as it is stored: its SQL text, after a check that it fits the column.</summary>
    string? DefaultText(SqlExpression? written, ColumnDefinitionEntry column)
    {
        if (written is null)
        {
            return null;
        }

        int slots = parameters.Slots.Count;
        Assign(BindExpression(written, ExpressionContext.WithoutColumns("DEFAULT")), column, written.Position);
        return parameters.Slots.Count == slots
            ? SqlText.Write(written)
            : throw new SqlException(SqlErrorCode.InvalidStatement, "a default cannot hold parameters: write the value.", written.Position);
    }

    /// <summary>Binds a CHECK over the table's columns, for its errors.</summary>
    internal void ValidateCheck(TableDefinition definition, SqlExpression? check)
    {
        if (check is null)
        {
            return;
        }

        PlanSchema schema = new(definition.Columns.Select(c => new OutputColumn(c.Name, c.Type, c.Nullable)));
        Expression condition = BindCondition(check, new ExpressionContext(Scope.Of(definition.Name, schema), null, "CHECK"), "the condition of CHECK");
        if (condition.Any(e => e is BoundSubquery or ParameterExpression))
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "a CHECK cannot hold subqueries or parameters.", check.Position);
        }
    }
}
