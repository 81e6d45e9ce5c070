using Jammi.Benchmarks.Checkpoints;
using Jammi.Inference;

namespace Jammi.Benchmarks.Inference;

/// <summary>
/// A folder that is large enough for the batch and the threads to be measured, embedded by a process whose cache of plans is empty: what the run costs from start to
/// end, the plan that it leaves, and that plan found again; beside decoding alone and the model alone with that plan.
/// </summary>
static class FolderRate
{
    const int Pictures = 2_000;

    /// <summary>Distinct ones; each lies in the folder several times, since every file is decoded and embedded anyway.</summary>
    const int Distinct = 250;

    /// <summary>Pictures that the stages alone are timed with, before and after the run.</summary>
    const int Sample = 128;

    public static bool Run(string directory)
    {
        using var place = new Workplace();
        Environment.SetEnvironmentVariable("JAMMI_CACHE", place["cache"]);
        IReadOnlyList<byte[]> photographs = Photographs.Make(Distinct);
        Directory.CreateDirectory(place["pictures"]);
        for (int i = 0; i < Pictures; i++)
        {
            File.WriteAllBytes(place["pictures", $"{i:0000}.jpg"], photographs[i % Distinct]);
        }

        double[] run = StartingCost.Start(directory, "folder", place["pictures"]);
        double peak = run[^1];
        double seconds = run[1] / 1e3;
        string stored = Stored(place);

        using EmbeddingModel model = OpenBulk(directory);
        BatchPlan plan = default;
        double found = Measure.Once(() => plan = model.PlanImages(Pictures));
        string kept = Stored(place);
        (double decode, double infer) = Stages(model, plan, photographs);

        Directory.Delete(place["cache"], recursive: true);
        using EmbeddingModel fresh = OpenBulk(directory);
        fresh.EmbedPixels(new float[3 * fresh.Preprocessing.Height * fresh.Preprocessing.Width], 1, new float[fresh.Dimensions]);
        double measured = Measure.Once(() => fresh.PlanImages(Pictures));

        double limit = 1 / ((1 / decode) + (1 / infer));
        var rates = new MarkdownTable($"{Pictures:N0} JPEGs of 1200 × 800, files to stored vectors", "images/s", "share of the limit");
        rates.Add("the run, with loading and measuring", Pictures / seconds, Pictures / seconds / limit);
        rates.Add("the run less measuring", Pictures / (seconds - (measured / 1e3)), Pictures / (seconds - (measured / 1e3)) / limit);
        rates.Add($"decoding alone ({Sample})", decode, decode / limit);
        rates.Add($"model alone ({Sample}, same plan)", infer, infer / limit);
        rates.Add("limit of both", limit, 1.0);
        rates.Print("A folder");
        var plans = new MarkdownTable("the plan", "rows a call, calls side by side, threads of each", "ms");
        plans.Add("measured by a run whose cache is empty", stored, measured);
        plans.Add($"found by the next one ({(stored == kept ? "the same file" : "ANOTHER FILE")})", $"{plan.Rows} {plan.Calls} {plan.Threads}", found);
        plans.Print("Plan");
        Console.WriteLine(FormattableString.Invariant($"\nThe run took {seconds:0.0} s and {peak:0} MB at most."));
        return stored == kept && stored.StartsWith($"{plan.Rows} {plan.Calls} {plan.Threads}", StringComparison.Ordinal);
    }

    static EmbeddingModel OpenBulk(string directory) => EmbeddingModel.Open("measured", directory, new ModelSettings { Use = new ModelUse { Bulk = true } });

    /// <summary>The plans that the cache holds, with the times of their files.</summary>
    static string Stored(Workplace place) =>
        string.Join("; ", Directory.GetFiles(place["cache", "plans"]).Select(path => $"{File.ReadAllText(path)} ({File.GetLastWriteTime(path):HH:mm:ss.fff})"));

    /// <summary>Pictures a second of decoding and of the model, each alone on all processors.</summary>
    static (double Decode, double Infer) Stages(EmbeddingModel model, BatchPlan plan, IReadOnlyList<byte[]> photographs)
    {
        int size = 3 * model.Preprocessing.Height * model.Preprocessing.Width;
        float[] pixels = new float[Sample * size];
        IReadOnlyList<Peers.Result> results = new Peers()
            .Add("decode", () => Parallel.For(0, Sample, i => model.Preprocess(photographs[i], pixels.AsSpan(i * size, size))))
            .Add("model", () => Parallel.ForEach(
                Enumerable.Range(0, (Sample + plan.Rows - 1) / plan.Rows),
                new ParallelOptions { MaxDegreeOfParallelism = plan.Calls },
                batch =>
                {
                    int rows = Math.Min(plan.Rows, Sample - (batch * plan.Rows));
                    model.EmbedPixels(pixels.AsSpan(batch * plan.Rows * size, rows * size), rows, new float[rows * model.Dimensions]);
                }))
            .Measure(2);
        return (Sample / results[0].Wall * 1e3, Sample / results[1].Wall * 1e3);
    }
}
