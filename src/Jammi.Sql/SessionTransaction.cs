using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;

namespace Jammi.Sql;

/// <summary>
/// An explicit transaction: reads the snapshot taken at BEGIN, and becomes the database's one writer with its first change. When someone else
/// committed in between, that first change fails (the snapshot could not be kept): the caller rolls back and tries again.
/// </summary>
internal sealed class SessionTransaction : IDisposable
{
    readonly Database database;
    readonly TimeSpan lockTimeout;
    readonly List<(string Name, object State)> savepoints = [];
    SharedSnapshot? start;
    IWriteTransaction? writer;

    public SessionTransaction(Database database, TimeSpan lockTimeout)
    {
        this.database = database;
        this.lockTimeout = lockTimeout;
        start = new SharedSnapshot(database.OpenSnapshot());
    }

    /// <summary>What a statement of this transaction reads; dispose it like any snapshot.</summary>
    public ISnapshot OpenSnapshot() => writer is not null ? new BorrowedSnapshot(writer.Current) : start!.Lease();

    public IWriteTransaction Writer(CancellationToken cancellation)
    {
        if (writer is null)
        {
            IWriteTransaction opened = database.BeginWrite(lockTimeout, cancellation);
            if (opened.Current.Version != start!.Version)
            {
                opened.Dispose();
                throw new SqlException(SqlErrorCode.Busy, "Another connection committed since this transaction began, so its first change cannot be made; ROLLBACK and try again.");
            }

            writer = opened;
            start.Dispose();
            start = null;
        }

        return writer;
    }

    public void Save(string name, CancellationToken cancellation) => savepoints.Add((name, Writer(cancellation).CreateSavepoint()));

    /// <summary>Undoes what was done since the savepoint; later savepoints are gone, it stays.</summary>
    public void RollbackTo(string name)
    {
        int place = Find(name);
        Writer(CancellationToken.None).RollbackTo(savepoints[place].State);
        savepoints.RemoveRange(place + 1, savepoints.Count - place - 1);
    }

    /// <summary>Forgets the savepoint and the later ones; what was done since stays.</summary>
    public void Release(string name)
    {
        int place = Find(name);
        savepoints.RemoveRange(place, savepoints.Count - place);
    }

    public void Commit(IProgress<OperationProgress>? progress, CancellationToken cancellation) => writer?.Commit(progress, cancellation);

    public void Dispose()
    {
        writer?.Dispose();
        writer = null;
        start?.Dispose();
        start = null;
    }

    /// <summary>The newest savepoint of a name.</summary>
    int Find(string name)
    {
        int place = savepoints.FindLastIndex(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
        return place >= 0
            ? place
            : throw new SqlException(SqlErrorCode.InvalidTransactionState, $"There is no savepoint named {name}; there are: {(savepoints.Count == 0 ? "none" : string.Join(", ", savepoints.Select(s => s.Name)))}.");
    }

    /// <summary>A snapshot owned by somebody who outlives its use.</summary>
    sealed class BorrowedSnapshot(ISnapshot inner) : ISnapshot
    {
        public long Version => inner.Version;

        public DatabaseCatalog Catalog => inner.Catalog;

        public ITableData OpenTable(TableEntry table) => inner.OpenTable(table);

        public void Dispose()
        {
        }
    }

    /// <summary>A snapshot that several readers use; released with the last of them.</summary>
    sealed class SharedSnapshot(ISnapshot inner) : IDisposable
    {
        int leases = 1;

        public long Version => inner.Version;

        public ISnapshot Lease()
        {
            Interlocked.Increment(ref leases);
            return new Member(this);
        }

        public void Dispose() => Release();

        void Release()
        {
            if (Interlocked.Decrement(ref leases) == 0)
            {
                inner.Dispose();
            }
        }

        sealed class Member(SharedSnapshot owner) : ISnapshot
        {
            int disposed;

            public long Version => owner.Version;

            public DatabaseCatalog Catalog => owner.Inner.Catalog;

            public ITableData OpenTable(TableEntry table) => owner.Inner.OpenTable(table);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref disposed, 1) == 0)
                {
                    owner.Release();
                }
            }
        }

        ISnapshot Inner => inner;
    }
}
