using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Jammi.Sql.Plans;

namespace Jammi.Data;

/// <content>The shape of a result: names, types and where columns come from. Known from binding, so it is the same with and without rows.</content>
public sealed partial class JammiDataReader : IDbColumnSchemaGenerator
{
    /// <inheritdoc/>
    public override string GetName(int ordinal) => Column(ordinal).Name;

    /// <summary>The exact type of what <see cref="GetValue"/> gives.</summary>
    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public override Type GetFieldType(int ordinal) => ClrTypes.Of(Column(ordinal).Type);

    /// <summary>The SQL type's name, for example <c>DECIMAL(10,2)</c>.</summary>
    public override string GetDataTypeName(int ordinal) => Column(ordinal).Type.ToString();

    /// <summary>The first column of that name, exactly, else ignoring case.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such column.</exception>
    public override int GetOrdinal(string name)
    {
        RequireOpen();
        ArgumentNullException.ThrowIfNull(name);
        if (schema.Count == 0)
        {
            throw NoResult();
        }

        int ignoringCase = -1;
        for (int i = 0; i < schema.Count; i++)
        {
            if (string.Equals(schema[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }

            if (ignoringCase < 0 && string.Equals(schema[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                ignoringCase = i;
            }
        }

        return ignoringCase >= 0 ? ignoringCase
            : throw new IndexOutOfRangeException($"There is no column '{name}'; there are {string.Join(", ", schema.Columns.Select(c => c.Name))}.");
    }

    /// <summary>
    /// The columns of the current result; empty where it has none. Keys are told only under <see cref="CommandBehavior.KeyInfo"/>, and only where they are keys
    /// of the result: where its rows are rows of one table, each at most once.
    /// </summary>
    public ReadOnlyCollection<DbColumn> GetColumnSchema()
    {
        RequireOpen();
        bool keysWanted = behavior.HasFlag(CommandBehavior.KeyInfo);
        return new([.. Enumerable.Range(0, schema.Count).Select(i => (DbColumn)new JammiColumn(schema, i, result?.RowsOf, keysWanted))]);
    }

    /// <inheritdoc/>
    public override Task<ReadOnlyCollection<DbColumn>> GetColumnSchemaAsync(CancellationToken cancellationToken = default) => cancellationToken.IsCancellationRequested
        ? Task.FromCanceled<ReadOnlyCollection<DbColumn>>(cancellationToken)
        : Task.FromResult(GetColumnSchema());

    /// <summary>The columns as a table of facts (see <see cref="SchemaTableColumn"/>), or null where the statement gives no rows.</summary>
    public override DataTable? GetSchemaTable()
    {
        RequireOpen();
        if (schema.Count == 0)
        {
            return null;
        }

        var table = new DataTable("SchemaTable") { Locale = CultureInfo.InvariantCulture };
        foreach ((string name, Type type) in SchemaFacts)
        {
            table.Columns.Add(name, type);
        }

        foreach (JammiColumn column in GetColumnSchema().Cast<JammiColumn>())
        {
            DbType dbType = ClrTypes.DbTypeOf(column.Type);
            table.Rows.Add(
                column.ColumnName, column.ColumnOrdinal, column.ColumnSize, (short)(column.NumericPrecision ?? 255), (short)(column.NumericScale ?? 255),
                column.DataType, column.DataType, column.DataTypeName, (int)dbType, (int)dbType, dbType, column.IsLong, column.AllowDBNull, column.IsReadOnly, false,
                column.IsUnique ?? false, column.IsKey ?? false, column.IsAutoIncrement, column.IsHidden, null, column.BaseCatalogName, column.BaseSchemaName,
                column.BaseTableName, column.BaseColumnName, column.IsAliased, column.IsExpression);
        }

        return table;
    }

    static readonly (string Name, Type Type)[] SchemaFacts =
    [
        (SchemaTableColumn.ColumnName, typeof(string)), (SchemaTableColumn.ColumnOrdinal, typeof(int)), (SchemaTableColumn.ColumnSize, typeof(int)),
        (SchemaTableColumn.NumericPrecision, typeof(short)), (SchemaTableColumn.NumericScale, typeof(short)), (SchemaTableColumn.DataType, typeof(Type)),
        (SchemaTableOptionalColumn.ProviderSpecificDataType, typeof(Type)), ("DataTypeName", typeof(string)), (SchemaTableColumn.ProviderType, typeof(int)),
        (SchemaTableColumn.NonVersionedProviderType, typeof(int)), ("ProviderDbType", typeof(DbType)), (SchemaTableColumn.IsLong, typeof(bool)),
        (SchemaTableColumn.AllowDBNull, typeof(bool)), (SchemaTableOptionalColumn.IsReadOnly, typeof(bool)), (SchemaTableOptionalColumn.IsRowVersion, typeof(bool)),
        (SchemaTableColumn.IsUnique, typeof(bool)), (SchemaTableColumn.IsKey, typeof(bool)), (SchemaTableOptionalColumn.IsAutoIncrement, typeof(bool)),
        (SchemaTableOptionalColumn.IsHidden, typeof(bool)), (SchemaTableOptionalColumn.BaseServerName, typeof(string)), (SchemaTableOptionalColumn.BaseCatalogName, typeof(string)),
        (SchemaTableColumn.BaseSchemaName, typeof(string)), (SchemaTableColumn.BaseTableName, typeof(string)), (SchemaTableColumn.BaseColumnName, typeof(string)),
        (SchemaTableColumn.IsAliased, typeof(bool)), (SchemaTableColumn.IsExpression, typeof(bool)),
    ];

    OutputColumn Column(int ordinal)
    {
        RequireOpen();
        return schema.Count == 0 ? throw NoResult()
            : (uint)ordinal < (uint)schema.Count ? schema[ordinal]
            : throw NoColumn(ordinal);
    }
}
