using System.Data;

namespace Jammi.Data.Tests.Provider;

/// <summary>Engines are shared by the connections of a process, and let go of after the last.</summary>
public sealed class LifetimeTests : IDisposable
{
    readonly TemporaryDirectory directory = new();

    string Path => directory["shop.jammi"];

    public void Dispose()
    {
        JammiConnection.ClearAllPools();
        directory.Dispose();
    }

    static JammiConnection Open(string connectionString)
    {
        var connection = new JammiConnection(connectionString);
        connection.Open();
        return connection;
    }

    [Fact]
    public void A_database_in_memory_is_private()
    {
        using JammiConnection one = Open("Data Source=:memory:");
        using JammiConnection two = Open("Data Source=:memory:");
        one.Run("CREATE TABLE t (a INTEGER)");
        Assert.Equal("42P01", two.Fails("SELECT * FROM t").SqlState);
    }

    [Fact]
    public void A_named_database_in_memory_is_shared_and_goes_with_its_last_connection()
    {
        using (JammiConnection one = Open("Data Source=:memory:lifetime"))
        {
            one.Run("CREATE TABLE t (a INTEGER)");
            using JammiConnection two = Open("Data Source=:memory:lifetime");
            Assert.Equal(0L, two.Scalar<long>("SELECT count(*) FROM t"));
        }

        using JammiConnection three = Open("Data Source=:memory:lifetime");
        Assert.Equal("42P01", three.Fails("SELECT * FROM t").SqlState);
    }

    [Fact]
    public void Connections_to_one_path_share_one_engine_however_it_is_written()
    {
        using JammiConnection one = Open($"Data Source={Path}");
        using JammiConnection two = Open($"Data Source={System.IO.Path.Combine(directory.Root, ".", "shop.jammi")}{System.IO.Path.DirectorySeparatorChar}");
        one.Run("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");
        Assert.Equal(1L, two.Scalar<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public void What_was_written_is_there_after_the_files_were_closed()
    {
        using (JammiConnection one = Open($"Data Source={Path};Pooling=false"))
        {
            one.Run("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");
        }

        using JammiConnection two = Open($"Data Source={Path};Mode=ReadOnly");
        Assert.Equal(1L, two.Scalar<long>("SELECT count(*) FROM t"));
        Assert.Contains("ReadOnly", two.Fails("INSERT INTO t VALUES (2)").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_pooling_the_files_are_closed_with_the_last_connection()
    {
        Open($"Data Source={Path};Pooling=false").Dispose();
        Assert.StartsWith("closed", File.ReadAllText(System.IO.Path.Combine(Path, "lock")), StringComparison.Ordinal);
    }

    [Fact]
    public void With_pooling_they_are_closed_by_ClearAllPools_and_not_while_in_use()
    {
        using JammiConnection used = Open($"Data Source={Path}");
        Open($"Data Source={Path}").Dispose();
        JammiConnection.ClearAllPools();
        Assert.Equal(1, used.Scalar<int>("SELECT 1"));
        used.Dispose();
        JammiConnection.ClearAllPools();
        Assert.StartsWith("closed", File.ReadAllText(System.IO.Path.Combine(Path, "lock")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_whose_directory_was_moved_away_is_made_anew()
    {
        using (JammiConnection one = Open($"Data Source={Path}"))
        {
            one.Run("CREATE TABLE t (a INTEGER)");
        }

        Directory.Move(Path, directory["elsewhere"]);
        using JammiConnection two = Open($"Data Source={Path}");
        Assert.Equal("42P01", two.Fails("SELECT * FROM t").SqlState);
    }

    [Fact]
    public void A_reading_connection_may_change_nothing_though_others_may()
    {
        using JammiConnection writing = Open($"Data Source={Path}");
        using JammiConnection reading = Open($"Data Source={Path};Mode=ReadOnly");
        writing.Run("CREATE TABLE t (a INTEGER)");
        Assert.Equal(0L, reading.Scalar<long>("SELECT count(*) FROM t"));
        Assert.Equal("0A000", reading.Fails("INSERT INTO t VALUES (1)").SqlState);
        Assert.Equal("0A000", reading.Fails("CREATE TABLE u (a INTEGER)").SqlState);
    }

    [Fact]
    public void A_missing_database_is_told_where_it_must_exist()
    {
        JammiException error = Assert.Throws<JammiException>(() => Open($"Data Source={Path};Mode=ReadWrite"));
        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path));
    }

    [Fact]
    public void Many_openings_are_cheap_and_leave_nothing_open()
    {
        using JammiConnection keeper = Open($"Data Source={Path}");
        for (int i = 0; i < 10_000; i++)
        {
            using JammiConnection connection = Open($"Data Source={Path}");
            Assert.Equal(ConnectionState.Open, connection.State);
        }

        Assert.Equal(1, keeper.Scalar<int>("SELECT 1"));
    }

    [Fact]
    public async Task A_data_source_keeps_its_database_in_memory()
    {
        await using var source = new JammiDataSource("Data Source=:memory:");
        await using (JammiConnection one = source.OpenConnection())
        {
            one.Run("CREATE TABLE t (a INTEGER)");
        }

        await using (JammiConnection two = source.OpenConnection())
        {
            Assert.Equal(0L, two.Scalar<long>("SELECT count(*) FROM t"));
        }

        await using System.Data.Common.DbCommand command = source.CreateCommand("SELECT count(*) FROM t");
        Assert.Equal(0L, await command.ExecuteScalarAsync());
        await using System.Data.Common.DbBatch batch = source.CreateBatch();
        batch.BatchCommands.Add(new JammiBatchCommand("SELECT 7"));
        Assert.Equal(7, await batch.ExecuteScalarAsync());
    }
}
