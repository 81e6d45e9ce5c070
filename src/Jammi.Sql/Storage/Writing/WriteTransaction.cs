using System.Collections.Immutable;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Storage.Manifests;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.Storage.Writing;

/// <summary>
/// The writer's state in the making: every change gives a new immutable state whose new rows are in memory; Commit writes them to segments
/// and publishes the next manifest. A savepoint is a state.
/// </summary>
internal sealed partial class WriteTransaction : IWriteTransaction
{
    readonly Database database;
    readonly DatabaseVersion startVersion;
    DatabaseState state;
    Snapshot? current;
    bool ended;

    /// <param name="start">The version it starts from, retained for the transaction.</param>
    public WriteTransaction(Database database, DatabaseVersion start)
    {
        this.database = database;
        startVersion = start;
        state = start.State;
    }

    DatabaseState Start => startVersion.State;

    public ISnapshot Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(ended, this);
            return current ??= new Snapshot(state, ReferenceEquals(state, Start) ? startVersion.Catalog : state.ToCatalog(), disposed: null);
        }
    }

    /// <summary>The rows of <paramref name="batch"/> must stay readable until the transaction ends.</summary>
    public void Append(TableEntry table, ColumnBatch batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        TableState old = state.Table(table);
        CheckShape(old.Entry.Definition, batch);
        if (old.Entry.Definition.IdentityColumn >= 0)
        {
            old = old with { Entry = old.Entry with { NextIdentity = database.Identities.NextOf(old.Entry) } };
        }

        var added = new MemorySegment(SegmentWriter.Headers(old.Entry.Definition, [batch]), [batch], committed: false);
        Change(state.With(old.Append(added, database.NextUncommittedVersion())));
    }

    public long TakeIdentities(TableEntry table, int count) => database.Identities.Take(state.Table(table).Entry, count);

    public long Delete(TableEntry table, ReadOnlySpan<long> rowIds)
    {
        TableState old = state.Table(table);
        (ImmutableArray<SegmentState> segments, long deleted) = RowDeletion.Mark(old.Segments, rowIds);
        if (deleted > 0)
        {
            TableEntry entry = old.Entry with { RowCount = old.Entry.RowCount - deleted, Version = database.NextUncommittedVersion() };
            Change(state.With(old with { Entry = entry, Segments = segments }));
        }

        return deleted;
    }

    public void Truncate(TableEntry table)
    {
        TableState old = state.Table(table);
        Change(state.With(TableState.Of(old.Entry with { Version = database.NextUncommittedVersion() }, [])));
    }

    public object CreateSavepoint() => state;

    public void RollbackTo(object savepoint) => Change((DatabaseState)savepoint);

    public void Commit(IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (!ReferenceEquals(state, Start))
        {
            // Closing the database waits for a commit that has begun; one that begins later finds it closed.
            lock (database.CommitGate)
            {
                database.ThrowIfUnusable();
                CommitChanges(progress, cancellation);
            }
        }

        End();
    }

    public void Dispose()
    {
        if (!ended)
        {
            End();
        }
    }

    void End()
    {
        ended = true;
        startVersion.Release();
        database.EndWrite();
    }

    void CommitChanges(IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        if (database.TakeAbandoned() is { Count: > 0 } ended)
        {
            state = state.Without(ended);
        }

        if (database.Files is { } files && !state.IsSameOnDisk(Start))
        {
            database.Publish(WriteToDisk(files, progress, cancellation), onDisk: true);
            files.PruneManifests();
        }
        else
        {
            DatabaseState settled = Settle(files: null);
            TermsPreparation.Apply(settled, Start, cancellation);
            database.Publish(settled, onDisk: false);
        }
    }

    DatabaseState WriteToDisk(DatabaseFiles files, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var store = new FileSegmentStore(database, files, progress, cancellation);
        try
        {
            DatabaseState settled = Settle(store) with { NextFileId = database.NextFileId() };
            TermsPreparation.Apply(settled, Start, cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (store.HasWritten)
            {
                files.SyncContents();
            }

            files.PublishManifest(Manifest.From(settled, Start.Version));
            return settled;
        }
        catch (CommitInDoubtException error)
        {
            // The manifest may be in place, so what it names has to stay.
            database.MarkInDoubt();
            throw new SqlException(SqlErrorCode.Io, $"The commit failed at its last step and could not be undone ({error.Message}); close the database and open it again to see whether it happened.", error);
        }
        catch (Exception error) when (DatabaseFiles.IsFileError(error))
        {
            store.Remove();
            throw new SqlException(SqlErrorCode.Io, $"The commit failed and changed nothing: {error.Message}", error);
        }
        catch
        {
            store.Remove();
            throw;
        }
    }

    /// <summary>The state with all changed tables in segments of their final form.</summary>
    DatabaseState Settle(FileSegmentStore? files)
    {
        long version = Start.Version + 1;
        var memory = new MemorySegmentStore(detach: database.Files is not null);
        DatabaseState settled = state with { Version = version };
        foreach ((string key, TableState table) in state.Tables)
        {
            if (!ReferenceEquals(Start.Tables.GetValueOrDefault(key), table))
            {
                ISegmentStore store = table.Entry.Temporary || files is null ? memory : files;
                settled = settled.With(Consolidation.Apply(table with { Entry = table.Entry with { Version = version } }, store));
            }
        }

        return settled;
    }

    void Change(DatabaseState changed)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        state = changed;
        current = null;
    }

    static void CheckShape(TableDefinition table, ColumnBatch batch)
    {
        if (batch.Columns.Length != table.Columns.Count)
        {
            throw new SqlException(SqlErrorCode.Internal, $"Rows with {batch.Columns.Length} columns were appended to table {table.Name}, which has {table.Columns.Count}.");
        }

        for (int i = 0; i < batch.Columns.Length; i++)
        {
            if (batch.Columns[i].Length != batch.Count || batch.Columns[i].Data.DataType.TypeId != table.Columns[i].Type.ToArrow().TypeId)
            {
                throw new SqlException(
                    SqlErrorCode.Internal,
                    $"Column {table.Columns[i].Name} of table {table.Name} is {table.Columns[i].Type}; {batch.Columns[i].Length} values of {batch.Columns[i].Data.DataType.Name} were appended in a batch of {batch.Count} rows.");
            }
        }
    }
}
