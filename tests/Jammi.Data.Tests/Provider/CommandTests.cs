using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class CommandTests : ProviderTest
{
    /// <summary>Every way to run a command.</summary>
    public static TheoryData<string> Executions => ["Prepare", "ExecuteNonQuery", "ExecuteScalar", "ExecuteReader", "PrepareAsync", "ExecuteNonQueryAsync", "ExecuteScalarAsync", "ExecuteReaderAsync"];

    static Task Execute(DbCommand command, string how, CancellationToken token = default)
    {
        switch (how)
        {
            case "Prepare":
                command.Prepare();
                return Task.CompletedTask;
            case "ExecuteNonQuery":
                command.ExecuteNonQuery();
                return Task.CompletedTask;
            case "ExecuteScalar":
                command.ExecuteScalar();
                return Task.CompletedTask;
            case "ExecuteReader":
                command.ExecuteReader().Dispose();
                return Task.CompletedTask;
            case "PrepareAsync":
                return command.PrepareAsync(token);
            case "ExecuteNonQueryAsync":
                return command.ExecuteNonQueryAsync(token);
            case "ExecuteScalarAsync":
                return command.ExecuteScalarAsync(token);
            default:
                return command.ExecuteReaderAsync(token);
        }
    }

    [Fact]
    public void The_text_is_empty_at_first_and_null_is_empty()
    {
        using DbCommand command = Factory.CreateCommand()!;
        Assert.Equal(string.Empty, command.CommandText);
        command.CommandText = null;
        Assert.Equal(string.Empty, command.CommandText);
        command.CommandText = string.Empty;
        Assert.Equal(string.Empty, command.CommandText);
    }

    [Fact]
    public void A_new_command_has_the_defaults_of_ADO_NET()
    {
        using DbCommand command = Factory.CreateCommand()!;
        Assert.Equal(CommandType.Text, command.CommandType);
        Assert.Equal(UpdateRowSource.Both, command.UpdatedRowSource);
        Assert.Null(command.Connection);
        Assert.Null(command.Transaction);
        Assert.NotNull(command.Parameters);
        Assert.Same(command.Parameters, command.Parameters);
        Assert.NotNull(command.CreateParameter());
    }

    [Fact]
    public void The_connection_can_be_unset()
    {
        using DbCommand command = Command("SELECT 1");
        command.Connection = null;
        Assert.Null(command.Connection);
    }

    [Fact]
    public void Text_and_connection_cannot_change_while_a_reader_is_open()
    {
        using DbCommand command = Command("SELECT 1;");
        using (DbDataReader reader = command.ExecuteReader())
        {
            reader.Read();
            Assert.Throws<InvalidOperationException>(() => command.CommandText = "SELECT 2;");
            Assert.Throws<InvalidOperationException>(() => command.Connection = NewConnection());
        }

        command.CommandText = "SELECT 2;";
        Assert.Equal(2, command.ExecuteScalar());
    }

    [Theory]
    [MemberData(nameof(Executions))]
    public async Task Running_needs_a_connection(string how)
    {
        using DbCommand command = Factory.CreateCommand()!;
        command.CommandText = "SELECT 1";
        await Assert.ThrowsAsync<InvalidOperationException>(() => Execute(command, how));
    }

    [Theory]
    [MemberData(nameof(Executions))]
    public async Task Running_needs_an_open_connection(string how)
    {
        using DbConnection connection = NewConnection();
        using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        await Assert.ThrowsAsync<InvalidOperationException>(() => Execute(command, how));
    }

    [Theory]
    [MemberData(nameof(Executions))]
    public async Task Running_needs_a_text(string how)
    {
        using DbCommand command = Connection.CreateCommand();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Execute(command, how));
    }

    [Theory]
    [MemberData(nameof(Executions))]
    public async Task Wrong_SQL_is_a_DbException(string how)
    {
        using DbCommand command = Command("INVALID;");
        JammiException error = await Assert.ThrowsAsync<JammiException>(() => Execute(command, how));
        Assert.IsAssignableFrom<DbException>(error);
        Assert.Equal("42601", error.SqlState);
        Assert.Equal((1, 1), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("PrepareAsync")]
    [InlineData("ExecuteNonQueryAsync")]
    [InlineData("ExecuteScalarAsync")]
    [InlineData("ExecuteReaderAsync")]
    public async Task A_cancelled_token_gives_a_cancelled_task(string how)
    {
        using DbCommand command = Command("SELECT 1;");
        Task task = Execute(command, how, CancelledToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True(task.IsCanceled);
    }

    [Fact]
    public async Task An_asynchronous_run_goes_on_with_what_the_command_was_when_it_was_called()
    {
        var tasks = new List<Task<object?>>();
        for (int i = 0; i < 50; i++)
        {
            DbCommand command = Command("SELECT @p + 1;", ("p", i));
            tasks.Add(command.ExecuteScalarAsync());
            command.Parameters[0].Value = -1;
            command.CommandText = "INVALID;";
            await command.DisposeAsync();
        }

        Assert.Equal(Enumerable.Range(1, 50), (await Task.WhenAll(tasks)).Cast<int>());
    }

    [Theory]
    [InlineData("ExecuteNonQuery")]
    [InlineData("ExecuteScalar")]
    [InlineData("ExecuteReader")]
    [InlineData("ExecuteReaderAsync")]
    public async Task The_open_transaction_must_be_set_on_the_command(string how)
    {
        using DbCommand command = Command("SELECT 1;");
        using DbTransaction transaction = Connection.BeginTransaction();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Execute(command, how));
        command.Transaction = transaction;
        Assert.Equal(1, command.ExecuteScalar());
    }

    [Fact]
    public void The_transaction_of_another_connection_is_refused()
    {
        using DbCommand command = Command("SELECT 1;");
        using DbConnection other = NewConnection();
        other.Open();
        using DbTransaction transaction = other.BeginTransaction();
        command.Transaction = transaction;
        Assert.Throws<InvalidOperationException>(() => command.ExecuteReader());
    }

    [Fact]
    public void A_finished_transaction_is_refused()
    {
        using DbCommand command = Command("SELECT 1;");
        using DbTransaction transaction = Connection.BeginTransaction();
        command.Transaction = transaction;
        transaction.Commit();
        Assert.Throws<InvalidOperationException>(() => command.ExecuteReader());
    }

    [Fact]
    public void A_second_reader_of_the_command_is_refused_until_the_first_is_closed()
    {
        using DbCommand command = Command("SELECT 1;");
        using (command.ExecuteReader())
        {
            Assert.Throws<InvalidOperationException>(() => command.ExecuteReader());
            Assert.Throws<InvalidOperationException>(() => command.ExecuteScalar());
            Assert.Throws<InvalidOperationException>(() => command.ExecuteNonQuery());
        }

        using DbDataReader second = command.ExecuteReader();
        Assert.True(second.Read());
    }

    [Theory]
    [InlineData("-- nothing to do")]
    [InlineData("/* nothing */")]
    [InlineData(" ; ;")]
    public void A_text_of_comments_gives_a_reader_without_rows(string sql)
    {
        using DbCommand command = Command(sql);
        using DbDataReader reader = command.ExecuteReader();
        Assert.False(reader.HasRows);
        Assert.False(reader.Read());
        Assert.Equal(0, reader.FieldCount);
        Assert.Equal(-1, reader.RecordsAffected);
    }

    [Fact]
    public void A_comment_after_the_last_statement_is_no_result()
    {
        using DbDataReader reader = FirstRow("SELECT 0; -- the favourite number");
        Assert.Equal(0, reader.GetInt32(0));
        Assert.False(reader.NextResult());
    }

    [Fact]
    public void Parameters_are_bound()
    {
        Assert.Equal(1, Scalar("SELECT @Parameter;", ("@Parameter", 1)));
        Assert.Equal("test", Scalar("SELECT @Parameter;", ("@Parameter", "test")));
    }

    [Theory]
    [InlineData("SELECT 1;", 1)]
    [InlineData("SELECT 'test';", "test")]
    [InlineData("SELECT 42; SELECT 43;", 42)]
    [InlineData("SELECT 42, 43;", 42)]
    [InlineData("SELECT 42 UNION ALL SELECT 43;", 42)]
    public void ExecuteScalar_gives_the_first_value(string sql, object expected) => Assert.Equal(expected, Scalar(sql));

    [Fact]
    public void ExecuteScalar_gives_a_decimal_for_a_decimal_literal() => Assert.Equal(3.14m, Scalar("SELECT 3.14;"));

    [Fact]
    public void ExecuteScalar_gives_DBNull_for_NULL_and_null_for_no_row()
    {
        Assert.Same(DBNull.Value, Scalar("SELECT NULL;"));
        Assert.Null(Scalar("SELECT 1 WHERE false;"));
        Assert.Null(Scalar("CREATE TABLE t (a INTEGER)"));
    }

    [Fact]
    public async Task ExecuteScalar_runs_the_statements_after_the_first_too()
    {
        Assert.Equal(1, Scalar("SELECT 1; CREATE TABLE t (a INTEGER);"));
        using DbCommand command = Command("SELECT 2; INSERT INTO t VALUES (1);");
        Assert.Equal(2, await command.ExecuteScalarAsync());
        Assert.Equal(1L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void ExecuteNonQuery_counts_the_rows_of_all_statements_and_none_for_others()
    {
        Assert.Equal(-1, Run("SELECT 1;"));
        Assert.Equal(-1, Run("CREATE TABLE t (a INTEGER)"));
        Assert.Equal(3, Run("INSERT INTO t VALUES (1), (2), (3)"));
        Assert.Equal(0, Run("DELETE FROM t WHERE a > 100"));
        Assert.Equal(4, Run("UPDATE t SET a = a + 1; SELECT 1; DELETE FROM t WHERE a = 2;"));
    }

    [Fact]
    public async Task ExecuteNonQueryAsync_counts_as_ExecuteNonQuery_does()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbCommand command = Command("INSERT INTO t VALUES (1), (2)");
        Assert.Equal(2, await command.ExecuteNonQueryAsync());
    }

    [Fact]
    public void A_failing_statement_keeps_those_after_it_from_running()
    {
        Run("CREATE TABLE t (a INTEGER)");
        Assert.Throws<JammiException>(() => Run("INSERT INTO t VALUES (1); SELECT CAST('x' AS INTEGER); INSERT INTO t VALUES (2);"));
        using (DbDataReader reader = Command("SELECT 1; SELECT CAST('x' AS INTEGER); INSERT INTO t VALUES (3);").ExecuteReader())
        {
            Assert.Throws<JammiException>(() => reader.NextResult());
        }

        Assert.Equal(1L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Cancel_does_nothing_when_nothing_runs()
    {
        DbCommand command = Factory.CreateCommand()!;
        command.Cancel();
        command.Connection = Connection;
        command.CommandText = "SELECT 1";
        command.Cancel();
        Assert.Equal(1, command.ExecuteScalar());
        command.Cancel();
        command.Dispose();
        command.Cancel();
        DbCommand orphan = Command("SELECT 1");
        Connection.Dispose();
        orphan.Cancel();
    }

    [Fact]
    public void Types_without_a_SQL_form_are_refused_and_never_become_text()
    {
        using DbCommand command = Command("SELECT @Parameter;", ("@Parameter", new Uri("http://example.org")));
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => command.ExecuteScalar());
        Assert.Contains("@Parameter", error.Message, StringComparison.Ordinal);
        Assert.Contains("System.Uri", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => Scalar("SELECT @p", ("@p", new object())));
    }

    [Fact]
    public void TableDirect_reads_the_table_named_by_the_text()
    {
        Run("""CREATE SCHEMA s; CREATE TABLE s."odd name" (a INTEGER); INSERT INTO s."odd name" VALUES (7)""");
        using DbCommand command = Command("s.odd name");
        command.CommandType = CommandType.TableDirect;
        Assert.Equal(7, command.ExecuteScalar());
        command.CommandText = "\"s\".\"odd name\"";
        Assert.Equal(7, command.ExecuteScalar());
    }

    [Fact]
    public void Stored_procedures_are_refused_by_name()
    {
        using DbCommand command = Command("x");
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => command.CommandType = CommandType.StoredProcedure);
        Assert.Contains("StoredProcedure", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => command.CommandType = 0);
    }

    [Fact]
    public void The_timeout_is_the_connections_unless_set()
    {
        using var connection = new JammiConnection("Data Source=:memory:;Command Timeout=7");
        using JammiCommand command = connection.CreateCommand();
        Assert.Equal(7, command.CommandTimeout);
        command.CommandTimeout = 30;
        Assert.Equal(30, command.CommandTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => command.CommandTimeout = -1);
    }

    [Fact]
    public void Prepare_needs_no_values_and_finds_errors_of_names()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbCommand command = Command("SELECT a FROM t WHERE a = @a", ("@a", null));
        command.Prepare();
        command.Parameters[0].Value = 1;
        Assert.Null(command.ExecuteScalar());
        command.CommandText = "SELECT b FROM t";
        JammiException error = Assert.Throws<JammiException>(command.Prepare);
        Assert.Equal("42703", error.SqlState);
    }

    [Fact]
    public void A_prepared_command_sees_a_changed_schema()
    {
        Run("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");
        using DbCommand command = Command("SELECT * FROM t");
        command.Prepare();
        Assert.Equal(1, command.ExecuteScalar());
        Run("DROP TABLE t; CREATE TABLE t (a TEXT, b INTEGER); INSERT INTO t VALUES ('x', 2)");
        using DbDataReader reader = command.ExecuteReader();
        Assert.Equal(2, reader.FieldCount);
        Assert.True(reader.Read());
        Assert.Equal("x", reader.GetString(0));
    }

    [Fact]
    public void A_command_of_another_provider_is_refused_where_types_matter()
    {
        using DbCommand command = Command("SELECT 1");
        Assert.Throws<InvalidCastException>(() => command.Parameters.Add(1));
    }
}
