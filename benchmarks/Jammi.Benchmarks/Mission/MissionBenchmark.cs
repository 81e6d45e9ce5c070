using System.CommandLine;
using System.Runtime.InteropServices;

namespace Jammi.Benchmarks.Mission;

/// <summary>What the project is for, measured: embedding, searching, planning, and the first query of a process.</summary>
static class MissionBenchmark
{
    public static Command Create()
    {
        var pictures = new Option<int>("--pictures") { Description = "Photographs to embed with ViT-B-32.", DefaultValueFactory = _ => 64 };
        var rows = new Option<int>("--rows") { Description = "Vectors to search.", DefaultValueFactory = _ => 100_000 };
        var command = new Command("mission", "Embedding rate, search latency, planning time and first query, each beside a peer.") { pictures, rows };
        command.SetAction(line =>
        {
            using var place = new Workplace();
            Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors");
            EmbeddingRate.Run(place, line.GetValue(pictures));
            SearchLatency.Run(place, line.GetValue(rows));
            PlanningTime.Run(place);
            FirstQuery.Run(place);
        });
        return command;
    }
}
