using System.Data;
using System.Data.Common;

namespace Jammi.Data;

/// <summary>A transaction: it reads one snapshot plus its own changes, and its changes appear to others all at once on <see cref="Commit"/>.</summary>
public sealed class JammiTransaction : DbTransaction
{
    JammiConnection? connection;
    bool disposed;

    internal JammiTransaction(JammiConnection connection, IsolationLevel isolationLevel)
    {
        this.connection = connection;
        IsolationLevel = isolationLevel;
    }

    /// <summary>The connection, or null when the transaction is finished.</summary>
    public new JammiConnection? Connection => connection;

    /// <summary>The level asked for. Every level gets snapshot isolation with one writer at a time, which is at least as strict as any up to snapshot.</summary>
    public override IsolationLevel IsolationLevel { get; }

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection => connection;

    /// <summary>Makes the changes durable and visible.</summary>
    /// <exception cref="InvalidOperationException">The transaction is finished.</exception>
    public override void Commit()
    {
        JammiConnection active = Active();
        try
        {
            active.RunTransactionCommand("COMMIT");
        }
        finally
        {
            Finish(active);
        }
    }

    /// <summary>Undoes the changes.</summary>
    /// <exception cref="InvalidOperationException">The transaction is finished.</exception>
    public override void Rollback()
    {
        JammiConnection active = Active();
        try
        {
            active.RunTransactionCommand("ROLLBACK");
        }
        finally
        {
            Finish(active);
        }
    }

    /// <inheritdoc/>
    public override void Save(string savepointName) => Active().RunTransactionCommand($"SAVEPOINT {Quoted(savepointName)}");

    /// <inheritdoc/>
    public override void Rollback(string savepointName) => Active().RunTransactionCommand($"ROLLBACK TO SAVEPOINT {Quoted(savepointName)}");

    /// <inheritdoc/>
    public override void Release(string savepointName) => Active().RunTransactionCommand($"RELEASE SAVEPOINT {Quoted(savepointName)}");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            disposed = true;
            if (connection is { State: ConnectionState.Open } active)
            {
                try
                {
                    active.RunTransactionCommand("ROLLBACK");
                }
                finally
                {
                    Finish(active);
                }
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>Called when the connection closes or the transaction was ended by SQL text.</summary>
    internal void Detach() => connection = null;

    static string Quoted(string name) => $"\"{(name ?? throw new ArgumentNullException(nameof(name))).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    JammiConnection Active()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return connection ?? throw new InvalidOperationException("The transaction is finished: it was committed or rolled back, or its connection was closed.");
    }

    void Finish(JammiConnection active)
    {
        connection = null;
        active.TransactionEnded(this);
    }
}
