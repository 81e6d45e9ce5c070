using System.CommandLine;
using Jammi.Benchmarks.Inference;
using Jammi.Benchmarks.Mission;
using Jammi.Benchmarks.Provider;
using Jammi.Benchmarks.TextSearch;
using Jammi.Benchmarks.Statements;
using Jammi.Benchmarks.Tpch;

namespace Jammi.Benchmarks;

/// <summary>
/// <c>dotnet run -c Release --project benchmarks/Jammi.Benchmarks -- VERB</c>: measures and prints markdown tables. Every figure stands beside a peer
/// that was measured in the same run, because machines differ and are shared.
/// </summary>
static class Program
{
    static Task<int> Main(string[] args)
    {
        var root = new RootCommand("Benchmarks of Jammi.")
        {
            MissionBenchmark.Create(),
            ProviderBenchmark.Create(),
            FirstQuery.Create(),
            FirstQuery.CreateChild(),
            TpchBenchmark.Create(),
            TextBenchmark.Create(),
            InferenceBenchmark.Create(),
            StatementsBenchmark.Create(),
            StartingCost.CreateChild(),
        };
        return root.Parse(args).InvokeAsync();
    }
}
