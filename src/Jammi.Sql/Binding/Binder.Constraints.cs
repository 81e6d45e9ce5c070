using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Writing;
using Jammi.Sql.Expressions;
using Jammi.Sql.Storage;
using Jammi.Sql.Syntax;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

/// <summary>ALTER TABLE ADD, DROP and RENAME CONSTRAINT. The rows that are there must keep a constraint that is added.</summary>
internal sealed partial class Binder
{
    BoundStatement AddConstraint(TableEntry table, TableConstraint added)
    {
        TableDefinition extended = new TableDefinitionBuilder(this, table.Schema, table.Name).Extend(table.Definition, [], [added]);
        ConstraintEntry constraint = extended.Constraints[^1];
        if (constraint.Kind == ConstraintKind.Check)
        {
            return Rewrite(table, extended, [.. StoredColumns(table)]);
        }

        return Redefine(table, _ => extended, (snapshot, entry, cancellation) =>
        {
            ITableData rows = snapshot.OpenTable(entry);
            foreach (int ordinal in constraint.Columns.Where(ordinal => !extended.Columns[ordinal].Nullable))
            {
                CheckNotNull(rows, entry, ordinal, added.Position);
            }

            StoredKeys.CheckUnique(entry, constraint, rows, cancellation);
        });
    }

    BoundStatement DropConstraint(TableEntry table, DropConstraintAction drop, SourcePosition position)
    {
        ConstraintEntry? constraint = FindConstraint(table, drop.Name);
        if (constraint is null)
        {
            return drop.IfExists ? NothingToDo($"ALTER TABLE {table.Name}") : throw NoConstraint(table, drop.Name, position);
        }

        if (constraint.Kind == ConstraintKind.Unique && catalog.Indexes.TryGetValue(DatabaseCatalog.Key(table.Schema, constraint.Name), out IndexEntry? index) && index.Unique)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"constraint \"{constraint.Name}\" belongs to the unique index of that name: DROP INDEX {constraint.Name}.", position);
        }

        return Redefine(table, definition => definition with { Constraints = [.. definition.Constraints.Where(c => c.Name != constraint.Name)] });
    }

    BoundStatement RenameConstraint(TableEntry table, RenameConstraintAction rename, SourcePosition position)
    {
        ConstraintEntry constraint = FindConstraint(table, rename.From) ?? throw NoConstraint(table, rename.From, position);
        if (FindConstraint(table, rename.To) is { } taken && taken != constraint)
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"table \"{table.Name}\" has a constraint \"{rename.To}\" already.", position);
        }

        return Redefine(table, definition => definition with { Constraints = definition.Constraints.Select(c => c.Name == constraint.Name ? c with { Name = rename.To } : c) });
    }

    static ConstraintEntry? FindConstraint(TableEntry table, string name) => table.Definition.Constraints.FirstOrDefault(c => Same(c.Name, name));

    static SqlException NoConstraint(TableEntry table, string name, SourcePosition position)
    {
        string[] names = [.. table.Definition.Constraints.Select(c => c.Name)];
        string others = names.Length == 0 ? " It has none." : $" Its constraints are: {string.Join(", ", names)}.";
        return new SqlException(SqlErrorCode.UndefinedColumn, $"table \"{table.Name}\" has no constraint \"{name}\".{others}", position);
    }

    static ConstraintEntry RewriteCheck(ConstraintEntry constraint, Func<SqlExpression, string> write) =>
        constraint.Check is null ? constraint : constraint with { Check = write(SqlParser.ParseExpression(constraint.Check)) };

    /// <summary>Whether a CHECK reads a column.</summary>
    bool ChecksColumn(TableEntry table, ConstraintEntry constraint, int ordinal) =>
        constraint.Kind == ConstraintKind.Check
        && BindChecks(table with { Definition = table.Definition with { Constraints = [constraint] } }, firstColumn: 0).Any(check => check.Any(e => e is ColumnExpression column && column.Index == ordinal));
}
