using System.CommandLine;
using Jammi.Data;

namespace Jammi.Cli.Commands;

/// <summary><c>jammi query "SELECT …"</c></summary>
static class QueryCommand
{
    public static Command Create()
    {
        var sql = new Argument<string>("sql") { Description = "One or more SQL statements; - reads them from standard input." };
        var parameters = new Option<string[]>("--param", "-p") { Description = "A parameter as name=value; may be given several times." };
        var connection = new ConnectionOptions();
        var command = new Command("query", "Runs SQL and prints its results.") { sql, parameters };
        connection.AddTo(command);
        command.SetAction(async (line, cancellation) =>
        {
            string text = line.GetValue(sql)!;
            using JammiConnection open = connection.Open(line);
            using JammiCommand run = open.CreateCommand();
            run.CommandText = text == "-" ? await Console.In.ReadToEndAsync(cancellation) : text;
            foreach (string parameter in line.GetValue(parameters) ?? [])
            {
                string[] parts = parameter.Split('=', 2);
                run.Parameters.AddWithValue(parts[0], parts.Length == 2 ? parts[1] : throw new ArgumentException($"--param {parameter}: write it as name=value."));
            }

            await ResultTable.WriteAllAsync(run, cancellation);
            return 0;
        });
        return command;
    }
}
