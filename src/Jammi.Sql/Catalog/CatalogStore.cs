using LiteDB;

namespace Jammi.Sql.Catalog;

/// <summary>
/// The definitions as LiteDB documents, for people and tools to query: a mirror of the manifest, which alone is the truth. It is written in the
/// background after a commit that changed definitions, never read by the engine, and made again whenever it is missing, stale or broken.
/// LiteDB takes no concurrent callers and its log is not made durable by a commit; so one thread at a time opens it, every write is bracketed by a
/// stamp and ends with a checkpoint, a close and a flush, and a file left by a run that did not end cleanly is not trusted.
/// </summary>
internal sealed class CatalogStore : IDisposable
{
    /// <summary>The stamp while documents are being written: no catalog has this version.</summary>
    const long Unfinished = -1;

    readonly string path;
    readonly Action? beforeWriting;
    readonly Lock gate = new();
    DatabaseCatalog? wanted;
    DatabaseCatalog? mirrored;
    bool trusted;
    bool disposed;
    Task? worker;

    /// <param name="path">The file, for example <c>my.jammi/catalog.db</c>; it need not exist.</param>
    /// <param name="trusted">Whether the database was closed cleanly: only then may documents of an earlier run be kept.</param>
    /// <param name="beforeWriting">Makes durable that the database is open, so that after a stop documents half written are not trusted.</param>
    public CatalogStore(string path, bool trusted, Action? beforeWriting = null)
    {
        this.path = path;
        this.trusted = trusted;
        this.beforeWriting = beforeWriting;
    }

    /// <summary>Why the mirror is behind, or null. The next change of a definition, and the next open, try again.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>Why the last file that was thrown away could not be read, or null when it was merely stale.</summary>
    public Exception? Damage { get; private set; }

    /// <summary>How often the documents were thrown away and made anew.</summary>
    public int Rebuilds { get; private set; }

    /// <summary>The version of the definitions that the file shows, or null while it is not known to show any.</summary>
    public long? MirroredVersion => mirrored?.DefinitionVersion;

    /// <summary>Where a mirror that was stale or broken is kept, so that what somebody added to it is not lost silently.</summary>
    public string PathOfReplaced => path + ".replaced";

    /// <summary>Has the documents follow <paramref name="catalog"/> soon, on another thread. Of several calls in quick succession only the last is written.</summary>
    public void Synchronize(DatabaseCatalog catalog)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            wanted = catalog;
            worker ??= Task.Run(Work);
        }
    }

    /// <summary>Waits until everything asked for so far was written or has failed.</summary>
    public void Flush()
    {
        Task? running;
        lock (gate)
        {
            running = worker;
        }

        running?.Wait();
    }

    /// <summary>Waits for what was asked for; nothing can be asked for afterwards.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
        }

        Flush();
    }

    void Work()
    {
        while (true)
        {
            DatabaseCatalog catalog;
            lock (gate)
            {
                if (wanted is null)
                {
                    worker = null;
                    return;
                }

                catalog = wanted;
                wanted = null;
            }

            // The commit that led here is durable already and must not fail for its mirror; the error is kept for whoever asks.
            try
            {
                Write(catalog);
                mirrored = catalog;
                trusted = true;
                LastError = null;
            }
            catch (Exception error)
            {
                mirrored = null;
                trusted = false;
                LastError = error;
            }
        }
    }

    void Write(DatabaseCatalog catalog)
    {
        if (mirrored?.DefinitionVersion == catalog.DefinitionVersion)
        {
            return;
        }

        beforeWriting?.Invoke();
        using (LiteDatabase database = OpenExpecting(mirrored?.DefinitionVersion ?? catalog.DefinitionVersion, out bool found))
        {
            if (found && mirrored is null)
            {
                return;
            }

            CatalogDocuments.WriteStamp(database, Unfinished);
            CatalogDocuments.Write(database, found ? mirrored : null, catalog);
            CatalogDocuments.WriteStamp(database, catalog.DefinitionVersion);
            database.Checkpoint();
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The file where it shows <paramref name="version"/>, else a new one in its place.</summary>
    LiteDatabase OpenExpecting(long version, out bool found)
    {
        found = false;
        if (File.Exists(path))
        {
            if (trusted && TryOpen(version) is { } existing)
            {
                found = true;
                return existing;
            }

            SetAside();
        }

        Rebuilds++;
        return Open();
    }

    LiteDatabase? TryOpen(long version)
    {
        LiteDatabase? database = null;
        try
        {
            database = Open();
            if (CatalogDocuments.ReadStamp(database) == version)
            {
                return database;
            }

            Damage = null;
        }
        catch (Exception error)
        {
            // LiteDB meets a damaged file with exceptions of many types; whichever it is, the file is set aside and the reason kept.
            Damage = error;
        }

        database?.Dispose();
        return null;
    }

    LiteDatabase Open() => new(new ConnectionString { Filename = path, Connection = ConnectionType.Direct });

    void SetAside()
    {
        // The log belongs to the old file; beside a new one LiteDB would apply it.
        string log = LogPath(path);
        if (File.Exists(log))
        {
            File.Move(log, LogPath(PathOfReplaced), overwrite: true);
        }

        File.Move(path, PathOfReplaced, overwrite: true);
    }

    static string LogPath(string file) => Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileNameWithoutExtension(file) + "-log" + Path.GetExtension(file));
}
