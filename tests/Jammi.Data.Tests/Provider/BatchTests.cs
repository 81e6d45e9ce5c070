using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class BatchTests : ProviderTest
{
    DbBatch Batch(params string[] texts)
    {
        DbBatch batch = Connection.CreateBatch();
        foreach (string text in texts)
        {
            DbBatchCommand command = batch.CreateBatchCommand();
            command.CommandText = text;
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    [Fact]
    public void The_connection_says_that_it_has_batches() => Assert.True(Connection.CanCreateBatch);

    [Fact]
    public void Commands_run_in_order_with_parameters_of_their_own()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbBatch batch = Batch("INSERT INTO t VALUES (@a), (@a + 1)", "SELECT sum(a) AS total FROM t", "UPDATE t SET a = @a WHERE a = 2", "SELECT a FROM t ORDER BY a");
        Assert.True(batch.BatchCommands[0].CanCreateParameter);
        foreach ((int at, int value) in new[] { (0, 1), (2, 20) })
        {
            DbParameter parameter = batch.BatchCommands[at].CreateParameter();
            parameter.ParameterName = "a";
            parameter.Value = value;
            batch.BatchCommands[at].Parameters.Add(parameter);
        }

        using (DbDataReader reader = batch.ExecuteReader())
        {
            Assert.Equal("total", reader.GetName(0));
            Assert.True(reader.Read());
            Assert.Equal(3L, reader.GetInt64(0));
            Assert.True(reader.NextResult());
            Assert.True(reader.Read());
            Assert.True(reader.Read());
            Assert.Equal(20, reader.GetInt32(0));
            Assert.False(reader.NextResult());
            Assert.Equal(3, reader.RecordsAffected);
        }

        Assert.Equal([2, -1, 1, -1], batch.BatchCommands.Select(c => c.RecordsAffected));
    }

    [Fact]
    public async Task A_batch_runs_in_every_way_that_a_command_does()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbBatch batch = Batch("INSERT INTO t VALUES (1)", "SELECT 42", "INSERT INTO t VALUES (2)");
        batch.Prepare();
        await batch.PrepareAsync();
        Assert.Equal(2, batch.ExecuteNonQuery());
        Assert.Equal(2, await batch.ExecuteNonQueryAsync());
        Assert.Equal(42, batch.ExecuteScalar());
        Assert.Equal(42, await batch.ExecuteScalarAsync());
        await using DbDataReader reader = await batch.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal(42, reader.GetInt32(0));
    }

    [Fact]
    public void The_command_that_failed_is_told_and_those_after_it_do_not_run()
    {
        Run("CREATE TABLE t (a INTEGER PRIMARY KEY)");
        using DbBatch batch = Batch("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)");
        JammiException error = Assert.Throws<JammiException>(() => batch.ExecuteNonQuery());
        Assert.Same(batch.BatchCommands[1], error.BatchCommand);
        Assert.Same(batch.BatchCommands[1], ((DbException)error).BatchCommand);
        Assert.Equal(1L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_batch_needs_a_connection_commands_texts_and_the_open_transaction()
    {
        using var unconnected = new JammiBatch();
        unconnected.BatchCommands.Add("SELECT 1");
        Assert.Throws<InvalidOperationException>(() => unconnected.ExecuteNonQuery());
        using DbBatch empty = Batch();
        Assert.Throws<InvalidOperationException>(() => empty.ExecuteNonQuery());
        using DbBatch textless = Batch(string.Empty);
        Assert.Throws<InvalidOperationException>(() => textless.ExecuteReader());
        using DbBatch batch = Batch("SELECT 1");
        using DbTransaction transaction = Connection.BeginTransaction();
        Assert.Throws<InvalidOperationException>(() => batch.ExecuteScalar());
        batch.Transaction = transaction;
        Assert.Equal(1, batch.ExecuteScalar());
    }

    [Fact]
    public async Task A_batch_observes_cancelled_tokens_and_Cancel_when_idle_does_nothing()
    {
        using DbBatch batch = Batch("SELECT 1");
        batch.Cancel();
        Task task = batch.ExecuteReaderAsync(CancelledToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(task.IsCanceled);
        batch.Timeout = 10;
        Assert.Equal(10, batch.Timeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Timeout = -1);
    }

    [Fact]
    public async Task An_asynchronous_run_goes_on_with_what_the_batch_was_when_it_was_called()
    {
        var tasks = new List<Task<object?>>();
        for (int i = 0; i < 50; i++)
        {
            DbBatch batch = Batch("SELECT @p + 1");
            ((JammiParameterCollection)batch.BatchCommands[0].Parameters).AddWithValue("p", i);
            tasks.Add(batch.ExecuteScalarAsync());
            batch.BatchCommands[0].Parameters[0].Value = -1;
            batch.BatchCommands.Clear();
            await batch.DisposeAsync();
        }

        Assert.Equal(Enumerable.Range(1, 50), (await Task.WhenAll(tasks)).Cast<int>());
    }

    [Fact]
    public void The_collection_is_a_list_of_this_providers_commands()
    {
        using var batch = new JammiBatch();
        JammiBatchCommand first = batch.BatchCommands.Add("SELECT 1");
        var second = new JammiBatchCommand("SELECT 2");
        batch.BatchCommands.Insert(0, second);
        Assert.Equal(1, batch.BatchCommands.IndexOf(first));
        Assert.True(batch.BatchCommands.Contains(second));
        batch.BatchCommands[1] = new JammiBatchCommand("SELECT 3");
        Assert.True(batch.BatchCommands.Remove(second));
        batch.BatchCommands.RemoveAt(0);
        Assert.Empty(batch.BatchCommands);
        Assert.False(batch.BatchCommands.IsReadOnly);
        Assert.Throws<ArgumentNullException>(() => batch.BatchCommands.Add((DbBatchCommand)null!));
        Assert.Equal(CommandType.Text, first.CommandType);
        Assert.Throws<NotSupportedException>(() => first.CommandType = CommandType.StoredProcedure);
    }
}
