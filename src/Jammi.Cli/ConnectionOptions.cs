using System.CommandLine;
using Jammi.Data;

namespace Jammi.Cli;

/// <summary>The options that every verb has for its connection.</summary>
sealed class ConnectionOptions
{
    public Option<string> Database { get; } = new("--database", "-d") { Description = "Directory of the database, or :memory:.", DefaultValueFactory = _ => ":memory:" };

    public Option<string[]> Models { get; } = new("--models", "-m") { Description = "Directory in which models are looked up by name; may be given several times.", AllowMultipleArgumentsPerToken = false };

    public void AddTo(Command command)
    {
        command.Options.Add(Database);
        command.Options.Add(Models);
    }

    public JammiConnection Open(ParseResult line)
    {
        var settings = new JammiConnectionStringBuilder { DataSource = line.GetValue(Database)!, Models = string.Join('|', line.GetValue(Models) ?? []) };
        var connection = new JammiConnection(settings.ConnectionString);
        connection.Open();
        return connection;
    }
}
