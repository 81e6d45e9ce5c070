using System.Data;
using System.Data.Common;
using Dapper;

namespace Jammi.Data.Tests.Provider;

/// <summary>Multiple Active Result Sets=False: one reader of a connection at a time.</summary>
public sealed class SingleResultTests : IDisposable
{
    readonly JammiConnection connection = new("Data Source=:memory:;Multiple Active Result Sets=False");

    public SingleResultTests()
    {
        connection.Open();
        connection.Execute("CREATE TABLE t (id INTEGER)");
    }

    public void Dispose() => connection.Dispose();

    [Fact]
    public void A_second_command_is_refused_beside_an_open_reader()
    {
        using IDataReader reader = connection.ExecuteReader("SELECT * FROM range(1, 3)");
        Assert.True(reader.Read());
        using JammiCommand second = connection.CreateCommand();
        second.CommandText = "SELECT 1";
        Assert.Contains("close the reader", Assert.Throws<InvalidOperationException>(() => second.ExecuteReader()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => second.ExecuteScalar());
        Assert.Throws<InvalidOperationException>(() => second.ExecuteNonQuery());
        Assert.Throws<InvalidOperationException>(second.Prepare);
        Assert.True(reader.Read());
        Assert.Equal(2L, reader.GetInt64(0));
        reader.Close();
        Assert.Equal(1, second.ExecuteScalar());
    }

    [Fact]
    public void So_are_batches_transactions_and_appenders()
    {
        using IDataReader reader = connection.ExecuteReader("SELECT 1");
        using JammiBatch batch = connection.CreateBatch();
        batch.BatchCommands.Add(new JammiBatchCommand("SELECT 1"));
        Assert.Throws<InvalidOperationException>(() => batch.ExecuteReader());
        Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction());
        Assert.Throws<InvalidOperationException>(() => connection.CreateAppender("t"));
    }

    [Fact]
    public async Task An_asynchronous_command_gives_a_failed_task()
    {
        using DbDataReader reader = await connection.ExecuteReaderAsync("SELECT 1");
        using JammiCommand second = connection.CreateCommand();
        second.CommandText = "SELECT 1";
        Task<object?> refused = second.ExecuteScalarAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => refused);
    }

    [Fact]
    public void A_command_that_failed_leaves_the_connection_free()
    {
        Assert.Throws<JammiException>(() => connection.Execute("SELECT no_such_column FROM t"));
        Assert.Throws<JammiException>(() => connection.Query<int>("SELECT CAST('x' AS INTEGER) FROM range(1)").AsList());
        Assert.Equal(1, connection.QuerySingle<int>("SELECT 1"));
    }

    [Fact]
    public void Other_connections_have_readers_of_their_own()
    {
        using var other = new JammiConnection("Data Source=:memory:");
        other.Open();
        using IDataReader reader = connection.ExecuteReader("SELECT 1");
        Assert.Equal(2, other.QuerySingle<int>("SELECT 2"));
    }

    [Fact]
    public void An_unbuffered_query_of_Dapper_bars_the_next_until_it_is_read()
    {
        using IEnumerator<int> first = connection.Query<int>("SELECT 1 AS one UNION ALL SELECT 2", buffered: false).GetEnumerator();
        Assert.True(first.MoveNext());
        Assert.Throws<InvalidOperationException>(() => connection.Query<int>("SELECT 1", buffered: false).First());
        Assert.True(first.MoveNext());
        Assert.False(first.MoveNext());
        Assert.Equal(3, connection.Query<int>("SELECT 3", buffered: false).First());
    }

    [Fact]
    public void A_DataTable_is_filled_described_and_stored()
    {
        connection.Execute("INSERT INTO t VALUES (1), (2)");
        using var adapter = new JammiDataAdapter("SELECT id FROM t ORDER BY id", connection);
        using var table = new DataTable();
        adapter.FillSchema(table, SchemaType.Source);
        Assert.Equal(2, adapter.Fill(table));
    }
}
