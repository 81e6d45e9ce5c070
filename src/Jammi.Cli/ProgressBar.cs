using Jammi.Data;
using Spectre.Console;

namespace Jammi.Cli;

/// <summary>Draws a bar for the long work of a connection; without a terminal it stays silent until the end.</summary>
static class ProgressBar
{
    public static async Task<T> RunAsync<T>(JammiConnection connection, string title, Func<Task<T>> work)
    {
        T result = default!;
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                ProgressTask task = progress.AddTask(Markup.Escape(title));
                void Show(object? sender, JammiProgressEventArgs report)
                {
                    task.MaxValue = report.Total ?? report.Done + 1;
                    task.Value = report.Done;
                    task.Description = Markup.Escape($"{title} ({report.UnitsPerSecond:0} rows/s)");
                }

                connection.Progress += Show;
                try
                {
                    result = await work();
                    task.Value = task.MaxValue;
                }
                finally
                {
                    connection.Progress -= Show;
                }
            });
        return result;
    }
}
