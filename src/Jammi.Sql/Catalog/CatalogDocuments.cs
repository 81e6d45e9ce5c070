using System.Globalization;
using Jammi.Sql.Types;
using LiteDB;

namespace Jammi.Sql.Catalog;

/// <summary>
/// What the catalog's documents look like. Collections: <c>schemas</c>, <c>tables</c>, <c>columns</c>, <c>views</c>, <c>indexes</c>, and
/// <c>jammi</c> with the one document <c>stamp</c> that says which version of the definitions the others show.
/// </summary>
internal static class CatalogDocuments
{
    const string Stamp = "stamp";

    /// <summary>The version that the documents show, or null where they say none.</summary>
    public static long? ReadStamp(LiteDatabase database)
    {
        BsonValue? version = database.GetCollection("jammi").FindById(Stamp)?["definition_version"];
        return version is { IsInt64: true } ? version.AsInt64 : null;
    }

    public static void WriteStamp(LiteDatabase database, long version) =>
        database.GetCollection("jammi").Upsert(new BsonDocument { ["_id"] = Stamp, ["definition_version"] = version });

    /// <summary>Makes the documents show <paramref name="after"/>, given that they show <paramref name="before"/> (null: nothing).</summary>
    public static void Write(LiteDatabase database, DatabaseCatalog? before, DatabaseCatalog after)
    {
        Apply(database, "schemas", Schemas(before), Schemas(after));
        Apply(database, "tables", Tables(before), Tables(after));
        Apply(database, "columns", Columns(before), Columns(after));
        Apply(database, "views", Views(before), Views(after));
        Apply(database, "indexes", Indexes(before), Indexes(after));
    }

    static void Apply(LiteDatabase database, string name, Dictionary<BsonValue, BsonDocument> before, Dictionary<BsonValue, BsonDocument> after)
    {
        ILiteCollection<BsonDocument> collection = database.GetCollection(name);
        foreach (BsonValue id in before.Keys.Where(id => !after.ContainsKey(id)))
        {
            collection.Delete(id);
        }

        BsonDocument[] changed = [.. after.Where(pair => !before.TryGetValue(pair.Key, out BsonDocument? old) || old.CompareTo(pair.Value) != 0).Select(pair => pair.Value)];
        if (changed.Length > 0)
        {
            collection.Upsert(changed);
        }
    }

    static Dictionary<BsonValue, BsonDocument> ById(IEnumerable<BsonDocument> documents) => documents.ToDictionary(d => d["_id"]);

    static Dictionary<BsonValue, BsonDocument> Schemas(DatabaseCatalog? catalog) =>
        ById((catalog?.Schemas ?? []).Select(name => new BsonDocument { ["_id"] = name }));

    /// <summary>Temporary tables end with the process and so are not shown.</summary>
    static IEnumerable<TableEntry> Stored(DatabaseCatalog? catalog) => catalog is null ? [] : catalog.Tables.Values.Where(t => !t.Temporary);

    static Dictionary<BsonValue, BsonDocument> Tables(DatabaseCatalog? catalog) => ById(Stored(catalog).Select(table => new BsonDocument
    {
        ["_id"] = table.Id,
        ["schema"] = table.Schema,
        ["name"] = table.Name,
        ["constraints"] = List(table.Definition.Constraints.Select(constraint => (BsonValue)new BsonDocument
        {
            ["name"] = constraint.Name,
            ["kind"] = constraint.Kind switch
            {
                ConstraintKind.PrimaryKey => "PRIMARY KEY",
                ConstraintKind.Unique => "UNIQUE",
                _ => "CHECK",
            },
            ["columns"] = List(constraint.Columns.Select(ordinal => (BsonValue)table.Definition.Columns[ordinal].Name)),
            ["check"] = constraint.Check,
        })),
        ["properties"] = Properties(table.Definition),
    }));

    static BsonDocument Properties(TableDefinition table)
    {
        var document = new BsonDocument();
        foreach ((string name, string value) in table.Properties)
        {
            document[name] = value;
        }

        return document;
    }

    static Dictionary<BsonValue, BsonDocument> Columns(DatabaseCatalog? catalog) => ById(Stored(catalog).SelectMany(table => table.Definition.Columns.Select((column, ordinal) => new BsonDocument
    {
        ["_id"] = string.Create(CultureInfo.InvariantCulture, $"{table.Id}.{ordinal}"),
        ["ordinal"] = ordinal,
        ["schema"] = table.Schema,
        ["table"] = table.Name,
        ["name"] = column.Name,
        ["type"] = column.Type.ToString(),
        ["nullable"] = column.Nullable,
        ["default"] = column.Default,
        ["identity"] = column.Identity?.ToString(),
    })));

    static Dictionary<BsonValue, BsonDocument> Views(DatabaseCatalog? catalog) => ById((catalog?.Views.Values ?? []).Where(v => !v.Temporary).Select(view => new BsonDocument
    {
        ["_id"] = DatabaseCatalog.Key(view.Schema, view.Name),
        ["schema"] = view.Schema,
        ["name"] = view.Name,
        ["query"] = view.Query,
        ["columns"] = List(view.Columns.Select(name => (BsonValue)name)),
    }));

    static Dictionary<BsonValue, BsonDocument> Indexes(DatabaseCatalog? catalog) => ById((catalog?.Indexes.Values ?? []).Where(i => !SchemaNames.IsTemporary(i.Schema)).Select(index => new BsonDocument
    {
        ["_id"] = DatabaseCatalog.Key(index.Schema, index.Name),
        ["schema"] = index.Schema,
        ["name"] = index.Name,
        ["table"] = index.Table,
        ["unique"] = index.Unique,
        ["columns"] = List(index.Columns.Select(name => (BsonValue)name)),
        ["kind"] = index.Kind,
        ["analysis"] = index.Text?.Key,
    }));

    static BsonArray List(ValueList<BsonValue> items) => [.. items];
}
