using Jammi.Sql.Catalog;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>Makes a table's definition from CREATE TABLE: types, nullability, defaults and constraints, all checked.</summary>
internal sealed class TableDefinitionBuilder(Binder binder, string schema, string table)
{
    readonly List<ColumnDefinitionEntry> columns = [];
    readonly List<ConstraintEntry> constraints = [];

    public TableDefinition Build(CreateTableStatement create)
    {
        Binder.RefuseRepeatedNames(create.Columns.Select(c => c.Name), table, create.Name.Position);
        foreach (ColumnDefinition column in create.Columns)
        {
            columns.Add(binder.BindColumnDefinition(column));
            if (columns[^1].Identity is not null && columns.Find(c => c.Identity is not null)!.Name is var first && first != column.Name)
            {
                throw new SqlException(SqlErrorCode.NotSupported, $"table \"{table}\" has two identity columns, \"{first}\" and \"{column.Name}\"; it can have one.", column.Position);
            }
        }

        foreach (ColumnDefinition column in create.Columns)
        {
            AddColumnConstraints(column, create.Columns.Count(c => c.PrimaryKey));
        }

        foreach (TableConstraint constraint in create.Constraints)
        {
            AddTableConstraint(constraint);
        }

        var definition = new TableDefinition(schema, table, columns.ToValueList(), constraints.ToValueList());
        foreach (ColumnDefinition column in create.Columns)
        {
            binder.ValidateCheck(definition, column.Check);
        }

        foreach (TableConstraint constraint in create.Constraints)
        {
            binder.ValidateCheck(definition, constraint.Check);
        }

        return definition;
    }

    void AddColumnConstraints(ColumnDefinition column, int primaryKeys)
    {
        int ordinal = columns.FindIndex(c => c.Name == column.Name);
        if (column.PrimaryKey)
        {
            if (primaryKeys > 1)
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, $"table \"{table}\" has {primaryKeys} columns marked PRIMARY KEY: for a key of several columns write PRIMARY KEY (a, b) after the columns.", column.Position);
            }

            AddPrimaryKey(null, [ordinal], column.Position);
        }

        if (column.Unique)
        {
            constraints.Add(new($"{table}_{column.Name}_key", ConstraintKind.Unique, [ordinal], null));
        }

        if (column.Check is { } check)
        {
            AddCheck(null, check);
        }
    }

    void AddTableConstraint(TableConstraint constraint)
    {
        int[] ordinals = [.. constraint.Columns.Select(c => Ordinal(c, constraint.Position))];
        switch (constraint.Kind)
        {
            case TableConstraintKind.PrimaryKey:
                AddPrimaryKey(constraint.Name, ordinals, constraint.Position);
                break;
            case TableConstraintKind.Unique:
                constraints.Add(new(constraint.Name ?? $"{table}_{string.Join('_', constraint.Columns)}_key", ConstraintKind.Unique, ordinals.ToValueList(), null));
                break;
            case TableConstraintKind.Check:
                AddCheck(constraint.Name, constraint.Check!);
                break;
            default:
                throw new SqlException(SqlErrorCode.NotSupported, "FOREIGN KEY and REFERENCES are not supported: no reference between tables would be enforced. Leave the clause out.", constraint.Position);
        }
    }

    void AddPrimaryKey(string? name, int[] ordinals, SourcePosition position)
    {
        if (constraints.Exists(c => c.Kind == ConstraintKind.PrimaryKey))
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"table \"{table}\" has two primary keys.", position);
        }

        foreach (int ordinal in ordinals)
        {
            columns[ordinal] = columns[ordinal] with { Nullable = false };
        }

        constraints.Add(new(name ?? $"{table}_pkey", ConstraintKind.PrimaryKey, ordinals.ToValueList(), null));
    }

    void AddCheck(string? name, SqlExpression condition)
    {
        int number = constraints.Count(c => c.Kind == ConstraintKind.Check) + 1;
        constraints.Add(new(name ?? $"{table}_check{number}", ConstraintKind.Check, default, SqlText.Write(condition)));
    }

    int Ordinal(string column, SourcePosition position)
    {
        int ordinal = columns.FindIndex(c => string.Equals(c.Name, column, StringComparison.OrdinalIgnoreCase));
        return ordinal >= 0
            ? ordinal
            : throw new SqlException(SqlErrorCode.UndefinedColumn, $"table \"{table}\" has no column \"{column}\".{NameSuggestions.DidYouMean(column, columns.Select(c => c.Name))}", position);
    }
}
