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
        Plan(Take(copy: false), allowUnset: true);
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
        ExecuteAsync(CommandBehavior.Default, CommandRunner.CountAffected, cancellationToken);

    /// <summary>Runs the batch. The first column of the first row of the first result: null when there is no row.</summary>
    public override object? ExecuteScalar() => CommandRunner.FirstValue(Execute(CommandBehavior.Default, CancellationToken.None));

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) =>
        ExecuteAsync(CommandBehavior.Default, CommandRunner.FirstValue, cancellationToken);

    /// <summary>Runs the batch; each statement that gives rows is a result of the reader.</summary>
    /// <exception cref="InvalidOperationException">There is no open connection, no command, or a reader is open.</exception>
    /// <exception cref="JammiException">A statement before the first rows failed.</exception>
    public new JammiDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default) => Execute(behavior, CancellationToken.None);

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Execute(behavior, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        ExecuteAsync<DbDataReader>(behavior, static reader => reader, cancellationToken);

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => CreateBatchCommand();

    JammiDataReader Execute(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        JammiConnection open = RequireIdle();
        return Start(open, Take(copy: false), behavior, Timeout, cancellationToken);
    }

    /// <summary>Runs the batch on another thread, as it is now: whoever called may change or dispose it before the task is done.</summary>
    Task<T> ExecuteAsync<T>(CommandBehavior behavior, Func<JammiDataReader, T> use, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            JammiConnection open = RequireIdle();
            int timeout = Timeout;
            Part[] parts = Take(copy: true);
            return CommandRunner.OnWorker(token => use(Start(open, parts, behavior, timeout, token)), cancellationToken);
        }
        catch (InvalidOperationException error)
        {
            return Task.FromException<T>(error);
        }
    }

    JammiDataReader Start(JammiConnection open, Part[] parts, CommandBehavior behavior, int timeout, CancellationToken cancellationToken)
    {
        PlannedStatement[] planned = Plan(parts, behavior.HasFlag(CommandBehavior.SchemaOnly));
        foreach (Part part in parts)
        {
            part.Command.ResetCount();
        }

        return runner.Start(open, planned, behavior, timeout, cancellationToken);
    }

    JammiConnection RequireIdle()
    {
        JammiConnection open = CommandRunner.RequireReady(Connection, Transaction, "batch");
        runner.RequireNoReader("The batch");
        return open;
    }

    /// <summary>The commands as they are now.</summary>
    Part[] Take(bool copy)
    {
        if (BatchCommands.Count == 0)
        {
            throw new InvalidOperationException("The batch has no commands.");
        }

        var parts = new Part[BatchCommands.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            JammiBatchCommand command = BatchCommands[i];
            if (command.CommandText.Length == 0)
            {
                throw new InvalidOperationException("A command of the batch has no text.");
            }

            parts[i] = new(CommandTypes.Statement(command.CommandText, command.CommandType), copy ? command.Parameters.Clone() : command.Parameters, command);
        }

        return parts;
    }

    static PlannedStatement[] Plan(Part[] parts, bool allowUnset)
    {
        var planned = new List<PlannedStatement>();
        foreach (Part part in parts)
        {
            IReadOnlyList<ParameterValue> values = part.Parameters.ToValues(allowUnset);
            foreach (Statement statement in CommandRunner.Parse(part.Sql))
            {
                planned.Add(new(part.Sql, statement, values, part.Command));
            }
        }

        return [.. planned];
    }

    /// <summary>A command of one run.</summary>
    readonly record struct Part(string Sql, JammiParameterCollection Parameters, JammiBatchCommand Command);
}
