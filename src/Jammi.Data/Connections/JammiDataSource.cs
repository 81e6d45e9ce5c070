using System.Data.Common;

namespace Jammi.Data;

/// <summary>A source of connections of one connection string. Keeps the database open between connections, so that an in-memory one lives as long as the source.</summary>
public sealed class JammiDataSource : DbDataSource
{
    readonly Lock gate = new();
    JammiConnection? anchor;
    bool disposed;

    /// <summary>Creates a source.</summary>
    /// <exception cref="ArgumentException">The connection string has an unknown keyword or value.</exception>
    public JammiDataSource(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var builder = new JammiConnectionStringBuilder(connectionString);
        if (builder.DataSource == DatabaseRegistry.Memory)
        {
            builder.DataSource = DatabaseRegistry.Memory + Guid.NewGuid().ToString("N");
        }

        ConnectionString = builder.ConnectionString;
    }

    /// <inheritdoc/>
    public override string ConnectionString { get; }

    /// <summary>Opens a connection.</summary>
    public new JammiConnection OpenConnection() => (JammiConnection)base.OpenConnection();

    /// <summary>Creates a closed connection.</summary>
    public new JammiConnection CreateConnection() => (JammiConnection)base.CreateConnection();

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (anchor is null)
            {
                anchor = new JammiConnection(ConnectionString);
                anchor.Open();
            }
        }

        return new JammiConnection(ConnectionString);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (gate)
            {
                disposed = true;
                anchor?.Dispose();
                anchor = null;
            }
        }

        base.Dispose(disposing);
    }
}
