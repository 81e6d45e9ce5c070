using System.CommandLine;
using Jammi.Cli.Commands;
using Jammi.Data;
using Jammi.Inference;
using Spectre.Console;

namespace Jammi.Cli;

/// <summary>The <c>jammi</c> command: parses the line, runs one verb, and turns errors into a message and an exit code.</summary>
static class Program
{
    const int Failed = 1;
    const int Cancelled = 130;

    static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Jammi: SQL that finds images by meaning. Without a verb it opens an interactive prompt.")
        {
            DemoCommand.Create(),
            QueryCommand.Create(),
            EmbedCommand.Create(),
            SearchCommand.Create(),
            ModelsCommand.Create(),
        };
        PromptCommand.AddTo(root);
        try
        {
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("[yellow]Stopped.[/]");
            return Cancelled;
        }
        catch (Exception error) when (ErrorText.IsForUser(error))
        {
            ErrorText.Write(error);
            return Failed;
        }
    }
}
