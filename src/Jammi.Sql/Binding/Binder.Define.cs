using System.Collections.Immutable;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Writing;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>CREATE, DROP and TRUNCATE. What can be known is checked here; the change itself is made by the transaction when the plan runs.</summary>
internal sealed partial class Binder
{
    static BoundStatement Define(string description, Action<IWriteTransaction> apply) => Define(description, (transaction, _) => apply(transaction));

    static BoundStatement Define(string description, Action<IWriteTransaction, CancellationToken> apply) => new(new LogicalDefine(description, apply), StatementKind.Define);

    static BoundStatement NothingToDo(string description) => Define(description + " (nothing to do)", _ => { });

    BoundStatement BindCreateTable(CreateTableStatement create)
    {
        (string schema, string name) = NewName(create.Name, create.Temporary);
        if (Existing(schema, name, create.OrReplace, create.IfNotExists, create.Name))
        {
            return NothingToDo($"CREATE TABLE {create.Name}");
        }

        TableDefinition definition = new TableDefinitionBuilder(this, schema, name).Build(create);
        bool temporary = SchemaNames.IsTemporary(schema);
        return Define($"CREATE TABLE {create.Name}", transaction =>
        {
            if (transaction.Current.Catalog.FindTable(schema, name) is { } old)
            {
                transaction.DropTable(old);
            }

            transaction.CreateTable(definition, temporary);
        });
    }

    BoundStatement BindCreateTableAs(CreateTableAsStatement create)
    {
        (string schema, string name) = NewName(create.Name, create.Temporary);
        if (Existing(schema, name, create.OrReplace, create.IfNotExists, create.Name))
        {
            return NothingToDo($"CREATE TABLE {create.Name}");
        }

        LogicalPlan plan = Rename(BindTopLevel(create.Query), create.Columns, name, create.Name.Position);
        RefuseRepeatedNames(plan.Schema.Columns.Select(c => c.Name), name, create.Name.Position);
        var definition = new TableDefinition(schema, name, plan.Schema.Columns.Select(c => new ColumnDefinitionEntry(c.Name, c.Type, Nullable: true, null)), default);
        plan = create.WithData ? plan : new LogicalLimit(plan, new ConstantExpression(ScalarValue.From(0L)), null, default);
        return new(new LogicalCreateTableAs(definition, create.OrReplace, create.IfNotExists, plan), StatementKind.Define);
    }

    internal static void RefuseRepeatedNames(IEnumerable<string> names, string table, SourcePosition position)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names.Where(n => !seen.Add(n)))
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"table \"{table}\" would have two columns named \"{name}\": give one another name with AS.", position);
        }
    }

    BoundStatement BindCreateView(CreateViewStatement create)
    {
        (string schema, string name) = NewName(create.Name, create.Temporary);
        bool exists = catalog.FindView(schema, name) is not null;
        if (catalog.FindTable(schema, name) is not null)
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"\"{create.Name}\" is a table already.", create.Name.Position);
        }

        if (exists && create.IfNotExists)
        {
            return NothingToDo($"CREATE VIEW {create.Name}");
        }

        if (exists && !create.OrReplace)
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"view \"{create.Name}\" exists already: write CREATE OR REPLACE VIEW to replace it.", create.Name.Position);
        }

        // Bound now so that errors come now; a view that replaces one may not be built on itself.
        openViews.Add(schema == SchemaNames.Main ? name : $"{SchemaNames.Shown(schema)}.{name}");
        int slots = parameters.Slots.Count;
        LogicalPlan plan = Rename(BindTopLevel(create.Query), create.Columns, name, create.Name.Position);
        RefuseRepeatedNames(plan.Schema.Columns.Select(c => c.Name), name, create.Name.Position);
        if (parameters.Slots.Count > slots)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "a view cannot hold parameters: write the values.", create.Query.Position);
        }

        var view = new ViewEntry(schema, name, create.QueryText, create.Columns.ToValueList(), SchemaNames.IsTemporary(schema));
        return Define($"CREATE VIEW {create.Name}", transaction =>
        {
            if (transaction.Current.Catalog.FindView(schema, name) is { } old)
            {
                transaction.DropView(old);
            }

            transaction.CreateView(view);
        });
    }

    BoundStatement BindCreateIndex(CreateIndexStatement create)
    {
        TableEntry table = RequireTable(create.Table);
        string name = create.Name.Parts[^1];
        if (catalog.Indexes.ContainsKey(DatabaseCatalog.Key(table.Schema, name)))
        {
            return create.IfNotExists
                ? NothingToDo($"CREATE INDEX {create.Name}")
                : throw new SqlException(SqlErrorCode.DuplicateTable, $"index \"{create.Name}\" exists already.", create.Name.Position);
        }

        string[] columns = [.. create.Columns.Select(c => c.Expression is NameExpression { Parts: [var column] }
            ? table.Definition.Columns[RequireColumn(table, column, c.Expression.Position)].Name
            : throw new SqlException(SqlErrorCode.NotSupported, "an index over an expression is not supported yet: name a column.", c.Expression.Position))];
        var index = new IndexEntry(table.Schema, name, table.Name, create.Unique, columns.ToValueList());
        return Define($"CREATE INDEX {create.Name}", (transaction, cancellation) =>
        {
            transaction.CreateIndex(index);
            if (index.Unique)
            {
                AddUnique(transaction, index, cancellation);
            }
        });
    }

    /// <summary>A unique index is a UNIQUE constraint of its name, which the rows that are there must keep already.</summary>
    static void AddUnique(IWriteTransaction transaction, IndexEntry index, CancellationToken cancellation)
    {
        TableEntry table = transaction.Current.Catalog.FindTable(index.Schema, index.Table)!;
        var constraint = new ConstraintEntry(index.Name, ConstraintKind.Unique, index.Columns.Select(table.OrdinalOf), null);
        StoredKeys.CheckUnique(table, constraint, transaction.Current.OpenTable(table), cancellation);
        transaction.AlterTable(table, table.Definition with { Constraints = [.. table.Definition.Constraints, constraint] });
    }

    static void DropIndex(IWriteTransaction transaction, IndexEntry index)
    {
        transaction.DropIndex(index);
        if (index.Unique && transaction.Current.Catalog.FindTable(index.Schema, index.Table) is { } table)
        {
            ValueList<ConstraintEntry> others = table.Definition.Constraints.Where(c => c.Kind != ConstraintKind.Unique || c.Name != index.Name).ToValueList();
            transaction.AlterTable(table, table.Definition with { Constraints = others });
        }
    }

    BoundStatement BindCreateSchema(CreateSchemaStatement create)
    {
        if (SchemaExists(create.Name))
        {
            return create.IfNotExists
                ? NothingToDo($"CREATE SCHEMA {create.Name}")
                : throw new SqlException(SqlErrorCode.DuplicateTable, $"schema \"{create.Name}\" exists already.", create.Position);
        }

        return Define($"CREATE SCHEMA {create.Name}", transaction => transaction.CreateSchema(create.Name));
    }

    BoundStatement BindDrop(DropStatement drop)
    {
        var changes = new List<Action<IWriteTransaction>>();
        foreach (ObjectName name in drop.Names)
        {
            if (BindDropped(drop, name) is { } change)
            {
                changes.Add(change);
            }
        }

        string what = $"DROP {drop.Kind.ToString().ToUpperInvariant()} {string.Join(", ", drop.Names)}";
        return Define(what, transaction => changes.ForEach(change => change(transaction)));
    }

    Action<IWriteTransaction>? BindDropped(DropStatement drop, ObjectName name)
    {
        if (drop.Kind == ObjectKind.Schema)
        {
            return BindDropSchema(drop, name);
        }

        (string? schema, string own) = SplitName(name.Parts, name.Position);
        TableEntry? table = catalog.FindTable(schema, own);
        ViewEntry? view = catalog.FindView(schema, own);
        switch (drop.Kind)
        {
            case ObjectKind.Table when table is not null:
                return transaction => transaction.DropTable(transaction.Current.Catalog.FindTable(table.Schema, table.Name)!);
            case ObjectKind.View when view is not null:
                return transaction => transaction.DropView(view);
            case ObjectKind.Table when view is not null:
                throw new SqlException(SqlErrorCode.InvalidStatement, $"\"{name}\" is a view: use DROP VIEW.", name.Position);
            case ObjectKind.View when table is not null:
                throw new SqlException(SqlErrorCode.InvalidStatement, $"\"{name}\" is a table: use DROP TABLE.", name.Position);
            case ObjectKind.Index when catalog.FindIndex(schema, own) is { } index:
                return transaction => DropIndex(transaction, index);
        }

        if (drop.IfExists)
        {
            return null;
        }

        throw drop.Kind == ObjectKind.Index
            ? new SqlException(SqlErrorCode.UndefinedTable, $"index \"{name}\" does not exist.{NameSuggestions.DidYouMean(own, catalog.VisibleIndexes.Select(i => i.Name))}", name.Position)
            : UnknownTable(name.Parts, schema, null, name.Position);
    }

    Action<IWriteTransaction>? BindDropSchema(DropStatement drop, ObjectName name)
    {
        string schema = name.Parts[^1];
        string? stored = catalog.Schemas.FirstOrDefault(s => Same(s, schema));
        if (stored is null)
        {
            return drop.IfExists ? null : throw new SqlException(SqlErrorCode.UndefinedTable, $"schema \"{name}\" does not exist.{NameSuggestions.DidYouMean(schema, catalog.Schemas)}", name.Position);
        }

        if (stored is SchemaNames.Main or SchemaNames.Embeddings)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"schema \"{stored}\" belongs to every database and cannot be dropped.", name.Position);
        }

        bool occupied = catalog.Tables.Values.Any(t => Same(t.Schema, stored)) || catalog.Views.Values.Any(v => Same(v.Schema, stored));
        if (occupied && !drop.Cascade)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"schema \"{stored}\" is not empty: write DROP SCHEMA {stored} CASCADE to drop what is in it too.", name.Position);
        }

        return transaction =>
        {
            DatabaseCatalog current = transaction.Current.Catalog;
            foreach (ViewEntry view in current.Views.Values.Where(v => Same(v.Schema, stored)))
            {
                transaction.DropView(view);
            }

            foreach (TableEntry table in current.Tables.Values.Where(t => Same(t.Schema, stored)))
            {
                transaction.DropTable(table);
            }

            transaction.DropSchema(stored);
        };
    }

    BoundStatement BindTruncate(TruncateStatement truncate)
    {
        TableEntry table = RequireTable(truncate.Table);
        return Define($"TRUNCATE {truncate.Table}", transaction => transaction.Truncate(transaction.Current.Catalog.FindTable(table.Schema, table.Name)!));
    }

    /// <summary>Where a new table or view goes: the session's temporary schema (which it has by then), the schema named, or main.</summary>
    (string Schema, string Name) NewName(ObjectName name, bool temporary)
    {
        (string? schema, string own) = SplitName(name.Parts, name.Position);
        if (temporary)
        {
            return schema is null || Same(schema, SchemaNames.Temporary)
                ? (catalog.TemporarySchema!, own)
                : throw new SqlException(SqlErrorCode.InvalidStatement, $"a temporary table lives in schema temp, not in \"{schema}\".", name.Position);
        }

        if (schema is null)
        {
            return (SchemaNames.Main, own);
        }

        if (Same(schema, SchemaNames.Temporary))
        {
            return (catalog.TemporarySchema!, own);
        }

        if (catalog.Schemas.FirstOrDefault(s => Same(s, schema)) is { } stored)
        {
            return (stored, own);
        }

        throw SchemaExists(schema)
            ? new SqlException(SqlErrorCode.InvalidStatement, $"schema \"{schema}\" holds system tables: nothing can be created in it.", name.Position)
            : new SqlException(SqlErrorCode.UndefinedTable, $"schema \"{schema}\" does not exist: create it with CREATE SCHEMA.{NameSuggestions.DidYouMean(schema, catalog.Schemas)}", name.Position);
    }

    /// <summary>Whether there is such a table and IF NOT EXISTS makes that good; throws where it is not.</summary>
    bool Existing(string schema, string name, bool orReplace, bool ifNotExists, ObjectName written)
    {
        if (catalog.FindView(schema, name) is not null)
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"\"{written}\" is a view already.", written.Position);
        }

        if (catalog.FindTable(schema, name) is null || orReplace)
        {
            return false;
        }

        return ifNotExists ? true : throw new SqlException(SqlErrorCode.DuplicateTable, $"table \"{written}\" exists already: drop it first, or write CREATE TABLE IF NOT EXISTS or CREATE OR REPLACE TABLE.", written.Position);
    }
}
