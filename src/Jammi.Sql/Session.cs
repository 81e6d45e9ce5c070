using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Syntax;
using Jammi.Sql.Syntax.Ast;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql;

/// <summary>
/// One connection's view of the engine: parses, binds, plans and runs statements, and holds the open transaction.
/// Statements of one session run one after another; their results may be read side by side.
/// </summary>
internal sealed partial class Session : IDisposable
{
    readonly Engine engine;
    readonly FunctionRegistry functions;
    readonly IReadOnlyList<ISystemTable> systemTables;
    readonly SessionServices services;
    readonly TimeSpan lockTimeout;
    SessionTransaction? transaction;
    string? temporarySchema;
    (DatabaseCatalog Shared, DatabaseCatalog Own)? lastCatalog;

    public Session(Engine engine, FunctionRegistry functions, IReadOnlyList<ISystemTable> systemTables, IServiceProvider? services, TimeSpan lockTimeout)
    {
        this.engine = engine;
        this.functions = functions;
        this.systemTables = systemTables;
        this.services = new SessionServices(this, services);
        this.lockTimeout = lockTimeout;
    }

    public bool InTransaction => transaction is not null;

    public FunctionRegistry Functions => functions;

    /// <summary>Whether this session may change nothing, though others of the same database may.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Threads that a statement may use.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Bytes that a statement's operators may hold before they go on on disk; null for no limit.</summary>
    public long? MemoryLimit { get; set; }

    /// <summary>Parses a command's text into its statements.</summary>
    public static IReadOnlyList<Statement> Parse(string sql) => SqlParser.Parse(sql);

    /// <summary>Runs one statement. A write outside a transaction is committed when this returns; rows of a query are pulled from the result.</summary>
    /// <param name="sql">The command's whole text, of which <paramref name="statement"/> was parsed.</param>
    public StatementResult Run(string sql, Statement statement, StatementOptions options)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        return statement switch
        {
            TransactionStatement command when options.SchemaOnly => Nothing(),
            TransactionStatement command => RunTransactionCommand(command, options),
            SetStatement set => throw new SqlException(SqlErrorCode.InvalidParameter, $"There is no setting {set.Name}; what can be set is set in the connection string.", set.Position),
            _ => RunPlanned(sql, statement, options),
        };
    }

    /// <summary>Starts a transaction that only sees this session's changes and those committed before now.</summary>
    public void Begin()
    {
        if (transaction is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidTransactionState, "A transaction is open already; COMMIT or ROLLBACK it first, or use SAVEPOINT.");
        }

        transaction = new SessionTransaction(engine.Database, lockTimeout);
    }

    public void Commit(IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        SessionTransaction active = ActiveTransaction("COMMIT");
        transaction = null;
        using (active)
        {
            active.Commit(progress, cancellation);
        }
    }

    public void Rollback()
    {
        SessionTransaction active = ActiveTransaction("ROLLBACK");
        transaction = null;
        active.Dispose();
    }

    /// <summary>Starts a write of its own for work that commits its progress (embedding jobs); refused inside a transaction.</summary>
    public IWriteTransaction BeginOwnWrite(string operation, CancellationToken cancellation)
    {
        if (transaction is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidTransactionState, $"{operation} commits its progress as it goes and cannot run inside a transaction; COMMIT first.");
        }

        RefuseWriteIfReadOnly();
        return engine.Database.BeginWrite(lockTimeout, cancellation);
    }

    /// <summary>The state that a new statement would see.</summary>
    public ISnapshot OpenSnapshot()
    {
        ISnapshot snapshot = transaction?.OpenSnapshot() ?? engine.Database.OpenSnapshot();
        return temporarySchema is null ? snapshot : new SessionSnapshot(snapshot, OwnView(snapshot.Catalog));
    }

    public void Dispose()
    {
        transaction?.Dispose();
        transaction = null;
        if (temporarySchema is not null)
        {
            engine.Database.Abandon(temporarySchema);
            temporarySchema = null;
        }
    }

    /// <summary>Beside the data, where what a crash leaves is removed on opening; elsewhere for databases in memory and those that may not be written to.</summary>
    string SpillDirectory => engine.Database.Path is { } root && !ReadOnly ? Path.Combine(root, "tmp") : Path.GetTempPath();

    static StatementResult Nothing() => new(PlanSchema.Empty, reader: null, returnsRows: false, rowsAffected: -1);

    StatementResult RunTransactionCommand(TransactionStatement command, StatementOptions options)
    {
        switch (command.Action)
        {
            case TransactionAction.Begin:
                Begin();
                break;
            case TransactionAction.Commit:
                Commit(options.Progress, options.Cancellation);
                break;
            case TransactionAction.Rollback:
                Rollback();
                break;
            case TransactionAction.Savepoint:
                ActiveTransaction("SAVEPOINT").Save(command.Savepoint!, options.Cancellation);
                break;
            case TransactionAction.RollbackTo:
                ActiveTransaction("ROLLBACK TO").RollbackTo(command.Savepoint!);
                break;
            case TransactionAction.Release:
                ActiveTransaction("RELEASE").Release(command.Savepoint!);
                break;
            default:
                throw new SqlException(SqlErrorCode.NotSupported, $"{command.Action} is not supported.", command.Position);
        }

        return Nothing();
    }

    SessionTransaction ActiveTransaction(string command) =>
        transaction ?? throw new SqlException(SqlErrorCode.InvalidTransactionState, $"{command}: there is no transaction; start one with BEGIN.");

    StatementResult RunPlanned(string sql, Statement statement, StatementOptions options)
    {
        if (temporarySchema is null && MakesTemporary(statement))
        {
            temporarySchema = engine.Database.NewTemporarySchema();
        }

        ISnapshot snapshot = OpenSnapshot();
        try
        {
            PreparedPlan plan = Prepare(sql, statement, snapshot, options);
            if (options.SchemaOnly)
            {
                snapshot.Dispose();
                return new(plan.Schema, reader: null, plan.ReturnsRows, rowsAffected: -1) { RowsOf = plan.RowsOf };
            }

            if (plan.Writes)
            {
                long definitions = snapshot.Catalog.DefinitionVersion;
                snapshot.Dispose();
                return RunWrite(
                    current => plan.Cacheable && current.Catalog.DefinitionVersion == definitions && plan.Suits(OwnView(current.Catalog)) ? plan : Prepare(sql, statement, current, options),
                    options);
            }

            ExecutionContext context = CreateContext(snapshot, writer: null, plan, options);
            if (plan.CountsRows)
            {
                StatementResult written = RunToEnd(plan, context);
                snapshot.Dispose();
                return written;
            }

            return new(plan.Schema, plan.Operator.Open(context), plan.ReturnsRows, rowsAffected: -1, snapshot.Dispose) { RowsOf = plan.RowsOf };
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    void RefuseWriteIfReadOnly()
    {
        if (ReadOnly)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "The connection was opened with Mode=ReadOnly; nothing can be changed through it.");
        }
    }

    StatementResult RunWrite(Func<ISnapshot, PreparedPlan> prepare, StatementOptions options)
    {
        RefuseWriteIfReadOnly();
        if (transaction is { } active)
        {
            object savepoint = active.Writer(options.Cancellation).CreateSavepoint();
            try
            {
                return RunToEnd(prepare, active.Writer(options.Cancellation), options);
            }
            catch
            {
                // A failed statement leaves the transaction as it was before it.
                active.Writer(CancellationToken.None).RollbackTo(savepoint);
                throw;
            }
        }

        using IWriteTransaction writer = engine.Database.BeginWrite(lockTimeout, options.Cancellation);
        StatementResult result = RunToEnd(prepare, writer, options);
        writer.Commit(options.Progress, options.Cancellation);
        return result;
    }

    /// <summary>Writes run to their end before their (RETURNING) rows are handed out, so that the number of rows is known and nothing is half done.</summary>
    StatementResult RunToEnd(Func<ISnapshot, PreparedPlan> prepare, IWriteTransaction writer, StatementOptions options)
    {
        PreparedPlan plan = prepare(writer.Current);
        return RunToEnd(plan, CreateContext(writer.Current, writer, plan, options));
    }

    static StatementResult RunToEnd(PreparedPlan plan, ExecutionContext context)
    {
        var rows = new List<ColumnBatch>();
        using BatchReader reader = plan.Operator.Open(context);
        while (reader.Next() is { } batch)
        {
            rows.Add(batch);
        }

        return new(plan.Schema, new BufferedReader(rows), plan.ReturnsRows, plan.CountsRows ? context.Result.RowsAffected ?? 0 : -1);
    }

    PreparedPlan Prepare(string sql, Statement statement, ISnapshot snapshot, StatementOptions options)
    {
        DatabaseCatalog catalog = OwnView(snapshot.Catalog);
        var key = new PlanKey(sql, statement.Position, catalog.DefinitionVersion, temporarySchema, functions, PlanKey.Describe(options.Parameters), options.Optimize);
        return engine.Plans.GetOrAdd(key, catalog, () =>
        {
            var parameters = new ParameterCatalog([.. options.Parameters.Select(p => new GivenParameter(p.Name.Length == 0 ? null : p.Name, p.Value.Type))]);
            var binder = new Binder(catalog, functions, services, parameters, systemTables) { Cancellation = options.Cancellation };
            return PreparedPlan.Create(binder.Bind(statement), parameters, catalog, options.Optimize);
        });
    }

    /// <summary>A catalog with the temporary objects of this session, and of no other.</summary>
    DatabaseCatalog OwnView(DatabaseCatalog catalog)
    {
        if (temporarySchema is null || catalog.TemporarySchema is not null)
        {
            return catalog;
        }

        // The same object for the same catalog: plans may be held by it.
        if (lastCatalog is not { } last || !ReferenceEquals(last.Shared, catalog))
        {
            lastCatalog = last = (catalog, catalog.For(temporarySchema));
        }

        return last.Own;
    }

    static bool MakesTemporary(Statement statement) => statement switch
    {
        CreateTableStatement create => create.Temporary || IsTemporary(create.Name),
        CreateTableAsStatement create => create.Temporary || IsTemporary(create.Name),
        CreateViewStatement create => create.Temporary || IsTemporary(create.Name),
        _ => false,
    };

    static bool IsTemporary(ObjectName name) => name.Parts.Count > 1 && string.Equals(name.Parts[^2], SchemaNames.Temporary, StringComparison.OrdinalIgnoreCase);

    ExecutionContext CreateContext(ISnapshot snapshot, IWriteTransaction? writer, PreparedPlan plan, StatementOptions options) => new()
    {
        Snapshot = snapshot,
        Transaction = writer,
        Parameters = plan.OrderParameters(options.Parameters),
        Services = services,
        Cancellation = options.Cancellation,
        Progress = options.Progress,
        BatchRows = options.BatchRows,
        Threads = options.Threads ?? Threads,
        PieceRows = options.PieceRows,
        Memory = (options.MemoryLimit ?? MemoryLimit) is { } limit ? new MemoryBudget(limit, SpillDirectory) : MemoryBudget.Unlimited,
    };

    /// <summary>A snapshot as this session sees it.</summary>
    sealed class SessionSnapshot(ISnapshot inner, DatabaseCatalog catalog) : ISnapshot
    {
        public long Version => inner.Version;

        public DatabaseCatalog Catalog => catalog;

        public ITableData OpenTable(TableEntry table) => inner.OpenTable(table);

        public void Dispose() => inner.Dispose();
    }
}
