using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;

namespace Jammi.Data.Metadata;

/// <summary>Indexes, and the constraints that make values unique.</summary>
static class KeyCollections
{
    static readonly string[] OfTable = ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME"];

    /// <summary>Declared indexes, and those that PRIMARY KEY and UNIQUE imply.</summary>
    public static SchemaCollection Indexes { get; } = new(
        "Indexes",
        4,
        [.. OfTable, "INDEX_NAME"],
        [
            ("TABLE_CATALOG", typeof(string)), ("TABLE_SCHEMA", typeof(string)), ("TABLE_NAME", typeof(string)), ("INDEX_NAME", typeof(string)),
            ("IS_UNIQUE", typeof(bool)), ("IS_PRIMARY_KEY", typeof(bool)), ("INDEX_TYPE", typeof(string)),
        ],
        connection => connection.WithCatalog(catalog => IndexesOf(catalog).Select(i => new object?[] { Information.Catalog, i.Schema, i.Table, i.Name, i.Unique, i.Primary, i.Kind })));

    public static SchemaCollection IndexColumns { get; } = new(
        "IndexColumns",
        5,
        [.. OfTable, "INDEX_NAME", "COLUMN_NAME"],
        [
            ("TABLE_CATALOG", typeof(string)), ("TABLE_SCHEMA", typeof(string)), ("TABLE_NAME", typeof(string)), ("INDEX_NAME", typeof(string)),
            ("COLUMN_NAME", typeof(string)), ("ORDINAL_POSITION", typeof(int)),
        ],
        connection => connection.WithCatalog(catalog => IndexesOf(catalog).SelectMany(i => i.Columns.Select((column, at) => new object?[] { Information.Catalog, i.Schema, i.Table, i.Name, column, at + 1 }))));

    public static SchemaCollection PrimaryKeys { get; } = Constraints("PrimaryKeys", ConstraintKind.PrimaryKey);

    public static SchemaCollection UniqueKeys { get; } = Constraints("UniqueKeys", ConstraintKind.Unique);

    /// <summary>Always empty: foreign keys are not enforced, so none is kept.</summary>
    public static SchemaCollection ForeignKeys { get; } = new(
        "ForeignKeys",
        4,
        [.. OfTable, "CONSTRAINT_NAME"],
        [
            ("CONSTRAINT_CATALOG", typeof(string)), ("CONSTRAINT_SCHEMA", typeof(string)), ("CONSTRAINT_NAME", typeof(string)), ("TABLE_CATALOG", typeof(string)),
            ("TABLE_SCHEMA", typeof(string)), ("TABLE_NAME", typeof(string)), ("CONSTRAINT_TYPE", typeof(string)), ("IS_DEFERRABLE", typeof(string)), ("INITIALLY_DEFERRED", typeof(string)),
        ],
        _ => []);

    static SchemaCollection Constraints(string name, ConstraintKind kind) => new(
        name,
        4,
        [.. OfTable, "CONSTRAINT_NAME"],
        [
            ("TABLE_CATALOG", typeof(string)), ("TABLE_SCHEMA", typeof(string)), ("TABLE_NAME", typeof(string)), ("CONSTRAINT_NAME", typeof(string)),
            ("COLUMN_NAME", typeof(string)), ("ORDINAL_POSITION", typeof(int)),
        ],
        connection => connection.WithCatalog(catalog =>
            from table in Information.TablesOf(catalog)
            from constraint in table.Definition.Constraints
            where constraint.Kind == kind
            from place in Enumerable.Range(0, constraint.Columns.Count)
            select new object?[] { Information.Catalog, table.Schema, table.Name, constraint.Name, table.Definition.Columns[constraint.Columns[place]].Name, place + 1 }));

    static IEnumerable<(string Schema, string Table, string Name, bool Unique, bool Primary, string Kind, IReadOnlyList<string> Columns)> IndexesOf(DatabaseCatalog catalog)
    {
        foreach (TableEntry table in Information.TablesOf(catalog))
        {
            foreach (ConstraintEntry key in table.Definition.Constraints.Where(c => c.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique))
            {
                yield return (table.Schema, table.Name, key.Name, true, key.Kind == ConstraintKind.PrimaryKey, IndexEntry.UniqueKind, [.. key.Columns.Select(c => table.Definition.Columns[c].Name)]);
            }
        }

        foreach (IndexEntry index in catalog.VisibleIndexes.OrderBy(i => i.Schema, StringComparer.Ordinal).ThenBy(i => i.Name, StringComparer.Ordinal))
        {
            yield return (SchemaNames.Shown(index.Schema), index.Table, index.Name, index.Unique, false, index.Kind, [.. index.Columns]);
        }
    }
}
