using System.Data;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Data;

/// <summary>What a command and a batch share: the checks before a run, one open reader at a time, and stopping it.</summary>
sealed class CommandRunner
{
    JammiDataReader? reader;
    StopSignal? running;

    /// <summary>Stops what runs, from any thread; nothing happens when nothing does.</summary>
    public void Cancel() => Volatile.Read(ref running)?.Cancel();

    /// <exception cref="InvalidOperationException">A reader is open.</exception>
    public void RequireNoReader(string what)
    {
        if (reader is { IsClosed: false })
        {
            throw new InvalidOperationException($"{what} cannot be used or changed while a reader of it is open; close the reader first.");
        }
    }

    /// <exception cref="InvalidOperationException">There is no open connection, it has a reader and allows one only, or the transaction is not the one that it is in.</exception>
    public static JammiConnection RequireReady(JammiConnection? connection, JammiTransaction? transaction, string what)
    {
        JammiConnection open = connection ?? throw new InvalidOperationException($"The {what} has no connection.");
        _ = open.Session;
        open.RequireFree();
        if (transaction is { Connection: null })
        {
            throw new InvalidOperationException($"The {what}'s transaction is finished.");
        }

        if (transaction is not null && !ReferenceEquals(transaction.Connection, open))
        {
            throw new InvalidOperationException($"The {what}'s transaction belongs to another connection.");
        }

        return open.CurrentTransaction is not null && transaction is null
            ? throw new InvalidOperationException($"The connection has an open transaction; set the {what}'s Transaction to it.")
            : open;
    }

    public static IReadOnlyList<Statement> Parse(string sql)
    {
        try
        {
            return Session.Parse(sql);
        }
        catch (SqlException error)
        {
            throw JammiException.From(error, sql);
        }
    }

    /// <summary>Runs statements up to the first that gives rows.</summary>
    public JammiDataReader Start(JammiConnection connection, IReadOnlyList<PlannedStatement> statements, CommandBehavior behavior, int timeoutSeconds, CancellationToken cancellationToken)
    {
        var stop = new StopSignal(timeoutSeconds, cancellationToken);
        Volatile.Write(ref running, stop);
        var opened = new JammiDataReader(this, connection, statements, stop, behavior);
        try
        {
            opened.Start();
        }
        catch
        {
            opened.Abandon();
            throw;
        }

        return reader = opened;
    }

    /// <summary>Called by a reader that has closed.</summary>
    public void Ended(JammiDataReader closed)
    {
        if (ReferenceEquals(reader, closed))
        {
            reader = null;
        }
    }

    /// <summary>Runs everything for its effect.</summary>
    public static int CountAffected(JammiDataReader reader)
    {
        using (reader)
        {
            do
            {
                reader.Drain();
            }
            while (reader.NextResult());
        }

        return reader.RecordsAffected;
    }

    /// <summary>Runs everything, and gives the first column of the first row of the first result: null when there is no row.</summary>
    public static object? FirstValue(JammiDataReader reader)
    {
        using (reader)
        {
            return reader.FieldCount > 0 && reader.Read() ? reader.GetValue(0) : null;
        }
    }

    /// <summary>Work may be long (a model call, a scan), so that of an asynchronous call never runs on the caller's thread.</summary>
    public static Task<T> OnWorker<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? Task.FromCanceled<T>(cancellationToken)
        : Task.Run(() => work(cancellationToken), cancellationToken);

    /// <summary>The engine's errors as the provider's.</summary>
    public static Exception Translate(Exception error, string? sql) => error switch
    {
        SqlException of => JammiException.From(of, sql),
        InferenceException of => JammiException.From(of),
        _ => error,
    };
}
