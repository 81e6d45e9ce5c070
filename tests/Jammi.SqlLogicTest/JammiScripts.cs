using Jammi.Data;

namespace Jammi.SqlLogicTest;

/// <summary>Runs scripts on Jammi, each against a fresh database in memory that all connections of the script share.</summary>
public static class JammiScripts
{
    public static ScriptReport Run(Script script, RunOptions options)
    {
        string database = $"Data Source=:memory:{Guid.NewGuid():N}";
        using var runner = new ScriptRunner(() => Open(database), options);
        return runner.Run(script);
    }

    static JammiConnection Open(string database)
    {
        var connection = new JammiConnection(database);
        connection.Open();
        return connection;
    }
}
