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

    /// <summary>Verb of the process that <see cref="Run"/> starts: milliseconds to open, to the first embedding and to a second one, then the most memory it held.</summary>
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
                else if (line.GetValue(work) == "images")
                {
                    using JammiConnection connection = BulkRate.Connect(line.GetValue(directory)!);
                    BulkRate.CreateTable(connection, line.GetValue(pictures)!);
                    connection.Run(BulkRate.Generate(line.GetValue(directory)!, string.Empty));
                }
            }

            double first = Measure.Once(Embed);
            double second = Measure.Once(Embed);
            model!.Dispose();
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{open} {first} {second} {process.PeakWorkingSet64 / 1e6}"));
        });
        return command;
    }

    public static void Run(string directory)
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
        var table = new MarkdownTable("a new process", "open ms", "first call ms", "second call ms", "peak memory MB", "weights MB");
        foreach ((string work, string title, double weights) in new[] { ("open", "opens the model", 0), ("text", "embeds a text", text), ("images", $"generate_image_embeddings of {photographs.Count} JPEGs", vision) })
        {
            table.Add([title, .. Start(directory, work, pictures).Select(v => (object)v), weights]);
        }

        table.Print("Start and memory");
    }

    static double[] Start(string directory, string work, string pictures)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Verb, directory, work, pictures]) { RedirectStandardOutput = true })!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return [.. output.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
    }
}
