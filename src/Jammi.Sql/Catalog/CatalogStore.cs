using LiteDB;

namespace Jammi.Sql.Catalog;

/// <summary>
/// The catalog as LiteDB documents (collections <c>tables</c>, <c>columns</c>, <c>views</c>, <c>indexes</c>) for tools that want to look at it.
/// It is a copy: the manifest is the truth. A copy that is stale, unfinished or damaged is renamed aside or rebuilt, so nothing can be lost with it.
/// One instance, every call under one lock, off the path of queries.
/// </summary>
internal sealed class CatalogStore(string path) : IDisposable
{
    readonly Lock gate = new();
    DatabaseCatalog? wanted;
    Task running = Task.CompletedTask;
    long writtenVersion = -1;

    /// <summary>Why the copy could not be written last time, or null. Queries do not depend on it.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>Asks for the copy to follow a catalog; returns at once.</summary>
    public void Update(DatabaseCatalog catalog)
    {
        lock (gate)
        {
            wanted = catalog;
            if (running.IsCompleted)
            {
                running = Task.Run(WriteWanted);
            }
        }
    }

    /// <summary>Waits until the copy is up to date.</summary>
    public void Flush()
    {
        while (true)
        {
            Task current;
            lock (gate)
            {
                current = running;
                if (current.IsCompleted && wanted is null)
                {
                    return;
                }

                if (current.IsCompleted)
                {
                    running = current = Task.Run(WriteWanted);
                }
            }

            current.Wait();
        }
    }

    public void Dispose() => Flush();

    void WriteWanted()
    {
        while (true)
        {
            DatabaseCatalog catalog;
            lock (gate)
            {
                if (wanted is null)
                {
                    return;
                }

                catalog = wanted;
                wanted = null;
            }

            try
            {
                Write(catalog);
                LastError = null;
            }
            catch (Exception error) when (error is LiteException or IOException or UnauthorizedAccessException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException or InvalidCastException or IndexOutOfRangeException)
            {
                LastError = error;
                SetAside();
            }
        }
    }

    void Write(DatabaseCatalog catalog)
    {
        if (writtenVersion == catalog.DefinitionVersion)
        {
            return;
        }

        using var database = new LiteDatabase(new ConnectionString { Filename = path, Connection = ConnectionType.Direct });
        ILiteCollection<BsonDocument> stamp = database.GetCollection("stamp");
        if (stamp.FindById(1)?["definitionVersion"].AsInt64 == catalog.DefinitionVersion)
        {
            writtenVersion = catalog.DefinitionVersion;
            return;
        }

        stamp.DeleteAll();
        Replace(database, "tables", catalog.Tables.Values.Where(t => !t.Temporary).Select(t => new BsonDocument
        {
            ["_id"] = DatabaseCatalog.Key(t.Schema, t.Name),
            ["schema"] = t.Schema,
            ["name"] = t.Name,
            ["tableId"] = t.Id,
            ["properties"] = new BsonDocument(t.Definition.Properties.ToDictionary(p => p.Key, p => new BsonValue(p.Value))),
        }));
        Replace(database, "columns", catalog.Tables.Values.Where(t => !t.Temporary).SelectMany(t => t.Definition.Columns.Select((c, i) => new BsonDocument
        {
            ["_id"] = $"{DatabaseCatalog.Key(t.Schema, t.Name)}.{i}",
            ["table"] = DatabaseCatalog.Key(t.Schema, t.Name),
            ["ordinal"] = i,
            ["name"] = c.Name,
            ["type"] = c.Type.ToString(),
            ["nullable"] = c.Nullable,
        })));
        Replace(database, "views", catalog.Views.Values.Where(v => !v.Temporary).Select(v => new BsonDocument
        {
            ["_id"] = DatabaseCatalog.Key(v.Schema, v.Name),
            ["query"] = v.Query,
        }));
        Replace(database, "indexes", catalog.Indexes.Values.Select(i => new BsonDocument
        {
            ["_id"] = DatabaseCatalog.Key(i.Schema, i.Name),
            ["table"] = i.Table,
            ["unique"] = i.Unique,
            ["columns"] = new BsonArray(i.Columns.Select(c => new BsonValue(c))),
        }));
        stamp.Insert(new BsonDocument { ["_id"] = 1, ["definitionVersion"] = catalog.DefinitionVersion });
        database.Checkpoint();
        writtenVersion = catalog.DefinitionVersion;
    }

    static void Replace(LiteDatabase database, string name, IEnumerable<BsonDocument> documents)
    {
        ILiteCollection<BsonDocument> collection = database.GetCollection(name);
        collection.DeleteAll();
        collection.InsertBulk(documents);
    }

    /// <summary>A damaged copy is kept for inspection under another name; the next definition change or opening writes a new one.</summary>
    void SetAside()
    {
        try
        {
            if (File.Exists(path))
            {
                File.Move(path, path + ".damaged", overwrite: true);
                File.Delete(path.Replace("catalog.db", "catalog-log.db", StringComparison.Ordinal));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LastError = error;
        }
    }
}
