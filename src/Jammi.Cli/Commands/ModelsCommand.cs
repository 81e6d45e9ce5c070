using System.CommandLine;
using System.Globalization;
using Jammi.Inference;
using Spectre.Console;

namespace Jammi.Cli.Commands;

/// <summary><c>jammi models list | pull | inspect | verify</c></summary>
static class ModelsCommand
{
    const int Failed = 1;

    static readonly Option<string[]> Directories = new("--models", "-m") { Description = "Directory in which models are looked up by name; may be given several times.", Recursive = true };
    static readonly Option<bool> Offline = new("--offline") { Description = "Ask this machine only.", Recursive = true };

    public static Command Create()
    {
        var command = new Command("models", "Lists, downloads, describes and checks models.") { List(), Pull(), Inspect(), Verify() };
        command.Options.Add(Directories);
        command.Options.Add(Offline);
        return command;
    }

    static Command List()
    {
        var command = new Command("list", "Lists the models on this machine: in the models directories and in the cache of downloads.");
        command.SetAction(line =>
        {
            using ModelStore store = Open(line);
            var table = new Table { Border = TableBorder.Rounded };
            table.AddColumns("model", "directory");
            foreach ((string model, string directory) in store.List())
            {
                table.AddRow(Markup.Escape(model), Markup.Escape(directory));
            }

            AnsiConsole.Write(table);
            return 0;
        });
        return command;
    }

    static Command Pull()
    {
        Argument<string> model = Model("Hub id, owner/name or owner/name@revision.");
        var command = new Command("pull", "Downloads a model of the hub; one that was cut off is continued.") { model };
        command.SetAction(async (line, cancellation) =>
        {
            using ModelStore store = Open(line);
            string directory = await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    ProgressTask task = progress.AddTask(Markup.Escape(line.GetValue(model)!));
                    store.Downloading += report =>
                    {
                        task.MaxValue = Math.Max(report.Total, 1);
                        task.Value = report.Done;
                        task.Description = Markup.Escape(report.File);
                    };
                    string pulled = await store.PullAsync(line.GetValue(model)!, cancellation);
                    task.Value = task.MaxValue;
                    return pulled;
                });
            Console.WriteLine(directory);
            return 0;
        });
        return command;
    }

    static Command Inspect()
    {
        Argument<string> model = Model("Name, directory or Hub id.");
        var command = new Command("inspect", "Describes a model without loading it: towers, sizes, preprocessing, memory, and what is not supported.") { model };
        command.SetAction(line =>
        {
            using ModelStore store = Open(line);
            ModelReport report = store.Inspect(line.GetValue(model)!);
            foreach (string text in Describe(report))
            {
                Console.WriteLine(text);
            }

            return report.Problems.Count == 0 ? 0 : Failed;
        });
        return command;
    }

    static Command Verify()
    {
        Argument<string> model = Model("Name, directory or Hub id.");
        var command = new Command("verify", "Checks a model: downloaded contents against their hashes, tensors against the configuration, towers by running them.") { model };
        command.SetAction((line, cancellation) =>
        {
            using ModelStore store = Open(line);
            IReadOnlyList<string> problems = store.Verify(line.GetValue(model)!, cancellation);
            foreach (string problem in problems)
            {
                Console.WriteLine($"problem: {problem}");
            }

            Console.WriteLine(problems.Count == 0 ? $"{line.GetValue(model)} is sound." : $"{problems.Count} problem{(problems.Count == 1 ? string.Empty : "s")}.");
            return Task.FromResult(problems.Count == 0 ? 0 : Failed);
        });
        return command;
    }

    static IEnumerable<string> Describe(ModelReport report)
    {
        yield return $"model          {report.Name}";
        yield return $"directory      {report.Directory}";
        yield return $"layout         {report.Layout}";
        if (report.Dimensions > 0)
        {
            yield return $"dimensions     {report.Dimensions}";
            yield return string.Create(CultureInfo.InvariantCulture, $"weights        {report.FileBytes / 1e6:0.0} MB on disk");
        }

        foreach (TowerReport tower in report.Towers)
        {
            string parameters = tower.Parameters is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.00} million parameters, ") : string.Empty;
            yield return $"{tower.Kind,-14} {tower.Description}";
            yield return string.Create(CultureInfo.InvariantCulture, $"{string.Empty,-14} {parameters}{tower.MemoryBytes / 1e6:0.0} MB in memory as 32-bit floats");
        }

        if (report.ContextLength is { } tokens)
        {
            yield return $"texts          up to {tokens} tokens";
        }

        if (report.Preprocessing is { } pictures)
        {
            string mean = string.Join(", ", pictures.Mean.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)));
            string std = string.Join(", ", pictures.Std.Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)));
            yield return $"pictures       {pictures.Height}x{pictures.Width}, {pictures.ResizeMode}, {pictures.Interpolation}, mean {mean}, std {std}, {pictures.Style} order".ToLowerInvariant();
        }

        foreach (string problem in report.Problems)
        {
            yield return $"not supported  {problem}";
        }
    }

    static Argument<string> Model(string description) => new("model") { Description = description };

    static ModelStore Open(ParseResult line) => new(new ModelStoreOptions { Directories = line.GetValue(Directories) ?? [], Offline = line.GetValue(Offline) });
}
