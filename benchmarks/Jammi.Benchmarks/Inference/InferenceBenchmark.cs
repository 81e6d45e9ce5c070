using System.CommandLine;
using System.Runtime.InteropServices;
using Jammi.Benchmarks.Checkpoints;
using Jammi.Inference;

namespace Jammi.Benchmarks.Inference;

/// <summary>What the towers cost, beside the same graphs in a bare ONNX Runtime loop.</summary>
static class InferenceBenchmark
{
    public static Command Create()
    {
        var size = new Option<string>("--model") { Description = "vit-b-32 or vit-l-14.", DefaultValueFactory = _ => "vit-b-32" };
        size.AcceptOnlyFromAmong("vit-b-32", "vit-l-14");
        var items = new Option<int>("--items") { Description = "Pictures and texts of a run.", DefaultValueFactory = _ => 32 };
        var rounds = new Option<int>("--rounds") { Description = "Runs of each, in turn; the best counts.", DefaultValueFactory = _ => 3 };
        var part = new Option<string>("--part") { Description = "pictures, texts, bulk, start or folder; everything but folder, which takes minutes, when it is left out." };
        part.AcceptOnlyFromAmong("pictures", "texts", "bulk", "start", "folder");
        var command = new Command("inference", "Pictures and texts a second, loading, first query and memory, beside a bare ONNX Runtime loop.") { size, items, rounds, part };
        command.SetAction(line =>
        {
            using var place = new Workplace();
            RandomCheckpoint checkpoint = line.GetValue(size) == "vit-l-14" ? RandomCheckpoint.ViTL14 : RandomCheckpoint.ViTB32;
            string directory = checkpoint.WriteInto(place["models"]);
            Console.WriteLine($"{checkpoint.Name}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors");
            return Run(directory, line.GetValue(part), line.GetValue(items), line.GetValue(rounds)) ? 0 : 1;
        });
        return command;
    }

    /// <returns>Whether memory kept to what is allowed.</returns>
    static bool Run(string directory, string? part, int items, int rounds)
    {
        if (part == "folder")
        {
            return FolderRate.Run(directory);
        }

        IReadOnlyList<byte[]> photographs = Photographs.Make(items);
        bool Wants(string name) => part is null || part == name;
        using (EmbeddingModel model = EmbeddingModel.Open("measured", directory))
        {
            if (Wants("pictures"))
            {
                VisionRate.Run(model, photographs, rounds);
            }

            if (Wants("texts"))
            {
                TextRate.Run(model, items, rounds);
            }
        }

        if (Wants("bulk"))
        {
            BulkRate.Run(directory, photographs, rounds);
        }

        return !Wants("start") || StartingCost.Run(directory);
    }
}
