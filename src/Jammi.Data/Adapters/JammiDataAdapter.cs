using System.Data.Common;

namespace Jammi.Data;

/// <summary>Fills DataTables from SELECT, and stores their changes by INSERT, UPDATE and DELETE commands, which a <see cref="JammiCommandBuilder"/> can write.</summary>
public sealed class JammiDataAdapter : DbDataAdapter
{
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
