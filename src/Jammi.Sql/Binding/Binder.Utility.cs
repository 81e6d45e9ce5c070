using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>COPY, SHOW and DESCRIBE.</summary>
internal sealed partial class Binder
{
    BoundStatement BindCopy(CopyStatement copy)
    {
        string format = CopyFormat(copy);
        List<FunctionArgument> options = [.. copy.Options.Where(o => !Same(o.Name ?? "", "format"))];
        return copy.FromFile ? BindCopyFrom(copy, format, options) : BindCopyTo(copy, format, options);
    }

    static string CopyFormat(CopyStatement copy)
    {
        FunctionArgument? option = copy.Options.FirstOrDefault(o => Same(o.Name ?? "", "format"));
        string? named = option?.Value switch
        {
            null => null,
            LiteralExpression { Value: string text } => text,
            NameExpression { Parts: [var word] } => word,
            var other => throw new SqlException(SqlErrorCode.InvalidParameter, "FORMAT takes csv, parquet, arrow or json.", other.Position),
        };
        string? format = (named ?? FileFormats.Of(copy.Path))?.ToLowerInvariant();
        return format is "csv" or "parquet" or "arrow" or "json"
            ? format
            : throw new SqlException(SqlErrorCode.InvalidParameter, $"COPY knows the formats csv, parquet, arrow and json, and '{named ?? copy.Path}' names none of them: write (FORMAT csv).", option?.Value.Position ?? copy.Position);
    }

    BoundStatement BindCopyFrom(CopyStatement copy, string format, List<FunctionArgument> options)
    {
        var call = new FunctionCallExpression(
            ["read_" + format],
            [new FunctionArgument(null, new LiteralExpression(LiteralKind.Text, copy.Path, copy.Position)), .. options],
            false, [], null, false, null, copy.Position);
        var source = new TableFunctionReference(call, false, false, null, copy.Position);
        var select = new SelectBody(false, [], [new SelectItem(new StarExpression([], [], copy.Position), null)], source, null, null, null, [], null, copy.Position);
        var query = new QueryExpression(null, select, [], null, null, false, copy.Position);
        return BindInsert(new InsertStatement(copy.Table!, null, copy.Columns, query, null, [], null, copy.Position));
    }

    BoundStatement BindCopyTo(CopyStatement copy, string format, List<FunctionArgument> options)
    {
        LogicalPlan plan = copy.Query is { } query ? BindTopLevel(query) : BindCopiedTable(copy);
        ValueList<KeyValuePair<string, ScalarValue>> values = options.Select(o => KeyValuePair.Create((o.Name ?? "").ToLowerInvariant(), OptionValue(o))).ToValueList();
        return new(new LogicalCopyTo(plan, copy.Path, format, values), StatementKind.Write) { Writes = false, Cacheable = false };
    }

    LogicalPlan BindCopiedTable(CopyStatement copy)
    {
        FromItem item = BindNamedRelation(copy.Table!.Parts, copy.Table.Position, null, null);
        if (copy.Columns.Count == 0)
        {
            return item.Plan;
        }

        Scope scope = item.ToScope(null);
        Expression[] columns = [.. copy.Columns.Select(c => BindName(new NameExpression([c], copy.Position), new ExpressionContext(scope, null, "COPY")))];
        return new LogicalProject(item.Plan, columns.ToValueList(), new PlanSchema(columns.Select((c, i) => new OutputColumn(copy.Columns[i], c.Type, c.Nullable)).ToValueList()));
    }

    ScalarValue OptionValue(FunctionArgument option)
    {
        // Options may be bare words: (HEADER true, DELIMITER ';', COMPRESSION zstd).
        if (option.Value is NameExpression { Parts: [var word] })
        {
            return ScalarValue.From(word);
        }

        return TryEvaluate(BindExpression(option.Value, ExpressionContext.WithoutColumns("COPY options")))
            ?? throw new SqlException(SqlErrorCode.InvalidParameter, $"the option {option.Name} needs a constant.", option.Value.Position);
    }

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
            ? CatalogRows(columns, table.Definition.Columns.Select((c, i) => new object?[] { c.Name, c.Type.ToString(), c.Nullable ? "YES" : "NO", KeyOf(table, i), c.Default }))
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
