using Jammi.Sql.Catalog;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Writing;

/// <summary>Changes of definitions. Tables and views of a schema share one set of names, which compare ignoring case.</summary>
internal sealed partial class WriteTransaction
{
    public TableEntry CreateTable(TableDefinition definition, bool temporary)
    {
        RequireSchema(definition.Schema);
        RequireFree(definition.Schema, definition.Name);
        RequireDistinctColumns(definition);
        TableState table = TableState.Of(new TableEntry(state.NextTableId, database.NextUncommittedVersion(), definition, 0, temporary) { NextIdentity = First(definition) }, []);
        database.Identities.Begin(table.Entry.Id);
        Define(state.With(table) with { NextTableId = state.NextTableId + 1 });
        return table.Entry;
    }

    static long First(TableDefinition definition) => definition.IdentityColumn is >= 0 and var ordinal ? definition.Columns[ordinal].Identity!.Start : 0;

    public TableEntry ContinueIdentity(TableEntry table, TableEntry replaced)
    {
        TableState created = state.Table(table);
        database.Identities.Continue(created.Entry, replaced);
        TableEntry entry = created.Entry with { NextIdentity = database.Identities.NextOf(created.Entry) };
        Change(state.With(created with { Entry = entry }));
        return entry;
    }

    public TableEntry AlterTable(TableEntry table, TableDefinition definition)
    {
        TableState old = state.Table(table);
        TableDefinition before = old.Entry.Definition;
        if (!before.Columns.Select(c => c.Type).Equals(definition.Columns.Select(c => c.Type)))
        {
            throw new SqlException(SqlErrorCode.Internal, $"The rows of table {before.Name} do not have the columns of its new definition.");
        }

        string oldKey = DatabaseCatalog.Key(before.Schema, before.Name);
        if (oldKey != DatabaseCatalog.Key(definition.Schema, definition.Name))
        {
            RequireSchema(definition.Schema);
            RequireFree(definition.Schema, definition.Name);
        }

        RequireDistinctColumns(definition);
        TableEntry entry = old.Entry with { Definition = definition, Version = database.NextUncommittedVersion() };
        DatabaseState changed = (state with { Tables = state.Tables.Remove(oldKey) }).With(old with { Entry = entry });
        foreach ((string key, IndexEntry index) in state.Indexes.Where(i => IsOn(i.Value, before)))
        {
            changed = changed with { Indexes = changed.Indexes.SetItem(key, Follow(index, before, definition)) };
        }

        Define(changed);
        return entry;
    }

    public void DropTable(TableEntry table)
    {
        TableDefinition dropped = state.Table(table).Entry.Definition;
        Define(state with
        {
            Tables = state.Tables.Remove(DatabaseCatalog.Key(dropped.Schema, dropped.Name)),
            Indexes = state.Indexes.RemoveRange(state.Indexes.Where(i => IsOn(i.Value, dropped)).Select(i => i.Key)),
        });
    }

    public void CreateView(ViewEntry view)
    {
        RequireSchema(view.Schema);
        RequireFree(view.Schema, view.Name);
        Define(state with { Views = state.Views.Add(DatabaseCatalog.Key(view.Schema, view.Name), view) });
    }

    public void DropView(ViewEntry view)
    {
        string key = DatabaseCatalog.Key(view.Schema, view.Name);
        if (!state.Views.ContainsKey(key))
        {
            throw new SqlException(SqlErrorCode.UndefinedTable, $"There is no view {view.Schema}.{view.Name}.");
        }

        Define(state with { Views = state.Views.Remove(key) });
    }

    public void CreateIndex(IndexEntry index)
    {
        string key = DatabaseCatalog.Key(index.Schema, index.Name);
        if (state.Indexes.ContainsKey(key))
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"An index named {index.Name} exists already in schema {index.Schema}; drop it first or choose another name.");
        }

        if (!state.Tables.TryGetValue(DatabaseCatalog.Key(index.Schema, index.Table), out TableState? table))
        {
            throw new SqlException(SqlErrorCode.UndefinedTable, $"Index {index.Name} is to be on table {index.Schema}.{index.Table}, which does not exist.");
        }

        foreach (string column in index.Columns)
        {
            if (table.Entry.OrdinalOf(column) < 0)
            {
                throw new SqlException(SqlErrorCode.UndefinedColumn, $"Index {index.Name} is to be on column {column}, which table {index.Table} does not have; it has {string.Join(", ", table.Entry.Definition.Columns.Select(c => c.Name))}.");
            }
        }

        Define(state with { Indexes = state.Indexes.Add(key, index) });
    }

    public void DropIndex(IndexEntry index)
    {
        string key = DatabaseCatalog.Key(index.Schema, index.Name);
        if (!state.Indexes.ContainsKey(key))
        {
            throw new SqlException(SqlErrorCode.UndefinedTable, $"There is no index {index.Schema}.{index.Name}.");
        }

        Define(state with { Indexes = state.Indexes.Remove(key) });
    }

    public void CreateSchema(string name)
    {
        string lower = name.ToLowerInvariant();
        if (state.Schemas.Contains(lower) || lower is SchemaNames.System or SchemaNames.Information or SchemaNames.Temporary || SchemaNames.IsTemporary(lower))
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"Schema {name} exists already.");
        }

        Define(state with { Schemas = [.. state.Schemas.Append(lower).Order(StringComparer.Ordinal)] });
    }

    public void DropSchema(string name)
    {
        string lower = name.ToLowerInvariant();
        if (lower is SchemaNames.Main or SchemaNames.Embeddings)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"Schema {lower} belongs to every database and cannot be dropped.");
        }

        RequireSchema(lower);
        if (state.Tables.Keys.Concat(state.Views.Keys).FirstOrDefault(k => k.StartsWith(lower + ".", StringComparison.Ordinal)) is { } inside)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"Schema {name} is not empty: it has {inside}. Drop what is in it first.");
        }

        Define(state with { Schemas = [.. state.Schemas.Where(s => s != lower)] });
    }

    void Define(DatabaseState changed) => Change(changed with { DefinitionVersion = database.NextDefinitionVersion() });

    void RequireSchema(string schema)
    {
        if (!state.Schemas.Contains(schema.ToLowerInvariant()) && !SchemaNames.IsTemporary(schema))
        {
            throw new SqlException(SqlErrorCode.UndefinedTable, $"There is no schema {schema}; there are {string.Join(", ", state.Schemas)}. CREATE SCHEMA makes one.");
        }
    }

    void RequireFree(string schema, string name)
    {
        string key = DatabaseCatalog.Key(schema, name);
        if (state.Tables.ContainsKey(key) || state.Views.ContainsKey(key))
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"A {(state.Tables.ContainsKey(key) ? "table" : "view")} named {name} exists already in schema {SchemaNames.Shown(schema)}; drop it first or choose another name.");
        }
    }

    static void RequireDistinctColumns(TableDefinition definition)
    {
        if (definition.Columns.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"Table {definition.Name} would have two columns named {twice.Key}; give one another name.");
        }
    }

    static bool IsOn(IndexEntry index, TableDefinition table) =>
        DatabaseCatalog.Key(index.Schema, index.Table) == DatabaseCatalog.Key(table.Schema, table.Name);

    /// <summary>The index after its table or columns were renamed.</summary>
    static IndexEntry Follow(IndexEntry index, TableDefinition before, TableDefinition after)
    {
        ValueList<string> columns = index.Columns.Select(name =>
        {
            for (int i = 0; i < before.Columns.Count; i++)
            {
                if (string.Equals(before.Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    return after.Columns[i].Name;
                }
            }

            return name;
        });
        return index with { Table = after.Name, Columns = columns };
    }
}
