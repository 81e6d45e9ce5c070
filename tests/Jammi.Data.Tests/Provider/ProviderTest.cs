using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

/// <summary>A class of tests that know only System.Data.Common: an open connection to a database in memory of their own.</summary>
public abstract class ProviderTest : IDisposable
{
    protected const string ConnectionString = "Data Source=:memory:";

    protected ProviderTest()
    {
        Connection = NewConnection();
        Connection.Open();
    }

    protected static DbProviderFactory Factory => JammiProviderFactory.Instance;

    protected static CancellationToken CancelledToken => new(canceled: true);

    protected DbConnection Connection { get; }

    protected static DbConnection NewConnection()
    {
        DbConnection connection = Factory.CreateConnection()!;
        connection.ConnectionString = ConnectionString;
        return connection;
    }

    protected DbCommand Command(string sql, params (string Name, object? Value)[] parameters)
    {
        DbCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in parameters)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Runs statements for their effect.</summary>
    protected int Run(string sql)
    {
        using DbCommand command = Command(sql);
        return command.ExecuteNonQuery();
    }

    /// <summary>A reader on the first row.</summary>
    protected DbDataReader FirstRow(string sql, params (string Name, object? Value)[] parameters)
    {
        using DbCommand command = Command(sql, parameters);
        DbDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return reader;
    }

    protected object? Scalar(string sql, params (string Name, object? Value)[] parameters)
    {
        using DbCommand command = Command(sql, parameters);
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        Connection.Dispose();
        GC.SuppressFinalize(this);
    }
}
