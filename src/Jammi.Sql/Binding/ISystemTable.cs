using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>A read-only table whose rows are facts about the database, made when a statement is bound.</summary>
internal interface ISystemTable
{
    string Schema { get; }

    string Name { get; }

    IReadOnlyList<OutputColumn> Columns { get; }

    /// <summary>The rows, in the CLR forms that <see cref="ColumnFactory.FromObjects"/> takes.</summary>
    IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables);
}

/// <summary>The system tables of the engine itself; a provider appends its own.</summary>
internal static class SystemTables
{
    public static IReadOnlyList<ISystemTable> BuiltIn { get; } =
    [
        new SchemataTable(),
        new TablesTable(),
        new ColumnsTable(),
        new ViewsTable(),
        new StoredTablesTable(),
        new IndexesTable(),
        new FunctionsTable(),
        new RoutinesTable(),
    ];

    public static LogicalValues Read(ISystemTable table, DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> all) =>
        Rows(table.Columns, table.Rows(catalog, services, all));

    /// <summary>A plan of constant rows.</summary>
    public static LogicalValues Rows(IReadOnlyList<OutputColumn> columns, IEnumerable<object?[]> rows) => new(
        new PlanSchema(columns.ToValueList()),
        rows.Select(row => row.Select((value, i) => (Expression)new ConstantExpression(ScalarValue.From(columns[i].Type, value))).ToValueList()).ToValueList());
}
