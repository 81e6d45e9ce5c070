using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <content>The shape of a result: names, types and where columns come from. Known from binding, so it is the same with and without rows.</content>
public sealed partial class JammiDataReader : IDbColumnSchemaGenerator
{
    /// <inheritdoc/>
    public override string GetName(int ordinal) => Column(ordinal).Name;

    /// <inheritdoc/>
    public override Type GetFieldType(int ordinal) => ClrTypes.Of(Column(ordinal).Type);

    /// <summary>The SQL type's name, for example <c>DECIMAL(10,2)</c>.</summary>
    public override string GetDataTypeName(int ordinal) => Column(ordinal).Type.ToString();

    /// <summary>The first column of that name, exactly, else ignoring case.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such column.</exception>
    public override int GetOrdinal(string name)
    {
        RequireOpen();
        ArgumentNullException.ThrowIfNull(name);
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

    /// <summary>The columns of the current result; empty where it has none.</summary>
    public ReadOnlyCollection<DbColumn> GetColumnSchema()
    {
        RequireOpen();
        return new([.. schema.Columns.Select((column, ordinal) => (DbColumn)new JammiColumn(column, ordinal))]);
    }

    /// <summary>The columns as a table of facts, or null where the statement returned none.</summary>
    public override DataTable? GetSchemaTable()
    {
        RequireOpen();
        if (schema.Count == 0)
        {
            return null;
        }

        var table = new DataTable("SchemaTable") { Locale = System.Globalization.CultureInfo.InvariantCulture };
        (string Name, Type Type)[] facts =
        [
            (SchemaTableColumn.ColumnName, typeof(string)), (SchemaTableColumn.ColumnOrdinal, typeof(int)), (SchemaTableColumn.ColumnSize, typeof(int)),
            (SchemaTableColumn.NumericPrecision, typeof(short)), (SchemaTableColumn.NumericScale, typeof(short)), (SchemaTableColumn.DataType, typeof(Type)),
            ("DataTypeName", typeof(string)), (SchemaTableColumn.ProviderType, typeof(int)), (SchemaTableColumn.IsLong, typeof(bool)),
            (SchemaTableColumn.AllowDBNull, typeof(bool)), (SchemaTableOptionalColumn.IsReadOnly, typeof(bool)), (SchemaTableColumn.IsUnique, typeof(bool)),
            (SchemaTableColumn.IsKey, typeof(bool)), (SchemaTableOptionalColumn.IsAutoIncrement, typeof(bool)), (SchemaTableOptionalColumn.BaseCatalogName, typeof(string)),
            (SchemaTableColumn.BaseSchemaName, typeof(string)), (SchemaTableColumn.BaseTableName, typeof(string)), (SchemaTableColumn.BaseColumnName, typeof(string)),
            (SchemaTableColumn.IsAliased, typeof(bool)), (SchemaTableColumn.IsExpression, typeof(bool)),
        ];
        foreach ((string name, Type type) in facts)
        {
            table.Columns.Add(name, type);
        }

        foreach (DbColumn column in GetColumnSchema())
        {
            table.Rows.Add(
                column.ColumnName, column.ColumnOrdinal, column.ColumnSize ?? -1, (short?)column.NumericPrecision, (short?)column.NumericScale, column.DataType,
                column.DataTypeName, (int)schema[column.ColumnOrdinal!.Value].Type.Kind, column.IsLong, column.AllowDBNull, column.IsReadOnly, false,
                column.IsKey ?? false, false, column.BaseCatalogName, column.BaseSchemaName, column.BaseTableName, column.BaseColumnName, column.IsAliased, column.IsExpression);
        }

        return table;
    }

    OutputColumn Column(int ordinal)
    {
        RequireOpen();
        return schema.Count == 0 ? throw new InvalidOperationException("The statement returned no result set.")
            : (uint)ordinal < (uint)schema.Count ? schema[ordinal]
            : throw new IndexOutOfRangeException($"There is no column {ordinal}; the result has {schema.Count}.");
    }

    sealed class JammiColumn : DbColumn
    {
        public JammiColumn(OutputColumn column, int ordinal)
        {
            ColumnName = column.Name;
            ColumnOrdinal = ordinal;
            DataType = ClrTypes.Of(column.Type);
            DataTypeName = column.Type.ToString();
            AllowDBNull = column.Nullable;
            ColumnSize = column.Type.FixedWidth is > 0 and var width ? width : column.Type.Kind == SqlTypeKind.Boolean ? 1 : null;
            NumericPrecision = column.Type.Kind == SqlTypeKind.Decimal ? column.Type.Precision : null;
            NumericScale = column.Type.Kind == SqlTypeKind.Decimal ? column.Type.Scale : null;
            BaseSchemaName = column.Origin?.Schema;
            BaseTableName = column.Origin?.Table;
            BaseColumnName = column.Origin?.Column;
            IsAliased = column.Origin is { } origin && !string.Equals(origin.Column, column.Name, StringComparison.OrdinalIgnoreCase);
            IsExpression = column.Origin is null;
            IsReadOnly = column.Origin is null;
            IsLong = column.Type.Kind is SqlTypeKind.Text or SqlTypeKind.Blob;
        }
    }
}
