using System.Globalization;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>CREATE, DROP and ALTER.</summary>
internal sealed partial class AstBuilder
{
    private Statement Create(SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNodes prefix = parts[0].Parts;
        bool orReplace = prefix.AsEnumerable().Any(word => Is(word, "REPLACE"));
        bool temporary = prefix.AsEnumerable().Any(word => Is(word, "TEMPORARY"));
        bool ifNotExists = Only(parts[2]) is not null;
        if (parts[1].Term.Name == "FULLTEXT INDEX")
        {
            return orReplace || temporary ? throw Error(parts[0], "CREATE FULLTEXT INDEX takes neither OR REPLACE nor TEMPORARY") : FullTextIndex(parts, ifNotExists, position);
        }

        ObjectName name = ObjectNameOf(parts[3]);
        if (orReplace && ifNotExists)
        {
            throw Error(parts[2], "OR REPLACE and IF NOT EXISTS exclude each other");
        }

        switch (parts[1].Term.Name)
        {
            case "TABLE" when parts.Count == 5:
                return CreateTable(node, name, temporary, orReplace, ifNotExists, position);
            case "TABLE":
                string[] columns = parts.Count == 7 ? parts[4].Parts.Select(BareColumn) : [];
                bool withData = Only(parts[^1]) is not { } data || !Is(data, "WITH NO DATA");
                return new CreateTableAsStatement(name, temporary, orReplace, ifNotExists, columns, Query(parts[^2]), withData, position);
            case "VIEW":
                SyntaxNode query = parts[^1];
                SourcePosition place = StatementPosition(query);
                string text = _text.Substring(place.Offset, place.Length);
                return new CreateViewStatement(name, temporary, orReplace, ifNotExists, Identifiers(parts.Count == 6 ? parts[4] : null), Query(query), text, position);
        }

        if (orReplace || temporary)
        {
            throw Error(parts[0], $"CREATE {parts[1].Term.Name} takes neither OR REPLACE nor TEMPORARY");
        }

        return parts[1].Term.Name == "SCHEMA"
            ? new CreateSchemaStatement(name.Parts is [var schema] ? schema : throw Error(parts[3], "the name of a schema has one part"), ifNotExists, position)
            : new CreateIndexStatement(name, ObjectNameOf(parts[4]), Is(parts[1], "UNIQUE INDEX"), ifNotExists, IndexedColumns(parts[5]), position);
    }

    private CreateFullTextIndexStatement FullTextIndex(SyntaxNodes parts, bool ifNotExists, SourcePosition position)
    {
        ObjectName? name = Only(parts[3]) is { } written ? ObjectNameOf(written) : null;
        NamedOption[] columns = parts[5].Parts.Select(column => new NamedOption(Identifier(column), null, At(column)));
        NamedOption[] options = [.. parts[6].Parts.AsEnumerable().SelectMany(list => list.Parts.AsEnumerable()).Select(option => new NamedOption(Identifier(option.Parts[0]), Expression(option.Parts[^1]), At(option)))];
        return new(name, ObjectNameOf(parts[4]), ifNotExists, columns, options, position);
    }

    private CreateTableStatement CreateTable(SyntaxNode node, ObjectName name, bool temporary, bool orReplace, bool ifNotExists, SourcePosition position)
    {
        var columns = new List<ColumnDefinition>();
        var constraints = new List<TableConstraint>();
        foreach (SyntaxNode element in node.Parts[4].Parts)
        {
            if (element.Term == _grammar.ColumnDefinition)
            {
                columns.Add(Column(element, constraints));
            }
            else
            {
                constraints.Add(Constraint(element, null));
            }
        }

        return new CreateTableStatement(name, temporary, orReplace, ifNotExists, columns, constraints, position);
    }

    /// <summary>A column of CREATE TABLE t (a, b) AS query: a name without a type.</summary>
    private string BareColumn(SyntaxNode element)
    {
        bool isBare = element.Term == _grammar.ColumnDefinition && element.Parts.Count == 2 && element.Parts[1].Parts.Count == 0;
        return isBare ? Identifier(element.Parts[0]) : throw Error(element, "the columns of CREATE TABLE ... AS are names only; their types come from the query");
    }

    /// <summary>A column; foreign keys and second checks among its constraints become constraints of the table.</summary>
    private ColumnDefinition Column(SyntaxNode node, List<TableConstraint> tableConstraints)
    {
        SyntaxNodes parts = node.Parts;
        string name = Identifier(parts[0]);
        TypeName? type = parts.Count == 3 ? TypeNameOf(parts[1]) : null;
        var column = new ColumnDefinition(name, type, false, false, false, null, null, At(node));
        foreach (SyntaxNode constraint in parts[^1].Parts)
        {
            column = WithConstraint(column, constraint, tableConstraints, null);
        }

        return column;
    }

    private ColumnDefinition WithConstraint(ColumnDefinition column, SyntaxNode node, List<TableConstraint> tableConstraints, string? constraintName)
    {
        SyntaxNodes parts = node.Parts;
        SyntaxNode first = parts[0];
        if (first.Term == _grammar.Name)
        {
            string[] referenced = Identifiers(parts.Count > 1 ? parts[1] : null);
            tableConstraints.Add(new TableConstraint(TableConstraintKind.ForeignKey, constraintName, [column.Name], null, ObjectNameOf(first), referenced, At(node)));
            return column;
        }

        switch (first.Term.Name)
        {
            case "NOT NULL":
                return column with { NotNull = true };
            case "NULL":
                return column.NotNull ? throw Error(node, $"column \"{column.Name}\" cannot be both NULL and NOT NULL") : column;
            case "PRIMARY KEY":
                return column with { PrimaryKey = true };
            case "UNIQUE":
                return column with { Unique = true };
            case "DEFAULT":
                return column.Default is null ? column with { Default = Expression(parts[1]) } : throw Error(node, $"column \"{column.Name}\" has a DEFAULT already");
            case "GENERATED AS IDENTITY":
                return column.Identity is null ? column with { Identity = Identity(parts) } : throw Error(node, $"column \"{column.Name}\" is an identity column already");
            case "CHECK" when column.Check is null && constraintName is null:
                return column with { Check = Expression(parts[1]) };
            case "CHECK":
                tableConstraints.Add(new TableConstraint(TableConstraintKind.Check, constraintName, [], Expression(parts[1]), null, [], At(node)));
                return column;
            default:
                return WithConstraint(column, parts[2], tableConstraints, Identifier(parts[1]));
        }
    }

    private IdentityClause Identity(SyntaxNodes parts)
    {
        long? start = null;
        long? increment = null;
        foreach (SyntaxNode option in parts.Count == 1 ? [] : parts[1].Parts.AsEnumerable())
        {
            bool isStart = Spelling(option.Parts[0]) == "START WITH";
            if ((isStart ? start : increment) is not null)
            {
                throw Error(option, $"{(isStart ? "START WITH" : "INCREMENT BY")} is given twice");
            }

            (isStart ? ref start : ref increment) = WholeNumber(option.Parts[^1], isNegative: option.Parts.Count == 3);
        }

        return new(Spelling(parts[0]) == "GENERATED ALWAYS AS IDENTITY", start, increment, At(parts[0]));
    }

    private long WholeNumber(SyntaxNode number, bool isNegative) =>
        long.TryParse((isNegative ? "-" : string.Empty) + number.Text.ToString().Replace("_", string.Empty, StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw Error(number, $"{number.Text} is not a whole number of 64 bits");

    private TableConstraint Constraint(SyntaxNode node, string? name)
    {
        SyntaxNodes parts = node.Parts;
        return parts[0].Term.Name switch
        {
            "PRIMARY KEY" => new TableConstraint(TableConstraintKind.PrimaryKey, name, Identifiers(parts[1]), null, null, [], At(node)),
            "UNIQUE" => new TableConstraint(TableConstraintKind.Unique, name, Identifiers(parts[1]), null, null, [], At(node)),
            "CHECK" => new TableConstraint(TableConstraintKind.Check, name, [], Expression(parts[1]), null, [], At(node)),
            "FOREIGN KEY" => new TableConstraint(
                TableConstraintKind.ForeignKey, name, Identifiers(parts[1]), null, ObjectNameOf(parts[2]), Identifiers(parts.Count > 3 ? parts[3] : null), At(node)),
            _ when name is null => Constraint(parts[2], Identifier(parts[1])),
            _ => throw Error(node, "this constraint has a name already"),
        };
    }

    private IndexedColumn[] IndexedColumns(SyntaxNode list) => [.. OrderItems(list).Select(item => new IndexedColumn(item.Expression, item.Descending))];

    private DropStatement Drop(SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        ObjectKind kind = parts[1].Parts[0].Term.Name switch
        {
            "TABLE" => ObjectKind.Table,
            "VIEW" => ObjectKind.View,
            "INDEX" => ObjectKind.Index,
            _ => ObjectKind.Schema,
        };
        return new DropStatement(kind, parts[3].Parts.Select(ObjectNameOf), Only(parts[2]) is not null, Cascades(parts[4]), position);
    }

    private bool Cascades(SyntaxNode node) => Only(node) is { } word && (Identifier(word).ToUpperInvariant() switch
    {
        "CASCADE" => true,
        "RESTRICT" => false,
        _ => throw Error(word, $"syntax error at \"{word.Text}\": expected CASCADE, RESTRICT or end of statement"),
    });

    private AlterTableStatement AlterTable(SyntaxNode node, SourcePosition position)
    {
        SyntaxNodes parts = node.Parts;
        return new AlterTableStatement(ObjectNameOf(parts[2]), Only(parts[1]) is not null, Action(parts[3]), position);
    }

    private AlterAction Action(SyntaxNode node)
    {
        SyntaxNodes parts = node.Parts;
        switch (parts[0].Term.Name)
        {
            case "ADD" when parts[1].Term == _grammar.TableConstraint:
                return new AddConstraintAction(Constraint(parts[1], null));
            case "ADD":
                return AddedColumn(parts[1], false);
            case "ADD COLUMN":
                return AddedColumn(parts[2], Only(parts[1]) is not null);
            case "DROP CONSTRAINT":
                return Cascades(parts[3]) ? throw Error(parts[3], "dropping a constraint does not cascade") : new DropConstraintAction(Identifier(parts[2]), Only(parts[1]) is not null);
            case "RENAME CONSTRAINT":
                return new RenameConstraintAction(Identifier(parts[1]), Identifier(parts[3]));
            case "DROP":
                return Dropped(parts[1], parts[2], false);
            case "DROP COLUMN":
                return Dropped(parts[2], parts[3], Only(parts[1]) is not null);
            case "RENAME TO":
                return new RenameTableAction(Identifier(parts[1]));
            case "RENAME" or "RENAME COLUMN":
                return new RenameColumnAction(Identifier(parts[1]), Identifier(parts[3]));
        }

        string column = Identifier(parts[0].Parts[1]);
        return parts[1].Term.Name switch
        {
            "TYPE" => new AlterColumnTypeAction(column, TypeNameOf(parts[2]), parts.Count > 3 ? Expression(parts[3]) : null),
            "SET DEFAULT" => new AlterColumnDefaultAction(column, Expression(parts[2])),
            "DROP DEFAULT" => new AlterColumnDefaultAction(column, null),
            _ => new AlterColumnNullAction(column, Spelling(parts[1]).StartsWith("SET", StringComparison.Ordinal)),
        };
    }

    private AddColumnAction AddedColumn(SyntaxNode node, bool ifNotExists)
    {
        var constraints = new List<TableConstraint>();
        ColumnDefinition column = Column(node, constraints);
        return new AddColumnAction(column, constraints, ifNotExists);
    }

    private DropColumnAction Dropped(SyntaxNode column, SyntaxNode cascade, bool ifExists) =>
        Cascades(cascade) ? throw Error(cascade, "dropping a column does not cascade") : new DropColumnAction(Identifier(column), ifExists);
}
