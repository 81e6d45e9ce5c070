using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Data;

/// <summary>One or more SQL statements, separated by <c>;</c>, with their parameters.</summary>
public sealed class JammiCommand : DbCommand
{
    string commandText = string.Empty;
    string? parsedText;
    IReadOnlyList<Statement> statements = [];
    JammiConnection? connection;
    JammiTransaction? transaction;
    JammiDataReader? reader;
    CancellationTokenSource? running;
    int? commandTimeout;

    /// <summary>Creates an empty command.</summary>
    public JammiCommand()
    {
    }

    /// <summary>Creates a command.</summary>
    public JammiCommand(string commandText, JammiConnection? connection = null, JammiTransaction? transaction = null)
    {
        CommandText = commandText;
        Connection = connection;
        Transaction = transaction;
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string CommandText
    {
        get => commandText;
        set
        {
            RequireNoReader("CommandText");
            commandText = value ?? string.Empty;
        }
    }

    /// <summary>Seconds the command may run before it is stopped; 0 for ever. The connection's setting by default.</summary>
    public override int CommandTimeout
    {
        get => commandTimeout ?? connection?.Settings.CommandTimeout ?? 0;
        set => commandTimeout = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A timeout is 0 or more seconds.");
    }

    /// <summary>Text, or TableDirect for all rows of the table named by the text.</summary>
    public override CommandType CommandType
    {
        get;
        set => field = value is CommandType.Text or CommandType.TableDirect ? value
            : throw new ArgumentException($"CommandType {value} is not supported; there are no stored procedures.", nameof(value));
    } = CommandType.Text;

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <summary>The parameters.</summary>
    public new JammiParameterCollection Parameters { get; } = new();

    /// <summary>The connection.</summary>
    public new JammiConnection? Connection
    {
        get => connection;
        set
        {
            RequireNoReader("Connection");
            connection = value;
        }
    }

    /// <summary>The transaction; must be the connection's open one where there is one.</summary>
    public new JammiTransaction? Transaction
    {
        get => transaction;
        set => transaction = value;
    }

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
        get => transaction;
        set => transaction = value is null or JammiTransaction ? (JammiTransaction?)value
            : throw new InvalidCastException($"A JammiTransaction is expected, not {value.GetType().Name}.");
    }

    /// <summary>Creates a parameter; add it to <see cref="Parameters"/>.</summary>
    public new JammiParameter CreateParameter() => new();

    /// <summary>Stops what the command is running, from any thread; nothing happens when it is idle.</summary>
    public override void Cancel()
    {
        CancellationTokenSource? source = Volatile.Read(ref running);
        try
        {
            source?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended between the read and the call, which is what was wanted.
        }
    }

    /// <summary>Parses the text, so that errors of syntax show before the command is run.</summary>
    public override void Prepare()
    {
        RequireReady();
        ParseText();
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery()
    {
        using JammiDataReader all = ExecuteReader(CommandBehavior.Default);
        do
        {
            all.Drain();
        }
        while (all.NextResult());

        return all.RecordsAffected;
    }

    /// <summary>The first column of the first row: null when there is no row, <see cref="DBNull"/> for NULL.</summary>
    public override object? ExecuteScalar()
    {
        using JammiDataReader all = ExecuteReader(CommandBehavior.Default);
        do
        {
            if (all.FieldCount > 0)
            {
                object? value = all.Read() ? all.GetValue(0) : null;
                all.RunRest();
                return value;
            }
        }
        while (all.NextResult());

        return null;
    }

    /// <summary>Runs the command.</summary>
    public new JammiDataReader ExecuteReader() => ExecuteReader(CommandBehavior.Default);

    /// <summary>Runs the command.</summary>
    /// <exception cref="InvalidOperationException">There is no open connection, no text, or a reader is open.</exception>
    /// <exception cref="JammiException">The statement failed.</exception>
    public new JammiDataReader ExecuteReader(CommandBehavior behavior) => Execute(behavior, CancellationToken.None);

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => OnWorker(
        token =>
        {
            using JammiDataReader all = Execute(CommandBehavior.Default, token);
            do
            {
                all.Drain();
            }
            while (all.NextResult());

            return all.RecordsAffected;
        },
        cancellationToken);

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) => OnWorker<object?>(
        token =>
        {
            using JammiDataReader all = Execute(CommandBehavior.Default, token);
            object? value = all.FieldCount > 0 && all.Read() ? all.GetValue(0) : null;
            all.RunRest();
            return value;
        },
        cancellationToken);

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        OnWorker<DbDataReader>(token => Execute(behavior, token), cancellationToken);

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => CreateParameter();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection = null;
        }

        base.Dispose(disposing);
    }

    internal void ReaderClosed(JammiDataReader closed)
    {
        if (ReferenceEquals(reader, closed))
        {
            reader = null;
        }
    }

    /// <summary>Work may be long (a model call, a scan), so it never runs on the caller's thread.</summary>
    static Task<T> OnWorker<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled<T>(cancellationToken) : Task.Run(() => work(cancellationToken), cancellationToken);

    JammiDataReader Execute(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        JammiConnection open = RequireReady();
        RequireNoReader("The command");
        if (transaction is not null && transaction.Connection is null)
        {
            throw new InvalidOperationException("The command's transaction is finished.");
        }

        if (!ReferenceEquals(open.CurrentTransaction, transaction) && open.CurrentTransaction is not null)
        {
            throw new InvalidOperationException("The connection has an open transaction; set the command's Transaction to it.");
        }

        if (transaction is not null && !ReferenceEquals(transaction.Connection, open))
        {
            throw new InvalidOperationException("The command's transaction belongs to another connection.");
        }

        ParseText();
        var options = new StatementOptions
        {
            Parameters = behavior.HasFlag(CommandBehavior.SchemaOnly) ? SchemaParameters() : [.. Parameters.Cast<JammiParameter>().Select(p => new ParameterValue(p.BareName, p.ToScalar()))],
            SchemaOnly = behavior.HasFlag(CommandBehavior.SchemaOnly),
            Progress = open.ProgressSink,
        };
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (CommandTimeout > 0)
        {
            source.CancelAfter(TimeSpan.FromSeconds(CommandTimeout));
        }

        Volatile.Write(ref running, source);
        string sql = EffectiveText();
        var opened = new JammiDataReader(this, open, sql, statements, options with { Cancellation = source.Token }, source, behavior, cancellationToken);
        try
        {
            opened.Start();
        }
        catch
        {
            opened.Abandon();
            throw;
        }

        reader = opened;
        return opened;
    }

    ParameterValue[] SchemaParameters() =>
        [.. Parameters.Cast<JammiParameter>().Select(p => new ParameterValue(p.BareName, p.Value is null ? ClrTypes.ToScalar(DBNull.Value, p.DbType, p.ParameterName) : p.ToScalar()))];

    string EffectiveText() => CommandType == CommandType.TableDirect ? $"SELECT * FROM {commandText}" : commandText;

    void ParseText()
    {
        string sql = EffectiveText();
        if (ReferenceEquals(sql, parsedText) || sql == parsedText)
        {
            return;
        }

        try
        {
            statements = Session.Parse(sql);
            parsedText = sql;
        }
        catch (SqlException error)
        {
            throw JammiException.From(error, sql);
        }
    }

    JammiConnection RequireReady()
    {
        JammiConnection open = connection ?? throw new InvalidOperationException("The command has no connection.");
        _ = open.Session;
        return commandText.Length == 0 ? throw new InvalidOperationException("The command has no text.") : open;
    }

    void RequireNoReader(string what)
    {
        if (reader is { IsClosed: false })
        {
            throw new InvalidOperationException($"{what} cannot be used or changed while a reader of the command is open.");
        }
    }
}
