using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;

namespace Jammi.Sql;

/// <content>Bulk insert: rows in memory go to a table without a statement's text.</content>
internal sealed partial class Session
{
    /// <summary>The columns of a stored table, for whoever makes rows for it.</summary>
    /// <exception cref="SqlException">There is no such table.</exception>
    public TableEntry FindTable(IReadOnlyList<string> name)
    {
        using ISnapshot snapshot = OpenSnapshot();
        string? schema = name.Count > 1 ? name[^2] : null;
        return (schema is not null && SchemaNames.IsTemporary(schema) ? null : snapshot.Catalog.FindTable(schema, name[^1]))
            ?? throw new SqlException(SqlErrorCode.UndefinedTable, $"table \"{string.Join('.', name)}\" does not exist, so nothing can be appended to it.");
    }

    /// <summary>Appends rows, with all that INSERT does: conversions, defaults of columns that are not named, constraints. Outside a transaction they are committed when this returns.</summary>
    /// <returns>The number of rows.</returns>
    public long Append(IReadOnlyList<string> table, IReadOnlyList<string> columns, PlanSchema schema, IReadOnlyList<ColumnBatch> rows, StatementOptions options)
    {
        using StatementResult result = RunWrite(
            snapshot =>
            {
                var binder = new Binder(OwnView(snapshot.Catalog), functions, services, ParameterCatalog.None, systemTables) { Cancellation = options.Cancellation };
                LogicalPlan source = LogicalTableFunction.Create("append", new GivenRowsSource(rows), schema, default, default);
                return PreparedPlan.Create(binder.BindAppend(table, columns, source), ParameterCatalog.None, OwnView(snapshot.Catalog));
            },
            options);
        return result.RowsAffected;
    }
}
