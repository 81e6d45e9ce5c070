using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class TransactionTests : ProviderTest
{
    [Fact]
    public void BeginTransaction_needs_an_open_connection()
    {
        using DbConnection connection = NewConnection();
        Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction());
    }

    [Fact]
    public void A_second_transaction_at_once_is_refused()
    {
        using (Connection.BeginTransaction())
        {
            Assert.Throws<InvalidOperationException>(() => Connection.BeginTransaction());
        }

        using DbTransaction next = Connection.BeginTransaction();
        Assert.Same(Connection, next.Connection);
    }

    [Theory]
    [InlineData(IsolationLevel.ReadUncommitted)]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Serializable)]
    [InlineData(IsolationLevel.Snapshot)]
    public void Every_isolation_level_is_accepted_and_reported(IsolationLevel level)
    {
        using DbTransaction transaction = Connection.BeginTransaction(level);
        Assert.Equal(level, transaction.IsolationLevel);
        Assert.Same(Connection, transaction.Connection);
    }

    [Fact]
    public void The_level_that_is_not_named_is_snapshot_and_chaos_is_refused()
    {
        using (DbTransaction transaction = Connection.BeginTransaction())
        {
            Assert.Equal(IsolationLevel.Snapshot, transaction.IsolationLevel);
        }

        Assert.Throws<ArgumentException>(() => Connection.BeginTransaction(IsolationLevel.Chaos));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_finished_transaction_has_no_connection_and_cannot_be_ended_again(bool commit)
    {
        using DbTransaction transaction = Connection.BeginTransaction();
        if (commit)
        {
            transaction.Commit();
        }
        else
        {
            transaction.Rollback();
        }

        Assert.Null(transaction.Connection);
        Assert.Throws<InvalidOperationException>(transaction.Commit);
        Assert.Throws<InvalidOperationException>(transaction.Rollback);
        Assert.Throws<InvalidOperationException>(() => transaction.Save("s"));
    }

    [Fact]
    public void A_disposed_transaction_says_that_it_is()
    {
        DbTransaction transaction = Connection.BeginTransaction();
        transaction.Dispose();
        transaction.Dispose();
        Assert.Throws<ObjectDisposedException>(transaction.Commit);
        Assert.Throws<ObjectDisposedException>(transaction.Rollback);
    }

    [Fact]
    public void Commit_keeps_and_Rollback_and_Dispose_undo()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using (DbTransaction kept = Connection.BeginTransaction())
        {
            Insert(1, kept);
            kept.Commit();
        }

        using (DbTransaction undone = Connection.BeginTransaction())
        {
            Insert(2, undone);
            undone.Rollback();
        }

        using (DbTransaction left = Connection.BeginTransaction())
        {
            Insert(3, left);
        }

        Assert.Equal(1, Scalar("SELECT sum(a)::INTEGER FROM t"));
    }

    [Fact]
    public async Task Commit_and_Rollback_have_asynchronous_forms()
    {
        Run("CREATE TABLE t (a INTEGER)");
        await using (DbTransaction kept = await Connection.BeginTransactionAsync())
        {
            Insert(1, kept);
            await kept.CommitAsync();
        }

        await using (DbTransaction undone = await Connection.BeginTransactionAsync())
        {
            Insert(2, undone);
            await undone.RollbackAsync();
        }

        Assert.Equal(1L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Savepoints_undo_a_part()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbTransaction transaction = Connection.BeginTransaction();
        Assert.True(transaction.SupportsSavepoints);
        Insert(1, transaction);
        transaction.Save("half \"way\"");
        Insert(2, transaction);
        transaction.Rollback("half \"way\"");
        Insert(3, transaction);
        transaction.Save("end");
        transaction.Release("end");
        Assert.Throws<JammiException>(() => transaction.Rollback("end"));
        transaction.Commit();
        Assert.Equal(4, Scalar("SELECT sum(a)::INTEGER FROM t"));
    }

    [Fact]
    public void COMMIT_as_text_ends_the_transaction_object()
    {
        using DbTransaction transaction = Connection.BeginTransaction();
        using DbCommand command = Command("COMMIT");
        command.Transaction = transaction;
        command.ExecuteNonQuery();
        Assert.Null(transaction.Connection);
        Assert.Throws<InvalidOperationException>(transaction.Commit);
        Assert.Equal(1, Scalar("SELECT 1"));
    }

    [Fact]
    public void Closing_the_connection_rolls_back()
    {
        using var keeper = new JammiConnection("Data Source=:memory:rolled-back");
        keeper.Open();
        keeper.Run("CREATE TABLE t (a INTEGER)");
        var connection = new JammiConnection("Data Source=:memory:rolled-back");
        connection.Open();
        JammiTransaction transaction = connection.BeginTransaction();
        using (var command = new JammiCommand("INSERT INTO t VALUES (1)", connection, transaction))
        {
            command.ExecuteNonQuery();
        }

        connection.Dispose();
        Assert.Null(transaction.Connection);
        transaction.Dispose();
        Assert.Equal(0L, keeper.Scalar<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Others_see_changes_after_the_commit_and_a_transaction_sees_its_start()
    {
        using var one = new JammiConnection("Data Source=:memory:visibility");
        using var two = new JammiConnection("Data Source=:memory:visibility");
        one.Open();
        two.Open();
        one.Run("CREATE TABLE t (a INTEGER)");
        using JammiTransaction transaction = one.BeginTransaction();
        using var insert = new JammiCommand("INSERT INTO t VALUES (1)", one, transaction);
        insert.ExecuteNonQuery();
        Assert.Equal(0L, two.Scalar<long>("SELECT count(*) FROM t"));
        transaction.Commit();
        Assert.Equal(1L, two.Scalar<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public void A_conflict_between_writers_is_transient_and_has_a_state()
    {
        using var one = new JammiConnection("Data Source=:memory:conflict;Lock Timeout=0");
        using var two = new JammiConnection("Data Source=:memory:conflict;Lock Timeout=0");
        one.Open();
        two.Open();
        one.Run("CREATE TABLE t (a INTEGER)");
        using JammiTransaction transaction = one.BeginTransaction();
        using var insert = new JammiCommand("INSERT INTO t VALUES (1)", one, transaction);
        insert.ExecuteNonQuery();
        JammiException error = Assert.Throws<JammiException>(() => two.Run("INSERT INTO t VALUES (2)"));
        Assert.True(error.IsTransient);
        Assert.Equal("55P03", error.SqlState);
    }

    void Insert(int value, DbTransaction transaction)
    {
        using DbCommand command = Command("INSERT INTO t VALUES (@a)", ("@a", value));
        command.Transaction = transaction;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
