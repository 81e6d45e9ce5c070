using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>Time on the clock and of processors.</summary>
sealed record Measurement(TimeSpan Elapsed, TimeSpan Cpu)
{
    /// <summary>Unmeasured queries first, at least so many and so long: files are mapped by then, and the runtime, which compiles in the background, has compiled hot code for the last time.</summary>
    const int WarmUp = 200;

    static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1.5);

    public static Measurement Of(Action work)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        return new(Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }

    /// <summary>Recall, rows found, 5th percentile, median and 95th percentile, and CPU time a query, as cells of a table. The 5th percentile is near what an idle machine takes.</summary>
    public static string OfSearch(ISearchEngine engine, SearchCase search)
    {
        var asked = new List<TimeSpan>();
        int hits = 0;
        int found = 0;
        int wanted = 0;
        long warmingSince = Stopwatch.GetTimestamp();
        for (int i = 0; i < (engine.IsSlow ? 1 : WarmUp) || (!engine.IsSlow && Stopwatch.GetElapsedTime(warmingSince) < WarmUpTime); i++)
        {
            engine.Search(search.Mode, search.Queries[i % search.Queries.Length], search.Selectivity);
        }

        Measurement all = Of(() =>
        {
            for (int i = 0; i < search.Queries.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                List<long> ids = engine.Search(search.Mode, search.Queries[i], search.Selectivity);
                asked.Add(Stopwatch.GetElapsedTime(start));
                hits += ids.Intersect(search.Truth[i]).Count();
                found += ids.Count;
                wanted += search.Truth[i].Length;
            }
        });
        asked.Sort();
        int count = search.Queries.Length;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{hits / (double)wanted:0.0000} | {found / (double)count:0.#} | {asked[count / 20].TotalMilliseconds:0.000} | {asked[count / 2].TotalMilliseconds:0.000} | {asked[count * 95 / 100].TotalMilliseconds:0.000} | {all.Cpu.TotalMilliseconds / count:0.000}");
    }

    /// <summary>The best time of reading all vectors from memory, in milliseconds: the floor of a search without codes.</summary>
    public static double ReadOnce(Workload workload)
    {
        float[] all = new float[Math.Min(workload.RowCount, 100_000) * ClipLikeVectors.Dimension];
        all.AsSpan().Fill(1);
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            float sum = 0;
            TimeSpan elapsed = Of(() => sum = TensorPrimitives.Sum<float>(all)).Elapsed;
            best = elapsed < best && sum > 0 ? elapsed : best;
        }

        return best.TotalMilliseconds * workload.RowCount * ClipLikeVectors.Dimension / all.Length;
    }
}
