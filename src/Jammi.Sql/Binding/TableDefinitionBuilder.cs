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
        ValidateChecks(definition, create.Columns, create.Constraints);
        return definition;
    }

    /// <summary>A table that is there, with further columns and constraints.</summary>
    public TableDefinition Extend(TableDefinition definition, IReadOnlyList<ColumnDefinition> newColumns, IReadOnlyList<TableConstraint> newConstraints)
    {
        columns.AddRange(definition.Columns);
        constraints.AddRange(definition.Constraints);
        columns.AddRange(newColumns.Select(binder.BindColumnDefinition));
        foreach (ColumnDefinition column in newColumns)
        {
            AddColumnConstraints(column, primaryKeys: 1);
        }

        foreach (TableConstraint constraint in newConstraints)
        {
            AddTableConstraint(constraint);
        }

        TableDefinition extended = definition with { Columns = columns.ToValueList(), Constraints = constraints.ToValueList() };
        ValidateChecks(extended, newColumns, newConstraints);
        return extended;
    }

    void ValidateChecks(TableDefinition definition, IReadOnlyList<ColumnDefinition> checkedColumns, IReadOnlyList<TableConstraint> checkedConstraints)
    {
        foreach (ColumnDefinition column in checkedColumns)
        {
            binder.ValidateCheck(definition, column.Check);
        }

        foreach (TableConstraint constraint in checkedConstraints)
        {
            binder.ValidateCheck(definition, constraint.Check);
        }
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
            constraints.Add(new(FreeName($"{table}_{column.Name}_key"), ConstraintKind.Unique, [ordinal], null));
        }

        if (column.Check is { } check)
        {
            AddCheck(null, check, column.Position);
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
                constraints.Add(new(NameOf(constraint.Name, $"{table}_{string.Join('_', constraint.Columns)}_key", constraint.Position), ConstraintKind.Unique, ordinals.ToValueList(), null));
                break;
            case TableConstraintKind.Check:
                AddCheck(constraint.Name, constraint.Check!, constraint.Position);
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

        constraints.Add(new(NameOf(name, $"{table}_pkey", position), ConstraintKind.PrimaryKey, ordinals.ToValueList(), null));
    }

    void AddCheck(string? name, SqlExpression condition, SourcePosition position)
    {
        int number = constraints.Count(c => c.Kind == ConstraintKind.Check) + 1;
        constraints.Add(new(NameOf(name, $"{table}_check{number}", position), ConstraintKind.Check, default, SqlText.Write(condition)));
    }

    string NameOf(string? written, string otherwise, SourcePosition position) =>
        written is not null && IsTaken(written)
            ? throw new SqlException(SqlErrorCode.DuplicateTable, $"table \"{table}\" has a constraint \"{written}\" already.", position)
            : written ?? FreeName(otherwise);

    string FreeName(string wanted)
    {
        string name = wanted;
        for (int number = 2; IsTaken(name); number++)
        {
            name = $"{wanted}{number}";
        }

        return name;
    }

    bool IsTaken(string name) => constraints.Exists(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));

    int Ordinal(string column, SourcePosition position)
    {
        int ordinal = columns.FindIndex(c => string.Equals(c.Name, column, StringComparison.OrdinalIgnoreCase));
        return ordinal >= 0
            ? ordinal
            : throw new SqlException(SqlErrorCode.UndefinedColumn, $"table \"{table}\" has no column \"{column}\".{NameSuggestions.DidYouMean(column, columns.Select(c => c.Name))}", position);
    }
}
