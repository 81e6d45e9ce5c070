using System.Collections;
using System.Data;
using System.Data.Common;
using Jammi.Data.Diagnostics;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;

namespace Jammi.Data;

/// <summary>
/// Reads the results of a command or batch row by row over column batches; values are decoded only when asked for. It stays readable when its command is
/// disposed, and closes when its connection does.
/// </summary>
public sealed partial class JammiDataReader : DbDataReader
{
    readonly CommandRunner runner;
    readonly JammiConnection connection;
    readonly IReadOnlyList<PlannedStatement> statements;
    readonly StopSignal stop;
    readonly CommandBehavior behavior;
    readonly CommandTrace? trace;
    StatementResult? result;
    PlanSchema schema = PlanSchema.Empty;
    ColumnBatch? batch;
    ColumnBatch? lookahead;
    CancellationToken step;
    int row = -1;
    int next;
    int recordsAffected = -1;
    bool closed;
    bool atEnd;
    bool firstRowDone;

    internal JammiDataReader(CommandRunner runner, JammiConnection connection, IReadOnlyList<PlannedStatement> statements, StopSignal stop, CommandBehavior behavior)
    {
        this.runner = runner;
        this.connection = connection;
        this.statements = statements;
        this.stop = stop;
        this.behavior = behavior;
        trace = CommandTrace.Start(connection.Database, statements);
    }

    /// <summary>Always 0: rows are not nested.</summary>
    public override int Depth
    {
        get
        {
            RequireOpen();
            return 0;
        }
    }

    /// <summary>Columns of the current result; 0 where the statement gives none.</summary>
    public override int FieldCount
    {
        get
        {
            RequireOpen();
            return schema.Count;
        }
    }

    /// <inheritdoc/>
    public override bool HasRows
    {
        get
        {
            RequireOpen();
            return lookahead is not null || batch is not null || firstRowDone;
        }
    }

    /// <inheritdoc/>
    public override bool IsClosed => closed;

    /// <summary>Rows inserted, updated and deleted by the statements so far; -1 when none was of these kinds.</summary>
    public override int RecordsAffected => recordsAffected;

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc/>
    public override bool Read()
    {
        RequireOpen();
        if (batch is { } current && row + 1 < current.Count && !behavior.HasFlag(CommandBehavior.SingleRow))
        {
            row++;
            return true;
        }

        if (atEnd || (firstRowDone && behavior.HasFlag(CommandBehavior.SingleRow)))
        {
            MoveTo(null);
            atEnd = true;
            return false;
        }

        MoveTo(lookahead ?? Pull());
        lookahead = null;
        row = 0;
        atEnd = batch is null;
        firstRowDone |= !atEnd;
        return !atEnd;
    }

    /// <inheritdoc/>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        // Rows of a batch that is there cost nothing; only the next batch may be long work.
        bool ready = closed || atEnd || lookahead is not null || (batch is not null && row + 1 < batch.Count);
        return ready ? Immediate(Read) : OnWorker(Read, cancellationToken);
    }

    /// <inheritdoc/>
    public override bool NextResult()
    {
        RequireOpen();
        if (behavior.HasFlag(CommandBehavior.SingleResult) || behavior.HasFlag(CommandBehavior.SingleRow))
        {
            EndResult();
            RunRest();
            return false;
        }

        return Advance();
    }

    /// <inheritdoc/>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        return closed || next == statements.Count ? Immediate(NextResult) : OnWorker(NextResult, cancellationToken);
    }

    /// <summary>Runs the statements that are left and lets everything go. Closing twice is allowed.</summary>
    /// <exception cref="JammiException">A statement that was left failed.</exception>
    public override void Close()
    {
        if (closed)
        {
            return;
        }

        try
        {
            EndResult();
            if (!behavior.HasFlag(CommandBehavior.SchemaOnly) && !stop.IsSet)
            {
                RunRest();
            }
        }
        finally
        {
            Abandon();
            if (behavior.HasFlag(CommandBehavior.CloseConnection))
            {
                connection.Close();
            }
        }
    }

    /// <inheritdoc/>
    public override Task CloseAsync()
    {
        if (closed || next == statements.Count)
        {
            Close();
            return Task.CompletedTask;
        }

        return Task.Run(Close);
    }

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this, behavior.HasFlag(CommandBehavior.CloseConnection));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close();
        }

        base.Dispose(disposing);
    }

    /// <summary>Runs statements up to the first that returns rows.</summary>
    /// <exception cref="InvalidOperationException">The connection allows one reader at a time and has one.</exception>
    internal void Start()
    {
        connection.Opened(this);
        Advance();
    }

    /// <summary>Lets everything go without running the statements that are left.</summary>
    internal void Abandon()
    {
        if (closed)
        {
            return;
        }

        closed = true;
        EndResult();
        connection.Closed(this);
        runner.Ended(this);
        stop.Dispose();
        trace?.End();
    }

    /// <summary>Reads to the end of the current result.</summary>
    internal void Drain()
    {
        while (Pull() is not null)
        {
        }
    }

    static Task<bool> Immediate(Func<bool> read)
    {
        try
        {
            return read() ? True : False;
        }
        catch (Exception error)
        {
            return Task.FromException<bool>(error);
        }
    }

    Task<bool> OnWorker(Func<bool> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            step = cancellationToken;
            try
            {
                return work();
            }
            finally
            {
                step = default;
            }
        },
        cancellationToken);

    bool Advance()
    {
        EndResult();
        while (next < statements.Count)
        {
            RunNext();
            if (result!.ReturnsRows)
            {
                schema = result.Schema;
                lookahead = Pull();
                return true;
            }

            EndResult();
        }

        return false;
    }

    /// <summary>Runs what is left for its effect, as leaving a reader early does not leave statements out.</summary>
    void RunRest()
    {
        while (next < statements.Count)
        {
            RunNext();
            EndResult();
        }
    }

    void RunNext()
    {
        PlannedStatement planned = statements[next++];
        var options = new StatementOptions
        {
            Parameters = planned.Parameters,
            SchemaOnly = behavior.HasFlag(CommandBehavior.SchemaOnly),
            Progress = connection.ProgressSink,
            Cancellation = stop.Token,
        };
        result = Guarded(() => connection.Session.Run(planned.Sql, planned.Statement, options));
        connection.SynchroniseTransaction();
        if (result.RowsAffected >= 0)
        {
            int affected = checked((int)result.RowsAffected);
            recordsAffected = Math.Max(recordsAffected, 0) + affected;
            planned.Source?.Count(affected);
        }
    }

    void EndResult()
    {
        result?.Dispose();
        result = null;
        schema = PlanSchema.Empty;
        MoveTo(null);
        lookahead = null;
        row = -1;
        atEnd = false;
        firstRowDone = false;
    }

    ColumnBatch? Pull()
    {
        ColumnBatch? pulled = result is null ? null : Guarded(result.Next);
        trace?.Count(pulled?.Count ?? 0);
        return pulled;
    }

    /// <summary>The engine's errors as the provider's. After one, the statements that are left are not run.</summary>
    T Guarded<T>(Func<T> work)
    {
        try
        {
            return stop.Watch(work, step);
        }
        catch (Exception error) when (error is SqlException or InferenceException or OperationCanceledException)
        {
            PlannedStatement failed = statements[Math.Max(0, next - 1)];
            next = statements.Count;
            if (CommandRunner.Translate(error, failed.Sql) is JammiException translated)
            {
                translated.BatchSource = failed.Source;
                trace?.Fail(translated);
                throw translated;
            }

            trace?.Fail(error);
            throw;
        }
    }

    void RequireOpen()
    {
        if (closed)
        {
            throw new InvalidOperationException("The reader is closed.");
        }
    }

    static readonly Task<bool> True = Task.FromResult(true);
    static readonly Task<bool> False = Task.FromResult(false);
}
