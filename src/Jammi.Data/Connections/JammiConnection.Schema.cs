using System.Data;
using System.Data.Common;
using Jammi.Data.Metadata;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage;

namespace Jammi.Data;

/// <content>GetSchema: what is in the database, and what the provider can do.</content>
public sealed partial class JammiConnection
{
    /// <summary>The collections that there are.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public override DataTable GetSchema() => GetSchema(DbMetaDataCollectionNames.MetaDataCollections, []);

    /// <summary>All of a collection.</summary>
    /// <exception cref="ArgumentException">There is no such collection.</exception>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public override DataTable GetSchema(string collectionName) => GetSchema(collectionName, []);

    /// <summary>The part of a collection that restrictions leave: each, by its position, a text that a column must equal ignoring case, or null. The collection Restrictions lists them.</summary>
    /// <exception cref="ArgumentException">There is no such collection, or there are more restrictions than it has.</exception>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues)
    {
        RequireOpen();
        return SchemaCollections.Read(this, collectionName, restrictionValues);
    }

    /// <summary>Facts of the catalog as this connection's next statement would see it.</summary>
    internal IEnumerable<object?[]> WithCatalog(Func<DatabaseCatalog, IEnumerable<object?[]>> read)
    {
        using ISnapshot snapshot = Session.OpenSnapshot();
        return [.. read(snapshot.Catalog)];
    }
}
