using System.Data;

namespace Jammi.Data.Metadata;

/// <summary>All collections of GetSchema.</summary>
static class SchemaCollections
{
    public static IReadOnlyList<SchemaCollection> All { get; } =
    [
        ProviderCollections.MetaDataCollections,
        ProviderCollections.DataSourceInformation,
        ProviderCollections.DataTypes,
        ProviderCollections.Restrictions,
        ProviderCollections.ReservedWords,
        RelationCollections.Catalogs,
        RelationCollections.Databases,
        RelationCollections.Schemas,
        RelationCollections.Tables,
        RelationCollections.Columns,
        RelationCollections.Views,
        RelationCollections.ViewColumns,
        KeyCollections.Indexes,
        KeyCollections.IndexColumns,
        KeyCollections.PrimaryKeys,
        KeyCollections.UniqueKeys,
        KeyCollections.ForeignKeys,
        FunctionCollections.Procedures,
        FunctionCollections.ProcedureParameters,
        FunctionCollections.Functions,
    ];

    /// <exception cref="ArgumentException">There is no such collection, or there are too many restrictions.</exception>
    public static DataTable Read(JammiConnection connection, string name, string?[]? restrictions)
    {
        ArgumentNullException.ThrowIfNull(name);
        SchemaCollection collection = All.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no schema collection '{name}'; there are {string.Join(", ", All.Select(c => c.Name))}.", nameof(name));
        return collection.Read(connection, restrictions);
    }
}
