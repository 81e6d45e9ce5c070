using System.Diagnostics;

namespace Jammi.Benchmarks.Inference;

/// <summary>
/// Several ways to do the same work, run in turn. Wall time says what a user waits for; CPU time, which a busy machine disturbs less, says what the work costs.
/// </summary>
sealed class Peers
{
    readonly List<(string Name, Action Run)> peers = [];

    /// <summary>What one peer took, in milliseconds a run.</summary>
    public readonly record struct Result(string Name, double Wall, double Cpu);

    /// <summary>The first that is added is the one the others are compared to.</summary>
    public Peers Add(string name, Action run)
    {
        peers.Add((name, run));
        return this;
    }

    /// <summary>The least wall and CPU time of each peer over some rounds, after one that does not count.</summary>
    public IReadOnlyList<Result> Measure(int rounds)
    {
        var best = peers.ConvertAll(p => new Result(p.Name, double.MaxValue, double.MaxValue));
        using var process = Process.GetCurrentProcess();
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < peers.Count; i++)
            {
                process.Refresh();
                TimeSpan before = process.TotalProcessorTime;
                double wall = Jammi.Benchmarks.Measure.Once(peers[i].Run);
                process.Refresh();
                double cpu = (process.TotalProcessorTime - before).TotalMilliseconds;
                if (round >= 0)
                {
                    best[i] = best[i] with { Wall = Math.Min(best[i].Wall, wall), Cpu = Math.Min(best[i].Cpu, cpu) };
                }
            }
        }

        return best;
    }
}
