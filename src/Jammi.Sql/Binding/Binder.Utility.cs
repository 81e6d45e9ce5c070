using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>SHOW and DESCRIBE.</summary>
internal sealed partial class Binder
{
    BoundStatement BindShow(ShowStatement show)
    {
        switch (show.What.ToUpperInvariant())
        {
            case "TABLES":
                OutputColumn[] columns = [Information.Text("schema_name"), Information.Text("table_name"), Information.Text("type")];
                IEnumerable<object?[]> tables = Information.TablesOf(catalog).Select(t => new object?[] { t.Schema, t.Name, t.Temporary ? "temporary table" : "table" });
                IEnumerable<object?[]> views = Information.ViewsOf(catalog).Select(v => new object?[] { v.Schema, v.Name, "view" });
                return CatalogRows(columns, tables.Concat(views));
            case "SCHEMAS":
                return CatalogRows([Information.Text("schema_name")], catalog.Schemas.Select(s => new object?[] { s }));
            case "FUNCTIONS":
                return CatalogRows([Information.Text("name"), Information.Text("kind"), Information.Text("syntax"), Information.Text("description")], FunctionRows());
            default:
                return new(LogicalValues.OneRow, StatementKind.Show) { SettingName = show.What };
        }
    }

    IEnumerable<object?[]> FunctionRows()
    {
        static object?[] Row(string name, string kind, Functions.FunctionDocumentation page) => [name, kind, page.Syntax, page.Description];
        return functions.Scalars.Select(f => Row(f.Name, "scalar", f.Documentation))
            .Concat(functions.Aggregates.Select(f => Row(f.Name, "aggregate", f.Documentation)))
            .Concat(functions.Windows.Select(f => Row(f.Name, "window", f.Documentation)))
            .Concat(functions.Tables.Select(f => Row(f.Name, "table", f.Documentation)))
            .OrderBy(r => (string)r[0]!, StringComparer.Ordinal);
    }

    BoundStatement BindDescribe(DescribeStatement describe)
    {
        OutputColumn[] columns =
        [
            Information.Text("column_name"),
            Information.Text("column_type"),
            Information.Text("null"),
            new("key", SqlType.Text, Nullable: true),
            new("default", SqlType.Text, Nullable: true),
        ];
        if (describe.Table is null)
        {
            return CatalogRows(columns, DescribeSchema(BindTopLevel(describe.Query!).Schema));
        }

        (string? schema, string name) = SplitName(describe.Table.Parts, describe.Table.Position);
        return catalog.FindTable(schema, name) is { } table
            ? CatalogRows(columns, table.Definition.Columns.Select((c, i) => new object?[] { c.Name, c.Type.ToString(), c.Nullable ? "YES" : "NO", KeyOf(table, i), c.Identity?.ToString() ?? c.Default }))
            : CatalogRows(columns, DescribeSchema(BindNamedRelation(describe.Table.Parts, describe.Table.Position, null, null).Plan.Schema));
    }

    static ValueList<object?[]> DescribeSchema(PlanSchema schema) =>
        schema.Columns.Select(c => new object?[] { c.Name, c.Type.ToString(), c.Nullable ? "YES" : "NO", null, null });

    static string? KeyOf(TableEntry table, int ordinal) => table.Definition.Constraints.FirstOrDefault(c => c.Columns.Contains(ordinal))?.Kind switch
    {
        ConstraintKind.PrimaryKey => "PRI",
        ConstraintKind.Unique => "UNI",
        _ => null,
    };

    static BoundStatement CatalogRows(IReadOnlyList<OutputColumn> columns, IEnumerable<object?[]> rows) =>
        new(SystemTables.Rows(columns, rows), StatementKind.Query) { Cacheable = false };
}
