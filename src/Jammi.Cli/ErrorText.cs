using Jammi.Data;
using Jammi.Inference;
using Spectre.Console;

namespace Jammi.Cli;

/// <summary>Errors as a person reads them: the message as it stands, carets included.</summary>
static class ErrorText
{
    /// <summary>Whether an error is about what the user wrote or has, and not a mistake of the program.</summary>
    public static bool IsForUser(Exception error) => error is JammiException or InferenceException or ArgumentException or IOException or InvalidOperationException;

    public static void Write(Exception error)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected)
        {
            // A file or pipe has no width: a caret stays below what it points at.
            console.Profile.Width = int.MaxValue / 2;
        }

        console.Markup("[red]error:[/] ");
        console.WriteLine(error.Message);
    }
}
