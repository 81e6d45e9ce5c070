using System.Collections;
using System.Data;
using System.Data.Common;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>Reads the results of a command row by row over column batches; values are decoded only when asked for.</summary>
public sealed partial class JammiDataReader : DbDataReader
{
    readonly JammiCommand command;
    readonly JammiConnection connection;
    readonly string sql;
    readonly IReadOnlyList<Statement> statements;
    readonly StatementOptions options;
    readonly CancellationTokenSource cancellation;
    readonly CancellationToken callerToken;
    readonly CommandBehavior behavior;
    StatementResult? result;
    PlanSchema schema = PlanSchema.Empty;
    ColumnBatch? batch;
    ColumnBatch? lookahead;
    int row = -1;
    int next;
    int recordsAffected = -1;
    bool closed;
    bool atEnd;
    bool firstRowDone;

    internal JammiDataReader(JammiCommand command, JammiConnection connection, string sql, IReadOnlyList<Statement> statements, StatementOptions options, CancellationTokenSource cancellation, CommandBehavior behavior, CancellationToken callerToken)
    {
        this.command = command;
        this.connection = connection;
        this.sql = sql;
        this.statements = statements;
        this.options = options;
        this.cancellation = cancellation;
        this.callerToken = callerToken;
        this.behavior = behavior;
    }

    /// <inheritdoc/>
    public override int Depth
    {
        get
        {
            RequireOpen();
            return 0;
        }
    }

    /// <inheritdoc/>
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
        if (atEnd || (firstRowDone && behavior.HasFlag(CommandBehavior.SingleRow)))
        {
            batch = null;
            atEnd = true;
            return false;
        }

        if (batch is null || ++row >= batch.Count)
        {
            batch = lookahead ?? Pull();
            lookahead = null;
            row = 0;
        }

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
        return ready ? Immediate(Read) : Task.Run(() => WithToken(Read, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public override bool NextResult()
    {
        RequireOpen();
        if (behavior.HasFlag(CommandBehavior.SingleResult) || behavior.HasFlag(CommandBehavior.SingleRow))
        {
            EndResult();
            RunRest();
            schema = PlanSchema.Empty;
            return false;
        }

        return Advance();
    }

    /// <inheritdoc/>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? Task.FromCanceled<bool>(cancellationToken)
        : Task.Run(() => WithToken(NextResult, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override void Close()
    {
        if (closed)
        {
            return;
        }

        try
        {
            EndResult();
            if (!behavior.HasFlag(CommandBehavior.SchemaOnly) && !cancellation.IsCancellationRequested)
            {
                RunRest();
            }
        }
        finally
        {
            closed = true;
            command.ReaderClosed(this);
            cancellation.Dispose();
            if (behavior.HasFlag(CommandBehavior.CloseConnection))
            {
                connection.Close();
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

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
    internal void Start() => Advance();

    /// <summary>Lets go of everything after a failed start.</summary>
    internal void Abandon()
    {
        closed = true;
        result?.Dispose();
        result = null;
        cancellation.Dispose();
    }

    /// <summary>Reads to the end of the current result.</summary>
    internal void Drain()
    {
        while (result is not null && Pull() is not null)
        {
        }
    }

    /// <summary>Runs what is left of the command for its effect, as leaving a reader early does not leave statements out.</summary>
    internal void RunRest()
    {
        while (next < statements.Count)
        {
            RunNext();
            EndResult();
        }
    }

    static Task<bool> Immediate(Func<bool> read)
    {
        try
        {
            return Task.FromResult(read());
        }
        catch (Exception error)
        {
            return Task.FromException<bool>(error);
        }
    }

    bool WithToken(Func<bool> work, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(cancellation.Cancel);
        try
        {
            return work();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

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

        schema = PlanSchema.Empty;
        return false;
    }

    void RunNext()
    {
        Statement statement = statements[next++];
        result = Guarded(() => connection.Session.Run(sql, statement, options));
        connection.SynchroniseTransaction();
        if (result.RowsAffected >= 0)
        {
            recordsAffected = Math.Max(recordsAffected, 0) + checked((int)result.RowsAffected);
        }
    }

    void EndResult()
    {
        result?.Dispose();
        result = null;
        batch = null;
        lookahead = null;
        row = -1;
        atEnd = false;
        firstRowDone = false;
    }

    ColumnBatch? Pull() => result is null ? null : Guarded(result.Next);

    T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqlException error)
        {
            throw JammiException.From(error, sql);
        }
        catch (InferenceException error)
        {
            throw JammiException.From(error);
        }
        catch (OperationCanceledException) when (callerToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(callerToken);
        }
        catch (OperationCanceledException error)
        {
            throw JammiException.From(new SqlException(SqlErrorCode.Cancelled, "The statement was stopped: it was cancelled, or it ran longer than CommandTimeout allows.", error), sql);
        }
    }

    void RequireOpen()
    {
        if (closed)
        {
            throw new InvalidOperationException("The reader is closed.");
        }
    }
}
