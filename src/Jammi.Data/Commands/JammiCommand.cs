using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Jammi.Sql;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Data;

/// <summary>One or more SQL statements, separated by <c>;</c>, with their parameters.</summary>
public sealed class JammiCommand : DbCommand
{
    readonly CommandRunner runner = new();
    string commandText = string.Empty;
    JammiConnection? connection;
    int? commandTimeout;

    /// <summary>Creates an empty command.</summary>
    public JammiCommand()
    {
    }

    /// <summary>Creates a command.</summary>
    public JammiCommand(string? commandText, JammiConnection? connection = null, JammiTransaction? transaction = null)
    {
        CommandText = commandText;
        Connection = connection;
        Transaction = transaction;
    }

    /// <summary>The statements; an empty text is refused when it is run.</summary>
    /// <exception cref="InvalidOperationException">A reader of the command is open.</exception>
    [AllowNull]
    public override string CommandText
    {
        get => commandText;
        set
        {
            runner.RequireNoReader("CommandText");
            commandText = value ?? string.Empty;
        }
    }

    /// <summary>Seconds that the statements may work before they are stopped; 0 for ever. The connection's setting by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public override int CommandTimeout
    {
        get => commandTimeout ?? connection?.Settings.CommandTimeout ?? 0;
        set => commandTimeout = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A timeout is 0 or more seconds.");
    }

    /// <summary>Text, or TableDirect for all rows of the table named by the text.</summary>
    /// <exception cref="NotSupportedException">The value is StoredProcedure: there are none.</exception>
    public override CommandType CommandType
    {
        get;
        set => field = CommandTypes.Supported(value);
    } = CommandType.Text;

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; } = UpdateRowSource.Both;

    /// <summary>The parameters.</summary>
    public new JammiParameterCollection Parameters { get; } = new();

    /// <summary>The connection.</summary>
    /// <exception cref="InvalidOperationException">A reader of the command is open.</exception>
    public new JammiConnection? Connection
    {
        get => connection;
        set
        {
            runner.RequireNoReader("Connection");
            connection = value;
        }
    }

    /// <summary>The transaction; must be the connection's open one where there is one.</summary>
    public new JammiTransaction? Transaction { get; set; }

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => connection;
        set => Connection = value is null or JammiConnection ? (JammiConnection?)value
            : throw new InvalidCastException($"A JammiConnection is expected, not {value.GetType().Name}.");
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = value is null or JammiTransaction ? (JammiTransaction?)value
            : throw new InvalidCastException($"A JammiTransaction is expected, not {value.GetType().Name}.");
    }

    /// <summary>Creates a parameter; add it to <see cref="Parameters"/>.</summary>
    public new JammiParameter CreateParameter() => new();

    /// <summary>Stops what the command is running, from any thread; nothing happens when it is idle.</summary>
    public override void Cancel() => runner.Cancel();

    /// <summary>
    /// Parses the text and, where it is one statement, binds and plans it, so that errors show before the command is run. Parameters need no values yet.
    /// Plans are kept by text, so running the statement later takes the prepared one.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no open connection or no text.</exception>
    /// <exception cref="JammiException">The text is wrong.</exception>
    public override void Prepare()
    {
        JammiConnection open = RequireReady();
        if (Plan(Parameters.ToValues(allowUnset: true)) is [var only])
        {
            open.Describe(only);
        }
    }

    /// <summary>Runs all statements.</summary>
    /// <returns>The rows that INSERT, UPDATE and DELETE changed, all together; -1 when there was none of these.</returns>
    /// <exception cref="InvalidOperationException">There is no open connection, no text, or a reader is open.</exception>
    /// <exception cref="JammiException">A statement failed; those after it were not run.</exception>
    public override int ExecuteNonQuery() => CommandRunner.CountAffected(ExecuteReader());

    /// <summary>Runs all statements. The first column of the first row of the first result: null when there is no row, <see cref="DBNull"/> for NULL.</summary>
    /// <exception cref="InvalidOperationException">There is no open connection, no text, or a reader is open.</exception>
    /// <exception cref="JammiException">A statement failed; those after it were not run.</exception>
    public override object? ExecuteScalar() => CommandRunner.FirstValue(ExecuteReader());

    /// <summary>Runs the command.</summary>
    /// <exception cref="InvalidOperationException">There is no open connection, no text, or a reader is open.</exception>
    /// <exception cref="JammiException">A statement before the first rows failed.</exception>
    public new JammiDataReader ExecuteReader() => ExecuteReader(CommandBehavior.Default);

    /// <summary>Runs the command.</summary>
    /// <exception cref="InvalidOperationException">There is no open connection, no text, or a reader is open.</exception>
    /// <exception cref="JammiException">A statement before the first rows failed.</exception>
    public new JammiDataReader ExecuteReader(CommandBehavior behavior) => Execute(behavior, CancellationToken.None);

    /// <inheritdoc cref="ExecuteReader()"/>
    public new Task<JammiDataReader> ExecuteReaderAsync() => ExecuteReaderAsync(CommandBehavior.Default, CancellationToken.None);

    /// <inheritdoc cref="ExecuteReader()"/>
    public new Task<JammiDataReader> ExecuteReaderAsync(CancellationToken cancellationToken) => ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteReader()"/>
    public new Task<JammiDataReader> ExecuteReaderAsync(CommandBehavior behavior) => ExecuteReaderAsync(behavior, CancellationToken.None);

    /// <inheritdoc cref="ExecuteReader()"/>
    public new Task<JammiDataReader> ExecuteReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        ExecuteAsync(behavior, static reader => reader, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(CommandBehavior.Default, CommandRunner.CountAffected, cancellationToken);

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
        ExecuteAsync(CommandBehavior.Default, CommandRunner.FirstValue, cancellationToken);

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        ExecuteAsync<DbDataReader>(behavior, static reader => reader, cancellationToken);

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => CreateParameter();

    /// <summary>Lets the connection go. A reader that is open stays readable.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection = null;
        }

        base.Dispose(disposing);
    }

    JammiDataReader Execute(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        JammiConnection open = RequireReady();
        runner.RequireNoReader("The command");
        return runner.Start(open, Plan(Parameters.ToValues(behavior.HasFlag(CommandBehavior.SchemaOnly))), behavior, CommandTimeout, cancellationToken);
    }

    /// <summary>
    /// Runs the command on another thread, as it is now: whoever called may change or dispose it before the task is done, as Dapper does when it pipelines.
    /// </summary>
    Task<T> ExecuteAsync<T>(CommandBehavior behavior, Func<JammiDataReader, T> use, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            JammiConnection open = RequireReady();
            runner.RequireNoReader("The command");
            string sql = Sql;
            int timeout = CommandTimeout;
            JammiParameterCollection parameters = Parameters.Clone();
            bool allowUnset = behavior.HasFlag(CommandBehavior.SchemaOnly);
            return CommandRunner.OnWorker(token => use(runner.Start(open, Plan(sql, parameters.ToValues(allowUnset)), behavior, timeout, token)), cancellationToken);
        }
        catch (InvalidOperationException error)
        {
            return Task.FromException<T>(error);
        }
    }

    string Sql => CommandTypes.Statement(commandText, CommandType);

    PlannedStatement[] Plan(IReadOnlyList<ParameterValue> values) => Plan(Sql, values);

    static PlannedStatement[] Plan(string sql, IReadOnlyList<ParameterValue> values)
    {
        IReadOnlyList<Statement> statements = CommandRunner.Parse(sql);
        var planned = new PlannedStatement[statements.Count];
        for (int i = 0; i < planned.Length; i++)
        {
            planned[i] = new(sql, statements[i], values, Source: null);
        }

        return planned;
    }

    JammiConnection RequireReady()
    {
        JammiConnection open = CommandRunner.RequireReady(connection, Transaction, "command");
        return commandText.Length == 0 ? throw new InvalidOperationException("The command has no text.") : open;
    }
}
