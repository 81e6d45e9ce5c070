using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Jammi.Benchmarks.Checkpoints;
using Jammi.Benchmarks.Mission;
using Jammi.Data;
using Jammi.Inference;

namespace Jammi.Benchmarks.Inference;

/// <summary>Loading, the first query and memory, each in a process of its own.</summary>
static class StartingCost
{
    const string Verb = "inference-child";

    /// <summary>Memory beside the weights that embedding may take: 1.6 times their size and this many megabytes in all.</summary>
    const double AllowedFactor = 1.6;
    const double AllowedMegabytes = 300;

    /// <summary>Verb of the process that <see cref="Run"/> starts: milliseconds to open, to the first embedding and to a second one (not of a folder), then the most memory it held.</summary>
    public static Command CreateChild()
    {
        var directory = new Argument<string>("directory");
        var work = new Argument<string>("work");
        var pictures = new Argument<string>("pictures");
        var command = new Command(Verb, "Opens a model, embeds, and prints what it cost.") { directory, work, pictures };
        command.Hidden = true;
        command.SetAction(line =>
        {
            EmbeddingModel? model = null;
            double open = Measure.Once(() => model = EmbeddingModel.Open("measured", line.GetValue(directory)!));
            void Embed()
            {
                if (line.GetValue(work) == "text")
                {
                    model!.EmbedTexts(["a red circle on a white background"], new float[model.Dimensions]);
                }
                else if (line.GetValue(work) is "images" or "folder")
                {
                    using JammiConnection connection = BulkRate.Connect(line.GetValue(directory)!);
                    BulkRate.CreateTable(connection, line.GetValue(pictures)!);
                    connection.Run(BulkRate.Generate(line.GetValue(directory)!, string.Empty));
                }
            }

            double first = Measure.Once(Embed);
            double second = line.GetValue(work) == "folder" ? 0 : Measure.Once(Embed);
            model!.Dispose();
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{open} {first} {second} {process.PeakWorkingSet64 / 1e6}"));
        });
        return command;
    }

    /// <returns>Whether embedding pictures took no more memory than is allowed.</returns>
    public static bool Run(string directory)
    {
        using var place = new Workplace();
        string pictures = Directory.CreateDirectory(place["pictures"]).FullName;
        IReadOnlyList<byte[]> photographs = Photographs.Make(64);
        for (int i = 0; i < photographs.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(pictures, $"{i}.jpg"), photographs[i]);
        }

        ModelReport report = ModelInspector.Inspect("measured", directory);
        double vision = report.Towers[0].MemoryBytes / 1e6;
        double text = report.Towers[1].MemoryBytes / 1e6;
        var table = new MarkdownTable("a new process", "open ms", "first call ms", "second call ms", "peak memory MB", "weights MB", "allowed MB");
        bool kept = true;
        foreach ((string work, string title, double weights) in new[] { ("open", "opens the model", 0), ("text", "embeds a text", text), ("images", $"generate_image_embeddings of {photographs.Count} JPEGs", vision) })
        {
            double[] cost = Start(directory, work, pictures);
            double allowed = (weights * AllowedFactor) + AllowedMegabytes;
            table.Add([title, .. cost.Select(v => (object)v), weights, allowed]);
            kept &= cost[^1] <= allowed;
        }

        table.Print("Start and memory");
        if (!kept)
        {
            Console.Error.WriteLine("A process took more memory than is allowed.");
        }

        return kept;
    }

    /// <summary>Runs the work in a process of its own and gives what it printed.</summary>
    public static double[] Start(string directory, string work, string pictures)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Verb, directory, work, pictures]) { RedirectStandardOutput = true })!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return [.. output.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
    }
}
