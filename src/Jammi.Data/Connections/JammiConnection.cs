using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Syntax;

namespace Jammi.Data;

/// <summary>
/// A connection to a Jammi database: a directory, or memory. Statements run in this process.
/// </summary>
/// <example><code>
/// using var connection = new JammiConnection("Data Source=my.jammi;Models=models");
/// connection.Open();
/// </code></example>
public sealed partial class JammiConnection : DbConnection, ICloneable
{
    readonly Lock readersGate = new();
    readonly List<JammiDataReader> readers = [];
    JammiConnectionStringBuilder settings = [];
    string connectionString = string.Empty;
    DatabaseRegistry.EngineLease? lease;
    Session? session;
    ModelEnvironment? environment;
    JammiTransaction? transaction;
    bool disposed;

    /// <summary>Creates a connection without a connection string.</summary>
    public JammiConnection()
    {
        // The grammar takes tens of milliseconds to build; by the time of the first statement it should be there.
        SqlParser.WarmUp();
    }

    /// <summary>Creates a connection.</summary>
    /// <exception cref="ArgumentException">The connection string has an unknown keyword or value.</exception>
    public JammiConnection(string? connectionString)
        : this() => ConnectionString = connectionString;

    /// <summary>
    /// Reports long work (embedding, imports, downloads of models in bytes); raised on the thread that does the work. Connections of the same settings share
    /// their models, so each hears of a download that another one started.
    /// </summary>
    public event EventHandler<JammiProgressEventArgs>? Progress;

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString
    {
        get => connectionString;
        set
        {
            if (session is not null)
            {
                throw new InvalidOperationException("The connection string cannot be changed while the connection is open.");
            }

            settings = JammiConnectionStringBuilder.Shared(value ?? string.Empty);
            connectionString = value ?? string.Empty;
        }
    }

    /// <summary>The database's name: the data source's last part without its ending.</summary>
    public override string Database => Path.GetFileNameWithoutExtension(settings.DataSource);

    /// <inheritdoc/>
    public override string DataSource => settings.DataSource;

    /// <summary>The version of the engine.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    public override string ServerVersion
    {
        get
        {
            RequireOpen();
            return typeof(JammiConnection).Assembly.GetName().Version!.ToString(3);
        }
    }

    /// <inheritdoc/>
    public override ConnectionState State => session is null ? ConnectionState.Closed : ConnectionState.Open;

    /// <inheritdoc/>
    public override int ConnectionTimeout => settings.LockTimeout;

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => JammiProviderFactory.Instance;

    internal JammiConnectionStringBuilder Settings => settings;

    internal Session Session => RequireOpen();

    internal ModelStore Models
    {
        get
        {
            RequireOpen();
            return environment!.Models;
        }
    }

    internal JammiTransaction? CurrentTransaction => transaction;

    internal IProgress<OperationProgress>? ProgressSink => Progress is null ? null : new Sink(this);

    /// <summary>Opens the database, creating it if the mode allows.</summary>
    /// <exception cref="InvalidOperationException">The connection is open, or has no data source.</exception>
    /// <exception cref="JammiException">The database cannot be opened: missing, locked by another process, or damaged.</exception>
    public override void Open()
    {
        if (session is not null)
        {
            throw new InvalidOperationException("The connection is open already.");
        }

        if (settings.DataSource.Length == 0)
        {
            throw new InvalidOperationException("The connection string names no data source; give it as 'Data Source=path' or 'Data Source=:memory:'.");
        }

        try
        {
            lease = DatabaseRegistry.Acquire(settings);
            environment = ModelEnvironment.For(settings);
            session = lease.Engine.CreateSession(environment.Functions, Functions.MissionFunctions.SystemTables, environment.Services, TimeSpan.FromSeconds(settings.LockTimeout), settings.Mode == JammiOpenMode.ReadOnly);
            session.Threads = settings.Threads == 0 ? Environment.ProcessorCount : settings.Threads;
            session.MemoryLimit = settings.MemoryLimit == 0 ? null : settings.MemoryLimit;
            environment.Models.Downloading += ReportDownload;
        }
        catch (SqlException error)
        {
            lease?.Dispose();
            lease = null;
            throw JammiException.From(error, commandText: null);
        }

        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    /// <summary>Opens the database as <see cref="Open"/> does; the first opening of a database in the process runs on a worker thread.</summary>
    public override Task OpenAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        if (session is null && !DatabaseRegistry.IsOpen(settings))
        {
            return Task.Run(Open, cancellationToken);
        }

        try
        {
            Open();
            return Task.CompletedTask;
        }
        catch (Exception error)
        {
            return Task.FromException(error);
        }
    }

    /// <summary>Closes the connection: its readers are closed, statements of theirs that have not run do not run, an open transaction is rolled back. Closing twice is allowed.</summary>
    public override void Close()
    {
        if (session is null)
        {
            return;
        }

        foreach (JammiDataReader reader in OpenReaders())
        {
            reader.Abandon();
        }

        transaction?.Detach();
        transaction = null;
        session.Dispose();
        session = null;
        environment!.Models.Downloading -= ReportDownload;
        lease!.Dispose();
        lease = null;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    /// <summary>A connection has one database, so only its own name is accepted.</summary>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    /// <exception cref="NotSupportedException">The name is another one.</exception>
    public override void ChangeDatabase(string databaseName)
    {
        RequireOpen();
        if (!string.Equals(databaseName, Database, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException($"ChangeDatabase('{databaseName}') is not supported: a Jammi connection has one database, '{Database}'; open another connection for another one.");
        }
    }

    /// <summary>Ambient and distributed transactions are not supported; null, which leaves one, is accepted.</summary>
    /// <exception cref="NotSupportedException">A transaction is given.</exception>
    public override void EnlistTransaction(System.Transactions.Transaction? transaction)
    {
        if (transaction is not null)
        {
            throw new NotSupportedException("EnlistTransaction is not supported: a Jammi database takes part in no distributed transaction; use BeginTransaction.");
        }
    }

    /// <summary>A closed connection of the same connection string.</summary>
    object ICloneable.Clone() => new JammiConnection(connectionString);

    /// <summary>Closes the databases that are kept open for a moment after their last connection. Those in use stay open.</summary>
    public static void ClearAllPools() => DatabaseRegistry.CloseIdle();

    /// <summary>Creates a command of this connection.</summary>
    public new JammiCommand CreateCommand() => new() { Connection = this };

    /// <summary>Creates a batch of this connection.</summary>
    public new JammiBatch CreateBatch() => new(this);

    /// <summary>Starts a bulk insert into a table.</summary>
    /// <param name="table">The table, with its schema and a dot before it where it is not in the main one.</param>
    /// <param name="columns">The columns that get values, in this order; the others take their defaults. All columns but an identity column when none is named.</param>
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    /// <exception cref="JammiException">There is no such table or column.</exception>
    public JammiAppender CreateAppender(string table, params string[] columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentNullException.ThrowIfNull(columns);
        RequireOpen();
        RequireFree();
        return new JammiAppender(this, table, columns);
    }

    /// <summary>Starts a transaction.</summary>
    public new JammiTransaction BeginTransaction() => BeginTransaction(IsolationLevel.Unspecified);

    /// <summary>Starts a transaction. Every level gives snapshot isolation with a single writer.</summary>
    /// <exception cref="InvalidOperationException">A transaction is open already.</exception>
    public new JammiTransaction BeginTransaction(IsolationLevel isolationLevel) => (JammiTransaction)base.BeginTransaction(isolationLevel);

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
    {
        Session active = RequireOpen();
        RequireFree();
        if (isolationLevel == IsolationLevel.Chaos)
        {
            throw new ArgumentException("Isolation level Chaos is not supported.", nameof(isolationLevel));
        }

        if (active.InTransaction)
        {
            throw new InvalidOperationException("The connection has an open transaction; transactions do not nest, use savepoints.");
        }

        active.Begin();
        return transaction = new JammiTransaction(this, isolationLevel == IsolationLevel.Unspecified ? IsolationLevel.Snapshot : isolationLevel);
    }

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => CreateBatch();

    /// <summary>Closes the connection. It can be opened again, as the connections of other providers can.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
            if (disposed)
            {
                // Disposed is raised once.
                return;
            }

            disposed = true;
        }

        base.Dispose(disposing);
    }

    internal void Opened(JammiDataReader reader)
    {
        lock (readersGate)
        {
            RefuseSecondReader();
            readers.Add(reader);
        }
    }

    /// <summary>What a connection does beside an open reader: nothing, where it allows one result at a time.</summary>
    /// <exception cref="InvalidOperationException">It allows one, and has an open reader.</exception>
    internal void RequireFree()
    {
        lock (readersGate)
        {
            RefuseSecondReader();
        }
    }

    internal void Closed(JammiDataReader reader)
    {
        lock (readersGate)
        {
            readers.Remove(reader);
        }
    }

    /// <summary>Binds a statement without running it.</summary>
    internal StatementResult Describe(PlannedStatement planned)
    {
        try
        {
            return Session.Run(planned.Sql, planned.Statement, new StatementOptions { Parameters = planned.Parameters, SchemaOnly = true });
        }
        catch (Exception error) when (error is SqlException or InferenceException)
        {
            throw CommandRunner.Translate(error, planned.Sql);
        }
    }

    internal void RunTransactionCommand(string sql)
    {
        try
        {
            Session active = RequireOpen();
            foreach (Jammi.Sql.Syntax.Ast.Statement statement in Session.Parse(sql))
            {
                active.Run(sql, statement, new StatementOptions()).Dispose();
            }
        }
        catch (SqlException error)
        {
            throw JammiException.From(error, sql);
        }
    }

    internal void TransactionEnded(JammiTransaction ended)
    {
        if (ReferenceEquals(transaction, ended))
        {
            transaction = null;
        }
    }

    /// <summary>COMMIT or ROLLBACK as SQL text ends the transaction object too.</summary>
    internal void SynchroniseTransaction()
    {
        if (transaction is not null && session is { InTransaction: false })
        {
            transaction.Detach();
            transaction = null;
        }
    }

    void RefuseSecondReader()
    {
        if (readers.Count > 0 && !settings.MultipleActiveResultSets)
        {
            throw new InvalidOperationException("The connection has an open reader and its connection string says Multiple Active Result Sets=False; close the reader first.");
        }
    }

    JammiDataReader[] OpenReaders()
    {
        lock (readersGate)
        {
            return [.. readers];
        }
    }

    void ReportDownload(ModelDownload download) => ProgressSink?.Report(new OperationProgress("download", $"{download.Model} {download.File}", download.Done, download.Total, download.BytesPerSecond));

    Session RequireOpen() => session ?? throw new InvalidOperationException("The connection is closed; call Open first.");

    sealed class Sink(JammiConnection connection) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => connection.Progress?.Invoke(connection, new JammiProgressEventArgs(value));
    }
}
