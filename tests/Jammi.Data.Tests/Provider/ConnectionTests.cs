using System.Data;
using System.Data.Common;
using System.Reflection;

namespace Jammi.Data.Tests.Provider;

public class ConnectionTests : ProviderTest
{
    [Fact]
    public void The_connection_string_is_empty_at_first_and_null_is_empty()
    {
        using DbConnection connection = Factory.CreateConnection()!;
        Assert.Equal(string.Empty, connection.ConnectionString);
        connection.ConnectionString = null;
        Assert.Equal(string.Empty, connection.ConnectionString);
        connection.ConnectionString = string.Empty;
        Assert.Equal(string.Empty, connection.ConnectionString);
    }

    [Fact]
    public void The_connection_string_is_given_back_as_it_was_set()
    {
        using DbConnection connection = Factory.CreateConnection()!;
        connection.ConnectionString = "datasource=:memory: ; Offline = yes";
        Assert.Equal("datasource=:memory: ; Offline = yes", connection.ConnectionString);
    }

    [Fact]
    public void The_connection_string_cannot_change_while_open()
    {
        Assert.Throws<InvalidOperationException>(() => Connection.ConnectionString = ConnectionString + ";");
        Assert.Equal(ConnectionString, Connection.ConnectionString);
    }

    [Theory]
    [InlineData("xyzzy=1", "xyzzy")]
    [InlineData("Data Source=:memory:;Mode=Sideways", "Sideways")]
    [InlineData("Data Source=:memory:;Offline=perhaps", "perhaps")]
    [InlineData("Data Source=:memory:;Command Timeout=soon", "soon")]
    public void What_is_unknown_in_a_connection_string_is_named(string text, string named)
    {
        using DbConnection connection = Factory.CreateConnection()!;
        ArgumentException error = Assert.Throws<ArgumentException>(() => connection.ConnectionString = text);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Equal(string.Empty, connection.ConnectionString);
    }

    [Fact]
    public void Database_and_data_source_are_empty_when_unset()
    {
        using DbConnection connection = Factory.CreateConnection()!;
        Assert.Equal(string.Empty, connection.Database);
        Assert.Equal(string.Empty, connection.DataSource);
    }

    [Fact]
    public void Database_and_data_source_have_values_when_open()
    {
        Assert.Equal(":memory:", Connection.Database);
        Assert.Equal(":memory:", Connection.DataSource);
    }

    [Fact]
    public void The_database_of_a_path_is_its_last_part()
    {
        using DbConnection connection = Factory.CreateConnection()!;
        connection.ConnectionString = "Data Source=some/where/figures.jammi";
        Assert.Equal("figures", connection.Database);
        Assert.Equal("some/where/figures.jammi", connection.DataSource);
    }

    [Fact]
    public void The_server_version_is_known_only_when_open()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+$", Connection.ServerVersion);
        Connection.Close();
        Assert.Throws<InvalidOperationException>(() => Connection.ServerVersion);
    }

    [Fact]
    public void A_new_connection_is_closed()
    {
        using DbConnection connection = Factory.CreateConnection()!;
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public void Open_needs_a_connection_string()
    {
        using DbConnection connection = Factory.CreateConnection()!;
        Assert.Throws<InvalidOperationException>(connection.Open);
        connection.ConnectionString = string.Empty;
        Assert.Throws<InvalidOperationException>(connection.Open);
    }

    [Fact]
    public void Open_is_refused_when_open()
    {
        Assert.Throws<InvalidOperationException>(Connection.Open);
        Assert.Equal(ConnectionState.Open, Connection.State);
    }

    [Fact]
    public void Open_raises_StateChange_from_closed_to_open()
    {
        using DbConnection connection = NewConnection();
        var changes = new List<(object? Sender, ConnectionState From, ConnectionState To)>();
        connection.StateChange += (sender, change) => changes.Add((sender, change.OriginalState, change.CurrentState));
        connection.Open();
        Assert.Equal([(connection, ConnectionState.Closed, ConnectionState.Open)], changes);
        Assert.Equal(ConnectionState.Open, connection.State);
    }

    [Fact]
    public void Close_raises_StateChange_from_open_to_closed()
    {
        var changes = new List<(object? Sender, ConnectionState From, ConnectionState To)>();
        Connection.StateChange += (sender, change) => changes.Add((sender, change.OriginalState, change.CurrentState));
        Connection.Close();
        Connection.Close();
        Assert.Equal([(Connection, ConnectionState.Open, ConnectionState.Closed)], changes);
        Assert.Equal(ConnectionState.Closed, Connection.State);
    }

    [Fact]
    public void Close_is_allowed_before_Open_and_twice()
    {
        using DbConnection connection = NewConnection();
        connection.Close();
        Assert.Equal(ConnectionState.Closed, connection.State);
        connection.Open();
        connection.Close();
        connection.Close();
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task OpenAsync_with_a_cancelled_token_gives_a_cancelled_task()
    {
        using DbConnection connection = NewConnection();
        Task task = connection.OpenAsync(CancelledToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(task.IsCanceled);
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public async Task OpenAsync_gives_its_errors_by_its_task()
    {
        using DbConnection connection = Factory.CreateConnection()!;
        Task task = connection.OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => task);
    }

    [Fact]
    public void Dispose_closes_and_raises_Disposed_once()
    {
        int raised = 0;
        Connection.Disposed += (_, _) => raised++;
        Connection.Dispose();
        Assert.Equal(ConnectionState.Closed, Connection.State);
        Connection.Dispose();
        Assert.Equal(1, raised);
    }

    [Fact]
    public async Task DisposeAsync_closes_and_raises_Disposed_once()
    {
        int raised = 0;
        Connection.Disposed += (_, _) => raised++;
        await Connection.DisposeAsync();
        await Connection.DisposeAsync();
        Assert.Equal(ConnectionState.Closed, Connection.State);
        Assert.Equal(1, raised);
    }

    [Fact]
    public void A_connection_opens_again_after_Close()
    {
        Connection.Close();
        Connection.Open();
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void CreateCommand_sets_the_connection_and_no_transaction()
    {
        using DbTransaction transaction = Connection.BeginTransaction();
        using DbCommand command = Connection.CreateCommand();
        Assert.Same(Connection, command.Connection);
        Assert.Null(command.Transaction);
    }

    [Fact]
    public void The_protected_factory_is_the_singleton()
    {
        PropertyInfo property = Connection.GetType().GetProperty("DbProviderFactory", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Same(Factory, property.GetValue(Connection));
        Assert.Same(Factory, DbProviderFactories.GetFactory(Connection));
    }

    [Fact]
    public void ChangeDatabase_accepts_its_own_name_only()
    {
        Connection.ChangeDatabase(":memory:");
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => Connection.ChangeDatabase("other"));
        Assert.Contains("other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ambient_transactions_are_refused_by_name_and_null_is_accepted()
    {
        Connection.EnlistTransaction(null);
        using var scope = new System.Transactions.TransactionScope();
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => Connection.EnlistTransaction(System.Transactions.Transaction.Current));
        Assert.Contains("EnlistTransaction", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cloning_gives_a_closed_connection_of_the_same_string()
    {
        using var clone = (DbConnection)((ICloneable)Connection).Clone();
        Assert.Equal(ConnectionString, clone.ConnectionString);
        Assert.Equal(ConnectionState.Closed, clone.State);
    }

    [Fact]
    public void Closing_a_connection_closes_its_readers()
    {
        DbDataReader first = FirstRow("SELECT 1");
        DbDataReader second = FirstRow("SELECT 2");
        Connection.Close();
        Assert.True(first.IsClosed);
        Assert.True(second.IsClosed);
        Assert.Throws<InvalidOperationException>(() => first.Read());
        first.Dispose();
        second.Dispose();
    }

    [Fact]
    public void Several_readers_of_one_connection_are_read_side_by_side()
    {
        using DbDataReader numbers = FirstRow("SELECT * FROM range(1, 4)");
        using DbDataReader letters = FirstRow("VALUES ('a'), ('b')");
        Assert.Equal(1L, numbers.GetInt64(0));
        Assert.True(letters.Read());
        Assert.True(numbers.Read());
        Assert.Equal("b", letters.GetString(0));
        Assert.Equal(2L, numbers.GetInt64(0));
    }

    [Fact]
    public void GetSchema_without_a_name_lists_the_collections()
    {
        DataTable table = Connection.GetSchema();
        Assert.Equal(DbMetaDataCollectionNames.MetaDataCollections, table.TableName);
        Assert.Equal(
            [("CollectionName", typeof(string)), ("NumberOfRestrictions", typeof(int)), ("NumberOfIdentifierParts", typeof(int))],
            table.Columns.Cast<DataColumn>().Select(c => (c.ColumnName, c.DataType)));
        Assert.Equal(table.Rows.Count, Connection.GetSchema("MetaDataCollections").Rows.Count);
    }
}
