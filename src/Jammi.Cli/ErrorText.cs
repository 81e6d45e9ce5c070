using Spectre.Console;

namespace Jammi.Cli;

/// <summary>Errors as a person reads them: the message as it stands, carets included.</summary>
static class ErrorText
{
    public static void Write(Exception error)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Markup("[red]error:[/] ");
        console.WriteLine(error.Message);
    }
}
