using System.Data;
using System.Data.Common;
using Jammi.Sql;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Data;

/// <summary>Commands that run one after another in one call. Outside a transaction each statement is committed by itself; the first that fails ends the batch.</summary>
public sealed class JammiBatch : DbBatch
{
    readonly CommandRunner runner = new();
    int? timeout;

    /// <summary>Creates a batch.</summary>
    public JammiBatch(JammiConnection? connection = null, JammiTransaction? transaction = null)
    {
        Connection = connection;
        Transaction = transaction;
    }

    /// <summary>The commands.</summary>
    public new JammiBatchCommandCollection BatchCommands { get; } = new();

    /// <summary>The connection.</summary>
    public new JammiConnection? Connection
    {
        get;
        set
        {
            runner.RequireNoReader("Connection");
            field = value;
        }
    }

    /// <summary>The transaction; must be the connection's open one where there is one.</summary>
    public new JammiTransaction? Transaction { get; set; }

    /// <summary>Seconds that the batch may work before it is stopped; 0 for ever. The connection's setting by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public override int Timeout
    {
        get => timeout ?? Connection?.Settings.CommandTimeout ?? 0;
        set => timeout = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A timeout is 0 or more seconds.");
    }

    /// <inheritdoc/>
    protected override DbBatchCommandCollection DbBatchCommands => BatchCommands;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = value is null or JammiConnection ? (JammiConnection?)value
            : throw new InvalidCastException($"A JammiConnection is expected, not {value.GetType().Name}.");
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => Transaction;
        set => Transaction = value is null or JammiTransaction ? (JammiTransaction?)value
            : throw new InvalidCastException($"A JammiTransaction is expected, not {value.GetType().Name}.");
    }

    /// <summary>Creates a command; add it to <see cref="BatchCommands"/>.</summary>
    public new JammiBatchCommand CreateBatchCommand() => new();

    /// <summary>Stops what the batch is running, from any thread; nothing happens when it is idle.</summary>
    public override void Cancel() => runner.Cancel();

    /// <summary>Parses all commands, so that errors of syntax show before the batch is run.</summary>
    /// <exception cref="InvalidOperationException">There is no open connection, or a command has no text.</exception>
    /// <exception cref="JammiException">A text is wrong.</exception>
    public override void Prepare()
    {
        CommandRunner.RequireReady(Connection, Transaction, "batch");
        Plan(allowUnset: true);
    }

    /// <inheritdoc/>
    public override Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        Prepare();
        return Task.CompletedTask;
    }

    /// <summary>Runs the batch.</summary>
    /// <returns>The rows changed by all commands together; -1 when none changes rows. See <see cref="JammiBatchCommand.RecordsAffected"/> for each.</returns>
    public override int ExecuteNonQuery() => CommandRunner.CountAffected(Execute(CommandBehavior.Default, CancellationToken.None));

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) =>
        CommandRunner.OnWorker(token => CommandRunner.CountAffected(Execute(CommandBehavior.Default, token)), cancellationToken);

    /// <summary>Runs the batch. The first column of the first row of the first result: null when there is no row.</summary>
    public override object? ExecuteScalar() => CommandRunner.FirstValue(Execute(CommandBehavior.Default, CancellationToken.None));

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) =>
        CommandRunner.OnWorker(token => CommandRunner.FirstValue(Execute(CommandBehavior.Default, token)), cancellationToken);

    /// <summary>Runs the batch; each statement that gives rows is a result of the reader.</summary>
    /// <exception cref="InvalidOperationException">There is no open connection, no command, or a reader is open.</exception>
    /// <exception cref="JammiException">A statement before the first rows failed.</exception>
    public new JammiDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default) => Execute(behavior, CancellationToken.None);

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Execute(behavior, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        CommandRunner.OnWorker<DbDataReader>(token => Execute(behavior, token), cancellationToken);

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => CreateBatchCommand();

    JammiDataReader Execute(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        JammiConnection open = CommandRunner.RequireReady(Connection, Transaction, "batch");
        runner.RequireNoReader("The batch");
        PlannedStatement[] planned = Plan(behavior.HasFlag(CommandBehavior.SchemaOnly));
        foreach (JammiBatchCommand command in BatchCommands.Cast<JammiBatchCommand>())
        {
            command.ResetCount();
        }

        return runner.Start(open, planned, behavior, Timeout, cancellationToken);
    }

    PlannedStatement[] Plan(bool allowUnset)
    {
        if (BatchCommands.Count == 0)
        {
            throw new InvalidOperationException("The batch has no commands.");
        }

        var planned = new List<PlannedStatement>();
        foreach (JammiBatchCommand command in BatchCommands.Cast<JammiBatchCommand>())
        {
            if (command.CommandText.Length == 0)
            {
                throw new InvalidOperationException("A command of the batch has no text.");
            }

            string sql = CommandTypes.Statement(command.CommandText, command.CommandType);
            IReadOnlyList<ParameterValue> values = command.Parameters.ToValues(allowUnset);
            foreach (Statement statement in CommandRunner.Parse(sql))
            {
                planned.Add(new(sql, statement, values, command));
            }
        }

        return [.. planned];
    }
}
