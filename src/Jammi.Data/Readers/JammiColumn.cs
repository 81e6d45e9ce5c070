using System.Data.Common;
using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>What is known of a result's column before its first row.</summary>
sealed class JammiColumn : DbColumn
{
    /// <param name="table">The stored table whose rows the result's rows are, where its keys are wanted (KeyInfo); null says nothing about keys.</param>
    public JammiColumn(PlanSchema schema, int ordinal, TableEntry? table, bool keysWanted)
    {
        OutputColumn column = schema[ordinal];
        Type = column.Type;
        ColumnName = column.Name;
        ColumnOrdinal = ordinal;
        DataType = ClrTypes.Of(Type);
        DataTypeName = Type.ToString();
        AllowDBNull = column.Nullable;
        ColumnSize = SizeOf(Type);
        NumericPrecision = PrecisionOf(Type);
        NumericScale = Type.Kind == SqlTypeKind.Decimal ? Type.Scale : null;
        // A text may be long, too, but a command builder leaves long columns out of the test whether a row is as it was read.
        IsLong = Type.Kind is SqlTypeKind.Blob or SqlTypeKind.List || Type.IsVector;
        IsAutoIncrement = column.Origin is { IsIdentity: true };
        IsHidden = false;
        if (column.Origin is { } origin)
        {
            BaseCatalogName = Information.Catalog;
            BaseSchemaName = origin.Schema;
            BaseTableName = origin.Table;
            BaseColumnName = origin.Column;
            IsAliased = !string.Equals(origin.Column, column.Name, StringComparison.Ordinal);
        }
        else
        {
            IsAliased = false;
        }

        IsExpression = column.Origin is null;
        IsReadOnly = column.Origin is null;
        IsKey = keysWanted ? table is not null && IsPartOfKey(schema, ordinal, table) : null;
        IsUnique = keysWanted ? table is not null && IsUniqueAlone(column, table) : null;
    }

    /// <summary>The SQL type.</summary>
    public SqlType Type { get; }

    /// <summary>The most bytes of a value, or units of a text; <see cref="int.MaxValue"/> where there is no limit.</summary>
    public static int SizeOf(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => 1,
        SqlTypeKind.Text or SqlTypeKind.Blob or SqlTypeKind.List or SqlTypeKind.Null => int.MaxValue,
        SqlTypeKind.Vector or SqlTypeKind.HalfVector => type.VectorBytes,
        _ => type.FixedWidth,
    };

    /// <summary>Decimal digits that a number's type holds for certain; null for other types.</summary>
    public static int? PrecisionOf(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Decimal => type.Precision,
        SqlTypeKind.Real => 7,
        SqlTypeKind.Double => 15,
        _ when type.IsInteger => TypeCoercion.DecimalDigits(type.Kind),
        _ => null,
    };

    static bool IsPartOfKey(PlanSchema schema, int ordinal, TableEntry table) =>
        table.Definition.Constraints.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey) is { } key
        && OrdinalIn(table, schema[ordinal]) is { } own && key.Columns.Contains(own)
        && key.Columns.All(wanted => schema.Columns.Any(c => OrdinalIn(table, c) == wanted));

    static bool IsUniqueAlone(OutputColumn column, TableEntry table) =>
        OrdinalIn(table, column) is { } own
        && table.Definition.Constraints.Any(c => c is { Kind: ConstraintKind.PrimaryKey or ConstraintKind.Unique, Columns.Count: 1 } && c.Columns[0] == own);

    static int? OrdinalIn(TableEntry table, OutputColumn column) =>
        column.Origin is { } origin && origin.Schema == SchemaNames.Shown(table.Schema) && origin.Table == table.Name && table.OrdinalOf(origin.Column) is >= 0 and var ordinal ? ordinal : null;
}
