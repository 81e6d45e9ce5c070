namespace Jammi.Data.Tests;

/// <summary>Short forms for statements in tests.</summary>
static class ConnectionExtensions
{
    /// <summary>Runs statements for their effect.</summary>
    public static int Run(this JammiConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using JammiCommand command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row.</summary>
    public static T Scalar<T>(this JammiConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using JammiCommand command = connection.Command(sql, parameters);
        using JammiDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read(), "The query gave no row.");
        return reader.GetFieldValue<T>(0);
    }

    /// <summary>All rows.</summary>
    public static List<object[]> Rows(this JammiConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using JammiCommand command = connection.Command(sql, parameters);
        using JammiDataReader reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(values);
        }

        return rows;
    }

    /// <summary>The first column of all rows.</summary>
    public static List<T> Column<T>(this JammiConnection connection, string sql, params (string Name, object? Value)[] parameters) =>
        [.. connection.Rows(sql, parameters).Select(row => (T)row[0])];

    /// <summary>The error of statements that fail.</summary>
    public static JammiException Fails(this JammiConnection connection, string sql, params (string Name, object? Value)[] parameters) =>
        Assert.Throws<JammiException>(() => connection.Rows(sql, parameters));

    static JammiCommand Command(this JammiConnection connection, string sql, (string Name, object? Value)[] parameters)
    {
        JammiCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
