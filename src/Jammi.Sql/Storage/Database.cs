using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Storage.Manifests;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Storage;

/// <summary>
/// An open database: the current version, snapshots of it for readers, and one writer at a time. Thread-safe.
/// </summary>
internal sealed partial class Database : IDisposable
{
    readonly Lock gate = new();
    readonly SemaphoreSlim writer = new(1, 1);
    readonly DatabaseFiles? files;
    readonly DatabaseLock? databaseLock;
    readonly bool readOnly;
    readonly List<string> abandoned = [];
    DatabaseVersion current;
    DatabaseVersion? predecessor;
    long lastFileId;
    long lastDefinitionVersion;
    long lastUncommittedVersion;
    long lastTemporarySchema;
    int openSnapshots;
    bool inDoubt;
    bool disposed;

    Database(DatabaseFiles? files, DatabaseLock? databaseLock, bool readOnly, DatabaseState state)
    {
        this.files = files;
        this.databaseLock = databaseLock;
        this.readOnly = readOnly;
        current = new DatabaseVersion(state);
        lastFileId = state.NextFileId - 1;
        lastDefinitionVersion = state.DefinitionVersion;
    }

    /// <summary>The directory, or null in memory.</summary>
    public string? Path => files?.Root;

    /// <summary>Snapshots and transactions not disposed yet; tests end with zero.</summary>
    public int OpenSnapshots => Volatile.Read(ref openSnapshots);

    /// <summary>What identity columns give next; the writer's.</summary>
    public IdentityCounters Identities { get; } = new();

    /// <summary>The queryable copy of the catalog; null in memory and when read-only.</summary>
    public CatalogStore? CatalogMirror { get; private init; }

    /// <summary>What was wrong with files that opening could do without (a newest manifest that is damaged, so that the commit before it is shown).</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    public static Database OpenInMemory() => new(files: null, databaseLock: null, readOnly: false, DatabaseState.Empty);

    /// <summary>The database as it is now, until the snapshot is disposed.</summary>
    public ISnapshot OpenSnapshot()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            DatabaseVersion version = current.Retain();
            Interlocked.Increment(ref openSnapshots);
            return new Snapshot(version.State, version.Catalog, () =>
            {
                version.Release();
                Interlocked.Decrement(ref openSnapshots);
            });
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
            throw new SqlException(SqlErrorCode.Busy, $"Another transaction has been writing for more than {timeout.TotalSeconds:0.###} s; try again when it has ended, or raise the lock timeout.");
        }

        try
        {
            lock (gate)
            {
                ThrowIfUnusable();
                DatabaseVersion start = current.Retain();
                Interlocked.Increment(ref openSnapshots);
                return new WriteTransaction(this, start);
            }
        }
        catch
        {
            writer.Release();
            throw;
        }
    }

    /// <summary>Reads every file and compares it with what the manifest says.</summary>
    /// <returns>A sentence for each file that is not as it was written; empty when all are.</returns>
    public IReadOnlyList<string> Verify(CancellationToken cancellation = default)
    {
        if (files is null)
        {
            return [];
        }

        DatabaseVersion version;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            version = current.Retain();
        }

        try
        {
            var problems = new List<string>();
            foreach (SegmentState segment in version.State.Tables.Values.SelectMany(t => t.Segments))
            {
                cancellation.ThrowIfCancellationRequested();
                if (segment.Segment is FileSegment file && files.FindProblem(file.File) is { } problem)
                {
                    problems.Add(problem);
                }

                if (segment.DeleteFile != 0 && DeleteVectorFile.FindProblem(files.DeletePath(segment.DeleteFile), segment.Segment.Blocks) is { } damage)
                {
                    problems.Add(damage);
                }
            }

            return problems;
        }
        finally
        {
            version.Release();
        }
    }

    /// <summary>Waits for a commit that is under way and closes. Snapshots that are still open stay readable; a transaction that is still open cannot commit any more.</summary>
    public void Dispose()
    {
        lock (CommitGate)
        {
            lock (gate)
            {
                if (disposed)
                {
                    return;
                }

                disposed = true;
            }
        }

        CatalogMirror?.Dispose();
        if (!readOnly && !inDoubt && (CatalogMirror?.MirroredVersion ?? databaseLock?.MirroredVersion) is { } mirrored)
        {
            databaseLock?.MarkClosed(mirrored);
        }

        current.Release();
        predecessor?.Release();
        databaseLock?.Dispose();
    }

    /// <summary>Held while a commit writes, so that closing waits for it.</summary>
    internal Lock CommitGate { get; } = new();

    internal DatabaseFiles? Files => files;

    /// <summary>A number that no file has had. Numbers of failed commits are not used again: one of their files may still be there.</summary>
    internal long NextFileId() => ++lastFileId;

    /// <summary>A version that no other set of definitions of this run has, committed or not, so that plans can be cached under it.</summary>
    internal long NextDefinitionVersion() => ++lastDefinitionVersion;

    /// <summary>A table version that is no commit's: those of changes not committed yet are negative.</summary>
    internal long NextUncommittedVersion() => --lastUncommittedVersion;

    /// <summary>The segment of a file in place.</summary>
    internal FileSegment SegmentOf(SegmentFile file, IReadOnlyList<BlockHeader> blocks, TableDefinition table) =>
        new(file, blocks, table.ArrowTypes(), VectorAxis.Of(table), files!, readOnly, Freed);

    internal void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (inDoubt)
        {
            throw new SqlException(SqlErrorCode.Io, $"An earlier commit to {Path} could neither be completed nor undone; close the database and open it again to see which.");
        }
    }

    /// <summary>Makes a committed state the current one.</summary>
    internal void Publish(DatabaseState committed, bool onDisk)
    {
        var published = new DatabaseVersion(committed);
        DatabaseVersion previous = current;
        lock (gate)
        {
            current = published;
        }

        DatabaseVersion? outdated = previous;
        if (onDisk)
        {
            outdated = predecessor;
            predecessor = previous;
            RemoveDeleteFiles(outdated?.State, previous.State, committed);
            if (!ReferenceEquals(previous.State.Indexes, committed.Indexes))
            {
                files!.RemoveTermsExcept(TermsPreparation.FilesOf(committed, files));
            }
        }

        outdated?.Release();
        if (previous.State.DefinitionVersion != committed.DefinitionVersion)
        {
            CatalogMirror?.Synchronize(published.Catalog);
        }
    }

    /// <summary>A schema for the temporary objects of a session.</summary>
    public string NewTemporarySchema() => SchemaNames.TemporaryOf(Interlocked.Increment(ref lastTemporarySchema));

    /// <summary>Says that a session has ended. Its temporary objects, which nobody else sees, go with the next commit of anybody.</summary>
    public void Abandon(string temporarySchema)
    {
        lock (gate)
        {
            abandoned.Add(temporarySchema);
        }
    }

    /// <summary>The temporary schemas that no session has any more; each is given once.</summary>
    internal HashSet<string> TakeAbandoned()
    {
        lock (gate)
        {
            HashSet<string> taken = [.. abandoned];
            abandoned.Clear();
            return taken;
        }
    }

    internal void MarkInDoubt() => inDoubt = true;

    /// <summary>Called once by every transaction when it ends, however it does.</summary>
    internal void EndWrite()
    {
        Interlocked.Decrement(ref openSnapshots);
        writer.Release();
    }

    void Freed(FileSegment segment)
    {
        // Closing frees the segments of the current version, too.
        if (!disposed && !readOnly)
        {
            files!.TryDelete(files.SegmentPath(segment.File.Id));
            foreach (int column in segment.VectorColumns)
            {
                files.TryDelete(files.CodesPath(segment.File.Id, column));
                files.TryDelete(files.CellsPath(segment.File.Id, column));
            }

            files.RemoveTerms(segment.File.Id);
        }
    }

    /// <summary>Delete vectors are in memory while a version is in use; their files serve only the manifests that are kept.</summary>
    void RemoveDeleteFiles(DatabaseState? outdated, DatabaseState previous, DatabaseState committed)
    {
        if (outdated is null)
        {
            return;
        }

        foreach (long id in outdated.DeleteFiles.Except(previous.DeleteFiles.Concat(committed.DeleteFiles)))
        {
            files!.TryDelete(files.DeletePath(id));
        }
    }
}
