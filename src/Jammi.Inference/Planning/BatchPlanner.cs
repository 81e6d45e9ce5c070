using System.Diagnostics;

namespace Jammi.Inference.Planning;

/// <summary>
/// Finds the fastest plan by trying: first whether calls side by side, each on one processor, beat one call on all of them; then whether larger batches help.
/// It stops at the first size that does not, so that it costs a few batches.
/// </summary>
internal static class BatchPlanner
{
    /// <summary>A plan has to be so much faster than a simpler one to be taken: less is noise.</summary>
    const double Gain = 1.03;

    const int SmallestBatch = 8;
    const int LargestBatch = 32;

    /// <summary>What is good nearly everywhere: calls that share nothing wait for nothing.</summary>
    public static BatchPlan Default(ExecutionProvider provider) =>
        provider == ExecutionProvider.Cpu ? new(SmallestBatch, Environment.ProcessorCount, 1) : new(LargestBatch, 1, 0);

    /// <param name="rowsPerSecond">Runs a plan on some rows of its own and says how fast it was.</param>
    public static BatchPlan Find(ExecutionProvider provider, int processors, Func<BatchPlan, double> rowsPerSecond)
    {
        var best = new BatchPlan(SmallestBatch, 1, 0);
        double bestRate = rowsPerSecond(best);
        if (provider == ExecutionProvider.Cpu && processors > 1)
        {
            Try(new(SmallestBatch, processors, 1));
        }

        for (int rows = 2 * SmallestBatch; rows <= LargestBatch && Try(best with { Rows = rows }); rows *= 2)
        {
        }

        return best;

        bool Try(BatchPlan plan)
        {
            double rate = rowsPerSecond(plan);
            if (rate < bestRate * Gain)
            {
                return false;
            }

            (best, bestRate) = (plan, rate);
            return true;
        }
    }

    /// <summary>Runs the calls of a plan once at the same time; a first row, which loads what has to be loaded, does not count.</summary>
    public static double Measure(BatchPlan plan, Action<int> embed, CancellationToken cancellation)
    {
        embed(1);
        long start = Stopwatch.GetTimestamp();
        var calls = new Thread[plan.Calls - 1];
        Exception? failure = null;
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = new Thread(() =>
            {
                try
                {
                    embed(plan.Rows);
                }
                catch (Exception error)
                {
                    failure = error;
                }
            });
            calls[i].Start();
        }

        try
        {
            embed(plan.Rows);
        }
        finally
        {
            foreach (Thread call in calls)
            {
                call.Join();
            }
        }

        cancellation.ThrowIfCancellationRequested();
        return failure is null
            ? plan.Rows * plan.Calls / Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new InferenceException(InferenceError.Internal, $"The model failed while its speed was measured: {failure.Message}", failure);
    }
}
