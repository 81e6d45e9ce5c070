using Jammi.Sql.Catalog;

namespace Jammi.Sql.Storage;

/// <summary>How a database is opened.</summary>
internal sealed record DatabaseOptions
{
    public bool CreateIfMissing { get; init; } = true;

    public bool ReadOnly { get; init; }

    /// <summary>Replaced in tests of faults.</summary>
    public FileSystem FileSystem { get; init; } = FileSystem.Default;
}

/// <summary>
/// An open database: the current state, snapshots of it for readers, and one writer at a time. Thread-safe.
/// </summary>
internal sealed class Database : IDisposable
{
    readonly Lock gate = new();
    readonly SemaphoreSlim writer = new(1, 1);
    readonly FileStream? lockFile;
    readonly bool readOnly;
    DatabaseState state;
    DatabaseCatalog catalog;
    int openSnapshots;
    bool disposed;

    Database(DatabaseFiles? files, FileStream? lockFile, bool readOnly, DatabaseState state)
    {
        Files = files;
        this.lockFile = lockFile;
        this.readOnly = readOnly;
        this.state = state;
        catalog = state.ToCatalog();
        Retain(state);
        CatalogMirror = files is null || readOnly ? null : new CatalogStore(files.CatalogPath);
        CatalogMirror?.Update(catalog);
    }

    /// <summary>The directory, or null in memory.</summary>
    public string? Path => Files?.Root;

    /// <summary>Snapshots and transactions not disposed yet; tests end with zero.</summary>
    public int OpenSnapshots => Volatile.Read(ref openSnapshots);

    /// <summary>The queryable copy of the catalog; null in memory and when read-only.</summary>
    public CatalogStore? CatalogMirror { get; }

    internal DatabaseFiles? Files { get; }

    public static Database OpenInMemory() => new(files: null, lockFile: null, readOnly: false, DatabaseState.Empty);

    /// <summary>Opens a database directory.</summary>
    /// <exception cref="SqlException">Io: it is not there or cannot be read; Busy: another process has it; DataCorrupted: no manifest holds.</exception>
    public static Database Open(string path, DatabaseOptions options)
    {
        var files = new DatabaseFiles(path, options.FileSystem);
        FileStream? lockFile = null;
        try
        {
            if (!files.Exists)
            {
                if (!options.CreateIfMissing || options.ReadOnly)
                {
                    throw new SqlException(SqlErrorCode.Io, $"There is no database at {path}; open it with Mode=ReadWriteCreate to create one.");
                }

                if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(e => System.IO.Path.GetFileName(e) is not ("lock" or "manifests" or "segments" or "deletes" or "tmp" or "catalog.db")))
                {
                    throw new SqlException(SqlErrorCode.Io, $"{path} is a directory with other files in it, not a Jammi database; name a directory that is new or empty.");
                }

                files.CreateDirectories();
            }

            lockFile = TakeLock(files, options.ReadOnly);
            Manifest? manifest = files.ReadNewestManifest();
            DatabaseState state = manifest?.ToState(
                (id, blocks) => new FileSegment(id, blocks, RequireFile(files.SegmentPath(id)), s => FreeSegment(files, s, options.ReadOnly)),
                (id, blocks) => DeleteVectorFile.Read(files.DeletePath(id), blocks)) ?? DatabaseState.Empty;
            if (!options.ReadOnly)
            {
                files.CreateDirectories();
                files.RemoveDebris(state);
            }

            return new Database(files, lockFile, options.ReadOnly, state);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            lockFile?.Dispose();
            throw new SqlException(SqlErrorCode.Io, $"The database at {path} cannot be opened: {error.Message}", error);
        }
        catch
        {
            lockFile?.Dispose();
            throw;
        }
    }

    public ISnapshot OpenSnapshot()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            Interlocked.Increment(ref openSnapshots);
            return new Snapshot(state, catalog, () => Interlocked.Decrement(ref openSnapshots));
        }
    }

    /// <summary>Becomes the one writer, waiting up to <paramref name="timeout"/> for the present one.</summary>
    /// <exception cref="SqlException">Busy: the wait was in vain; NotSupported: the database is read-only.</exception>
    public IWriteTransaction BeginWrite(TimeSpan timeout, CancellationToken cancellation)
    {
        if (readOnly)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "The database is open with Mode=ReadOnly; nothing can be changed.");
        }

        if (!writer.Wait(timeout, cancellation))
        {
            throw new SqlException(SqlErrorCode.Busy, $"Another transaction has been writing for more than {timeout.TotalSeconds:0.###} s; try again when it has ended, or raise Lock Timeout.");
        }

        lock (gate)
        {
            if (disposed)
            {
                writer.Release();
                throw new ObjectDisposedException(nameof(Database));
            }

            Interlocked.Increment(ref openSnapshots);
            return new WriteTransaction(this, state, catalog);
        }
    }

    /// <summary>Called by the writer when it is done, with the committed state or null.</summary>
    internal void EndWrite(DatabaseState? committed)
    {
        try
        {
            if (committed is not null)
            {
                DatabaseState previous;
                bool definitionsChanged;
                lock (gate)
                {
                    previous = state;
                    definitionsChanged = previous.DefinitionVersion != committed.DefinitionVersion;
                    Retain(committed);
                    state = committed;
                    catalog = committed.ToCatalog();
                }

                Release(previous);
                if (definitionsChanged)
                {
                    CatalogMirror?.Update(catalog);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref openSnapshots);
            writer.Release();
        }
    }

    /// <summary>A segment of a file that was just written.</summary>
    internal FileSegment OpenSegment(long id, IReadOnlyList<BlockHeader> blocks) =>
        new(id, blocks, Files!.SegmentPath(id), s => FreeSegment(Files, s, readOnly: false));

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
        }

        foreach (Segment segment in state.Segments)
        {
            if (segment is FileSegment file)
            {
                file.KeepFile();
            }
        }

        Release(state);
        CatalogMirror?.Dispose();
        lockFile?.Dispose();
    }

    static FileStream TakeLock(DatabaseFiles files, bool readOnly)
    {
        try
        {
            return readOnly
                ? new FileStream(files.LockPath, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new FileStream(files.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new SqlException(SqlErrorCode.Busy, $"The database at {files.Root} is open in another process; close it there, or open both with Mode=ReadOnly.", error);
        }
    }

    static string RequireFile(string path) => File.Exists(path) ? path
        : throw new SqlException(SqlErrorCode.DataCorrupted, $"Segment {path} is missing. Restore the file from a backup.");

    static void FreeSegment(DatabaseFiles files, FileSegment segment, bool readOnly)
    {
        if (!readOnly && !segment.FileKept)
        {
            files.Delete(segment.Path);
        }
    }

    static void Retain(DatabaseState state)
    {
        foreach (Segment segment in state.Segments)
        {
            segment.Retain();
        }
    }

    static void Release(DatabaseState state)
    {
        foreach (Segment segment in state.Segments)
        {
            segment.Release();
        }
    }
}
