using Jammi.Sql;
using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Data.Metadata;

/// <summary>Databases, schemas, tables and views, with their columns.</summary>
static class RelationCollections
{
    public static SchemaCollection Catalogs { get; } = new("Catalogs", 1, ["CATALOG_NAME"], [("CATALOG_NAME", typeof(string))], _ => [[Information.Catalog]]);

    public static SchemaCollection Databases { get; } = new(
        "Databases",
        1,
        ["DATABASE_NAME"],
        [("DATABASE_NAME", typeof(string)), ("DATA_SOURCE", typeof(string))],
        connection => [[connection.Database, connection.DataSource]]);

    public static SchemaCollection Schemas { get; } = new(
        "Schemas",
        2,
        ["CATALOG_NAME", "SCHEMA_NAME"],
        [("CATALOG_NAME", typeof(string)), ("SCHEMA_NAME", typeof(string))],
        connection => connection.WithCatalog(catalog => catalog.Schemas.Select(schema => new object?[] { Information.Catalog, schema })));

    /// <summary>Tables, temporary tables and views, as information_schema.tables lists them; without the tables of the system itself.</summary>
    public static SchemaCollection Tables { get; } = new(
        "Tables",
        3,
        ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE"],
        [("TABLE_CATALOG", typeof(string)), ("TABLE_SCHEMA", typeof(string)), ("TABLE_NAME", typeof(string)), ("TABLE_TYPE", typeof(string))],
        connection => connection.WithCatalog(catalog =>
            Information.TablesOf(catalog).Select(t => new object?[] { Information.Catalog, t.Schema, t.Name, t.Temporary ? "LOCAL TEMPORARY" : "BASE TABLE" })
                .Concat(Information.ViewsOf(catalog).Select(v => new object?[] { Information.Catalog, v.Schema, v.Name, "VIEW" }))));

    public static SchemaCollection Views { get; } = new(
        "Views",
        3,
        ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME"],
        [
            ("TABLE_CATALOG", typeof(string)), ("TABLE_SCHEMA", typeof(string)), ("TABLE_NAME", typeof(string)), ("TABLE_TYPE", typeof(string)),
            ("VIEW_DEFINITION", typeof(string)), ("CHECK_OPTION", typeof(string)), ("IS_UPDATABLE", typeof(string)),
        ],
        connection => connection.WithCatalog(catalog =>
            Information.ViewsOf(catalog).Select(v => new object?[] { Information.Catalog, v.Schema, v.Name, "VIEW", v.Query, "NONE", "NO" })));

    public static SchemaCollection Columns { get; } = new(
        "Columns",
        4,
        ["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME"],
        [("TABLE_CATALOG", typeof(string)), ("TABLE_SCHEMA", typeof(string)), ("TABLE_NAME", typeof(string)), .. ColumnFacts],
        connection => connection.WithCatalog(catalog => TableColumns(catalog).Concat(ViewColumnsOf(connection, catalog))));

    public static SchemaCollection ViewColumns { get; } = new(
        "ViewColumns",
        4,
        ["VIEW_CATALOG", "VIEW_SCHEMA", "VIEW_NAME", "COLUMN_NAME"],
        [("VIEW_CATALOG", typeof(string)), ("VIEW_SCHEMA", typeof(string)), ("VIEW_NAME", typeof(string)), .. ColumnFacts],
        connection => connection.WithCatalog(catalog => ViewColumnsOf(connection, catalog)));

    static (string Name, Type Type)[] ColumnFacts =>
    [
        ("COLUMN_NAME", typeof(string)), ("ORDINAL_POSITION", typeof(int)), ("COLUMN_DEFAULT", typeof(string)), ("IS_NULLABLE", typeof(string)), ("DATA_TYPE", typeof(string)),
        ("CHARACTER_MAXIMUM_LENGTH", typeof(int)), ("CHARACTER_OCTET_LENGTH", typeof(int)), ("NUMERIC_PRECISION", typeof(int)), ("NUMERIC_SCALE", typeof(int)),
        ("DATETIME_PRECISION", typeof(int)), ("PROVIDER_DB_TYPE", typeof(int)),
    ];

    static IEnumerable<object?[]> TableColumns(DatabaseCatalog catalog)
    {
        foreach (TableEntry table in Information.TablesOf(catalog))
        {
            for (int i = 0; i < table.Definition.Columns.Count; i++)
            {
                ColumnDefinitionEntry column = table.Definition.Columns[i];
                yield return Row(table.Schema, table.Name, i, column.Name, column.Type, column.Nullable, column.Default);
            }
        }
    }

    static IEnumerable<object?[]> ViewColumnsOf(JammiConnection connection, DatabaseCatalog catalog)
    {
        foreach (ViewEntry view in Information.ViewsOf(catalog))
        {
            PlanSchema schema = SchemaOf(connection, view);
            for (int i = 0; i < schema.Count; i++)
            {
                yield return Row(view.Schema, view.Name, i, schema[i].Name, schema[i].Type, schema[i].Nullable, null);
            }
        }
    }

    /// <summary>A view's columns are those of its query as it is now; one whose tables are gone has none until they are back.</summary>
    static PlanSchema SchemaOf(JammiConnection connection, ViewEntry view)
    {
        string sql = $"SELECT * FROM {SqlText.Name(view.Schema)}.{SqlText.Name(view.Name)}";
        try
        {
            using StatementResult described = connection.Describe(new PlannedStatement(sql, CommandRunner.Parse(sql)[0], [], Source: null));
            return described.Schema;
        }
        catch (JammiException)
        {
            return PlanSchema.Empty;
        }
    }

    static object?[] Row(string schema, string relation, int index, string column, SqlType type, bool nullable, string? defaultValue) =>
    [
        Information.Catalog, schema, relation, column, index + 1, defaultValue, nullable ? "YES" : "NO", type.ToString(),
        type.Kind == SqlTypeKind.Text ? int.MaxValue : null,
        type.Kind is SqlTypeKind.Text or SqlTypeKind.Blob ? int.MaxValue : null,
        JammiColumn.PrecisionOf(type),
        type.Kind == SqlTypeKind.Decimal ? type.Scale : type.IsInteger ? 0 : null,
        type.Kind switch { SqlTypeKind.Time => 7, SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz => 6, SqlTypeKind.Date => 0, _ => null },
        (int)ClrTypes.DbTypeOf(type),
    ];
}
