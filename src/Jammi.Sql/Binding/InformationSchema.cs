using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>information_schema.schemata.</summary>
internal sealed class SchemataTable : ISystemTable
{
    public string Schema => SchemaNames.Information;

    public string Name => "schemata";

    public IReadOnlyList<OutputColumn> Columns { get; } = [Information.Text("catalog_name"), Information.Text("schema_name")];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) =>
        catalog.Schemas
            .Concat(systemTables.Select(t => t.Schema))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal)
            .Select(schema => new object?[] { Information.Catalog, schema });
}

/// <summary>information_schema.tables: tables, views and system tables.</summary>
internal sealed class TablesTable : ISystemTable
{
    public string Schema => SchemaNames.Information;

    public string Name => "tables";

    public IReadOnlyList<OutputColumn> Columns { get; } =
        [Information.Text("table_catalog"), Information.Text("table_schema"), Information.Text("table_name"), Information.Text("table_type")];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables)
    {
        foreach (TableEntry table in Information.TablesOf(catalog))
        {
            yield return [Information.Catalog, table.Schema, table.Name, table.Temporary ? "LOCAL TEMPORARY" : "BASE TABLE"];
        }

        foreach (ViewEntry view in Information.ViewsOf(catalog))
        {
            yield return [Information.Catalog, view.Schema, view.Name, "VIEW"];
        }

        foreach (ISystemTable table in systemTables)
        {
            yield return [Information.Catalog, table.Schema, table.Name, "SYSTEM TABLE"];
        }
    }
}

/// <summary>information_schema.columns of the stored and system tables. Views have none here: their columns are known only when they are used.</summary>
internal sealed class ColumnsTable : ISystemTable
{
    public string Schema => SchemaNames.Information;

    public string Name => "columns";

    public IReadOnlyList<OutputColumn> Columns { get; } =
    [
        Information.Text("table_catalog"),
        Information.Text("table_schema"),
        Information.Text("table_name"),
        Information.Text("column_name"),
        new("ordinal_position", SqlType.Integer, Nullable: false),
        new("column_default", SqlType.Text, Nullable: true),
        Information.Text("is_nullable"),
        Information.Text("data_type"),
        new("numeric_precision", SqlType.Integer, Nullable: true),
        new("numeric_scale", SqlType.Integer, Nullable: true),
        Information.Text("is_identity"),
        new("identity_generation", SqlType.Text, Nullable: true),
        new("identity_start", SqlType.BigInt, Nullable: true),
        new("identity_increment", SqlType.BigInt, Nullable: true),
    ];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables)
    {
        foreach (TableEntry table in Information.TablesOf(catalog))
        {
            for (int i = 0; i < table.Definition.Columns.Count; i++)
            {
                ColumnDefinitionEntry column = table.Definition.Columns[i];
                yield return Row(table.Schema, table.Name, i, column.Name, column.Type, column.Nullable, column.Default, column.Identity);
            }
        }

        foreach (ISystemTable table in systemTables)
        {
            for (int i = 0; i < table.Columns.Count; i++)
            {
                yield return Row(table.Schema, table.Name, i, table.Columns[i].Name, table.Columns[i].Type, table.Columns[i].Nullable, null, null);
            }
        }
    }

    static object?[] Row(string schema, string table, int index, string column, SqlType type, bool nullable, string? defaultValue, IdentityEntry? identity) =>
    [
        Information.Catalog, schema, table, column, index + 1, defaultValue, nullable ? "YES" : "NO", type.ToString(),
        type.Kind == SqlTypeKind.Decimal ? type.Precision : null,
        type.Kind == SqlTypeKind.Decimal ? type.Scale : null,
        identity is null ? "NO" : "YES", identity?.Generation, identity?.Start, identity?.Increment,
    ];
}

/// <summary>information_schema.views.</summary>
internal sealed class ViewsTable : ISystemTable
{
    public string Schema => SchemaNames.Information;

    public string Name => "views";

    public IReadOnlyList<OutputColumn> Columns { get; } =
        [Information.Text("table_catalog"), Information.Text("table_schema"), Information.Text("table_name"), Information.Text("view_definition")];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) =>
        Information.ViewsOf(catalog).Select(view => new object?[] { Information.Catalog, view.Schema, view.Name, view.Query });
}

/// <summary>jammi.tables: the stored tables with their sizes.</summary>
internal sealed class StoredTablesTable : ISystemTable
{
    public string Schema => SchemaNames.System;

    public string Name => "tables";

    public IReadOnlyList<OutputColumn> Columns { get; } =
    [
        Information.Text("schema_name"),
        Information.Text("table_name"),
        new("columns", SqlType.Integer, Nullable: false),
        new("rows", SqlType.BigInt, Nullable: false),
        new("version", SqlType.BigInt, Nullable: false),
        new("temporary", SqlType.Boolean, Nullable: false),
    ];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) =>
        Information.TablesOf(catalog).Select(t => new object?[] { t.Schema, t.Name, t.Definition.Columns.Count, t.RowCount, t.Version, t.Temporary });
}

/// <summary>What the tables of information_schema share.</summary>
internal static class Information
{
    /// <summary>The one catalog's name.</summary>
    public const string Catalog = "jammi";

    public static OutputColumn Text(string name) => new(name, SqlType.Text, Nullable: false);

    public static IEnumerable<TableEntry> TablesOf(DatabaseCatalog catalog) =>
        catalog.VisibleTables
            .Select(t => t.Temporary ? t with { Definition = t.Definition with { Schema = SchemaNames.Shown(t.Schema) } } : t)
            .OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Name, StringComparer.Ordinal);

    public static IEnumerable<ViewEntry> ViewsOf(DatabaseCatalog catalog) =>
        catalog.VisibleViews
            .Select(v => v.Temporary ? v with { Schema = SchemaNames.Shown(v.Schema) } : v)
            .OrderBy(v => v.Schema, StringComparer.Ordinal).ThenBy(v => v.Name, StringComparer.Ordinal);
}
