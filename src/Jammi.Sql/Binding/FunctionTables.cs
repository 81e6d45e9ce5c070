using Jammi.Sql.Catalog;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>jammi.functions: every function with its page of the manual.</summary>
internal sealed class FunctionsTable : ISystemTable
{
    public string Schema => SchemaNames.System;

    public string Name => "functions";

    public IReadOnlyList<OutputColumn> Columns { get; } =
    [
        Information.Text("function_name"),
        Information.Text("kind"),
        Information.Text("category"),
        Information.Text("syntax"),
        Information.Text("description"),
        Information.Text("example"),
        new("result", SqlType.Text, Nullable: true),
        new("alias_of", SqlType.Text, Nullable: true),
    ];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) =>
        FunctionList.Of(services).Select(f => new object?[]
        {
            f.Name, f.Kind, f.Page.Category, f.Page.Syntax, f.Page.Description, f.Page.Example, f.Page.Result, f.AliasOf,
        });
}

/// <summary>information_schema.routines.</summary>
internal sealed class RoutinesTable : ISystemTable
{
    public string Schema => SchemaNames.Information;

    public string Name => "routines";

    public IReadOnlyList<OutputColumn> Columns { get; } =
    [
        Information.Text("specific_name"),
        Information.Text("routine_catalog"),
        Information.Text("routine_schema"),
        Information.Text("routine_name"),
        Information.Text("routine_type"),
        Information.Text("routine_definition"),
        Information.Text("external_language"),
    ];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) =>
        FunctionList.Of(services).Select(f => new object?[]
        {
            $"{f.Name}_{f.Kind}", Information.Catalog, "system", f.Name, "FUNCTION", f.Page.Syntax, "INTERNAL",
        });
}

/// <summary>A function under one of its names.</summary>
internal sealed record ListedFunction(string Name, string Kind, FunctionDocumentation Page, string? AliasOf);

internal static class FunctionList
{
    /// <summary>All functions under all of their names, special forms among them, by name.</summary>
    public static IEnumerable<ListedFunction> Of(IServiceProvider? services)
    {
        var registry = (FunctionRegistry?)services?.GetService(typeof(FunctionRegistry))
            ?? throw new SqlException(SqlErrorCode.Internal, "The functions of this session are not known here.");
        return registry.Scalars.SelectMany(f => Names("scalar", f.Name, f.Aliases, f.Documentation))
            .Concat(SpecialForms.All.SelectMany(f => Names("scalar", f.Name, [], f.Documentation)))
            .Concat(registry.Aggregates.SelectMany(f => Names("aggregate", f.Name, f.Aliases, f.Documentation)))
            .Concat(registry.Windows.SelectMany(f => Names("window", f.Name, f.Aliases, f.Documentation)))
            .Concat(registry.Tables.SelectMany(f => Names("table", f.Name, f.Aliases, f.Documentation)))
            .OrderBy(f => f.Name, StringComparer.Ordinal).ThenBy(f => f.Kind, StringComparer.Ordinal);
    }

    static IEnumerable<ListedFunction> Names(string kind, string name, IReadOnlyList<string> aliases, FunctionDocumentation page) =>
        [new(name, kind, page, null), .. aliases.Select(alias => new ListedFunction(alias, kind, page, name))];
}
