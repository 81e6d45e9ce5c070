using System.CommandLine;
using System.Text;
using Jammi.Data;
using Spectre.Console;

namespace Jammi.Cli.Commands;

/// <summary>The interactive prompt: statements end with <c>;</c>, words beginning with a dot are commands of the prompt itself.</summary>
static class PromptCommand
{
    public static void AddTo(RootCommand root)
    {
        var connection = new ConnectionOptions();
        connection.AddTo(root);
        root.SetAction(async (line, cancellation) =>
        {
            using JammiConnection open = connection.Open(line);
            AnsiConsole.MarkupLine($"Jammi {open.ServerVersion}, database [blue]{Markup.Escape(open.DataSource)}[/]. End statements with [blue];[/] — [blue].help[/] shows more, [blue].exit[/] leaves.");
            await RunAsync(open, cancellation);
            return 0;
        });
    }

    static async Task RunAsync(JammiConnection connection, CancellationToken cancellation)
    {
        var statement = new StringBuilder();
        while (true)
        {
            Console.Write(statement.Length == 0 ? "jammi> " : "   ...> ");
            string? line = await Console.In.ReadLineAsync(cancellation);
            if (line is null || (statement.Length == 0 && line.Trim() is ".exit" or ".quit"))
            {
                return;
            }

            if (statement.Length == 0 && line.Trim() is { } word && word.StartsWith('.'))
            {
                await RunDotCommandAsync(connection, word, cancellation);
                continue;
            }

            statement.AppendLine(line);
            if (line.TrimEnd().EndsWith(';'))
            {
                await RunAsync(connection, statement.ToString(), cancellation);
                statement.Clear();
            }
        }
    }

    static async Task RunDotCommandAsync(JammiConnection connection, string word, CancellationToken cancellation)
    {
        switch (word)
        {
            case ".help":
                AnsiConsole.MarkupLine("[blue].tables[/]  tables and views\n[blue].models[/]  models that can be named\n[blue].exit[/]    leave\nEverything else is SQL, for example [blue]SELECT * FROM read_csv('file.csv') LIMIT 5;[/]");
                break;
            case ".tables":
                await RunAsync(connection, "SELECT table_schema, table_name, table_type FROM information_schema.tables ORDER BY 1, 2", cancellation);
                break;
            case ".models":
                await RunAsync(connection, "SELECT * FROM jammi.models ORDER BY 1", cancellation);
                break;
            default:
                AnsiConsole.MarkupLine($"There is no command {Markup.Escape(word)}; .help shows what there is.");
                break;
        }
    }

    static async Task RunAsync(JammiConnection connection, string sql, CancellationToken cancellation)
    {
        try
        {
            using JammiCommand command = connection.CreateCommand();
            command.CommandText = sql;
            await ResultTable.WriteAllAsync(command, cancellation);
        }
        catch (Exception error) when (ErrorText.IsForUser(error))
        {
            ErrorText.Write(error);
        }
    }
}
