using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Functions;

namespace Jammi.Data.Metadata;

/// <summary>Functions: those that stand in FROM take the place that procedures have elsewhere.</summary>
static class FunctionCollections
{
    /// <summary>The functions of FROM.</summary>
    public static SchemaCollection Procedures { get; } = new(
        "Procedures",
        3,
        ["ROUTINE_CATALOG", "ROUTINE_SCHEMA", "ROUTINE_NAME", "ROUTINE_TYPE"],
        [
            ("SPECIFIC_CATALOG", typeof(string)), ("SPECIFIC_SCHEMA", typeof(string)), ("SPECIFIC_NAME", typeof(string)), ("ROUTINE_CATALOG", typeof(string)),
            ("ROUTINE_SCHEMA", typeof(string)), ("ROUTINE_NAME", typeof(string)), ("ROUTINE_TYPE", typeof(string)), ("SYNTAX", typeof(string)), ("DESCRIPTION", typeof(string)),
        ],
        connection => TablesOf(connection).Select(f => new object?[]
        {
            Information.Catalog, SchemaNames.Main, f.Name, Information.Catalog, SchemaNames.Main, f.Name, "FUNCTION", f.Documentation.Syntax, f.Documentation.Description,
        }));

    public static SchemaCollection ProcedureParameters { get; } = new(
        "ProcedureParameters",
        4,
        ["SPECIFIC_CATALOG", "SPECIFIC_SCHEMA", "SPECIFIC_NAME", "PARAMETER_NAME"],
        [
            ("SPECIFIC_CATALOG", typeof(string)), ("SPECIFIC_SCHEMA", typeof(string)), ("SPECIFIC_NAME", typeof(string)), ("ORDINAL_POSITION", typeof(int)),
            ("PARAMETER_MODE", typeof(string)), ("PARAMETER_NAME", typeof(string)), ("DATA_TYPE", typeof(string)), ("IS_OPTIONAL", typeof(bool)), ("TAKES_RELATION", typeof(bool)),
        ],
        connection => TablesOf(connection).SelectMany(f => f.Parameters.Select((p, i) => new object?[]
        {
            Information.Catalog, SchemaNames.Main, f.Name, i + 1, "IN", p.Name, p.Type?.ToString() ?? "ANY", p.Optional, p.AcceptsRelation,
        })));

    /// <summary>The functions of expressions: scalar, aggregate and window functions.</summary>
    public static SchemaCollection Functions { get; } = new(
        "Functions",
        1,
        ["FUNCTION_NAME", "FUNCTION_TYPE"],
        [("FUNCTION_NAME", typeof(string)), ("FUNCTION_TYPE", typeof(string)), ("CATEGORY", typeof(string)), ("SYNTAX", typeof(string)), ("DESCRIPTION", typeof(string))],
        connection => connection.Session.Functions is var functions
            ? functions.Scalars.Select(f => Row(f.Name, "SCALAR", f.Documentation))
                .Concat(functions.Aggregates.Select(f => Row(f.Name, "AGGREGATE", f.Documentation)))
                .Concat(functions.Windows.Select(f => Row(f.Name, "WINDOW", f.Documentation)))
                .OrderBy(row => (string)row[0]!, StringComparer.Ordinal)
            : []);

    static IEnumerable<TableFunction> TablesOf(JammiConnection connection) => connection.Session.Functions.Tables.OrderBy(f => f.Name, StringComparer.Ordinal);

    static object?[] Row(string name, string kind, FunctionDocumentation page) => [name, kind, page.Category, page.Syntax, page.Description];
}
