using System.Data;
using System.Data.Common;

namespace Jammi.Data;

/// <summary>Fills DataTables from SELECT, and stores their changes by INSERT, UPDATE and DELETE commands, which a <see cref="JammiCommandBuilder"/> can write.</summary>
public sealed class JammiDataAdapter : DbDataAdapter
{
    JammiBatch? batch;

    /// <summary>Creates an adapter without commands.</summary>
    public JammiDataAdapter()
    {
    }

    /// <summary>Creates an adapter.</summary>
    public JammiDataAdapter(JammiCommand? selectCommand) => SelectCommand = selectCommand;

    /// <summary>Creates an adapter of a query.</summary>
    public JammiDataAdapter(string selectCommandText, JammiConnection connection)
        : this(new JammiCommand(selectCommandText, connection))
    {
    }

    /// <summary>Creates an adapter of a query, with a connection of its own.</summary>
    public JammiDataAdapter(string selectCommandText, string connectionString)
        : this(selectCommandText, new JammiConnection(connectionString))
    {
    }

    /// <summary>Raised before a row's change is stored.</summary>
    public event EventHandler<RowUpdatingEventArgs>? RowUpdating;

    /// <summary>Raised after a row's change was stored, or failed.</summary>
    public event EventHandler<RowUpdatedEventArgs>? RowUpdated;

    /// <summary>The query.</summary>
    public new JammiCommand? SelectCommand
    {
        get => (JammiCommand?)base.SelectCommand;
        set => base.SelectCommand = value;
    }

    /// <summary>Stores added rows.</summary>
    public new JammiCommand? InsertCommand
    {
        get => (JammiCommand?)base.InsertCommand;
        set => base.InsertCommand = value;
    }

    /// <summary>Stores changed rows.</summary>
    public new JammiCommand? UpdateCommand
    {
        get => (JammiCommand?)base.UpdateCommand;
        set => base.UpdateCommand = value;
    }

    /// <summary>Removes deleted rows.</summary>
    public new JammiCommand? DeleteCommand
    {
        get => (JammiCommand?)base.DeleteCommand;
        set => base.DeleteCommand = value;
    }

    /// <summary>Rows whose changes are stored by one batch of commands: 1, the default, for each by itself; 0 for all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public override int UpdateBatchSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1;

    /// <inheritdoc/>
    protected override void InitializeBatching() => batch = new JammiBatch();

    /// <summary>Adds a command as it is now: the adapter goes on to give the same one the next row's values.</summary>
    protected override int AddToBatch(IDbCommand command)
    {
        var source = (JammiCommand)command;
        var copy = new JammiBatchCommand(source.CommandText) { CommandType = source.CommandType };
        foreach (JammiParameter parameter in source.Parameters)
        {
            copy.Parameters.Add(parameter.Clone());
        }

        batch!.Connection = source.Connection;
        batch.Transaction = source.Transaction;
        batch.Timeout = source.CommandTimeout;
        batch.BatchCommands.Add(copy);
        return batch.BatchCommands.Count - 1;
    }

    /// <inheritdoc/>
    protected override int ExecuteBatch() => batch!.ExecuteNonQuery();

    /// <inheritdoc/>
    protected override IDataParameter GetBatchedParameter(int commandIdentifier, int parameterIndex) => batch!.BatchCommands[commandIdentifier].Parameters[parameterIndex];

    /// <inheritdoc/>
    protected override bool GetBatchedRecordsAffected(int commandIdentifier, out int recordsAffected, out Exception? error)
    {
        recordsAffected = batch!.BatchCommands[commandIdentifier].RecordsAffected;
        error = null;
        return true;
    }

    /// <inheritdoc/>
    protected override void ClearBatch() => batch!.BatchCommands.Clear();

    /// <inheritdoc/>
    protected override void TerminateBatching()
    {
        batch?.Dispose();
        batch = null;
    }

    /// <inheritdoc/>
    protected override void OnRowUpdating(RowUpdatingEventArgs value)
    {
        base.OnRowUpdating(value);
        RowUpdating?.Invoke(this, value);
    }

    /// <inheritdoc/>
    protected override void OnRowUpdated(RowUpdatedEventArgs value)
    {
        base.OnRowUpdated(value);
        RowUpdated?.Invoke(this, value);
    }
}
