using System.Diagnostics;

namespace Jammi.Benchmarks;

/// <summary>Repeated timings. Medians are quoted: the machine may be shared.</summary>
static class Measure
{
    /// <summary>Median, least and 95th percentile of one action's wall times, in milliseconds.</summary>
    public readonly record struct Times(double Median, double Least, double P95);

    /// <summary>Times an action <paramref name="count"/> times after <paramref name="warmUp"/> runs that do not count.</summary>
    public static Times Repeat(int count, Action action, int warmUp = 1)
    {
        for (int i = 0; i < warmUp; i++)
        {
            action();
        }

        double[] milliseconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            milliseconds[i] = Once(action);
        }

        return Of(milliseconds);
    }

    /// <summary>Times two actions in turn, so that both meet the same moments of a shared machine; also gives the median of their ratios, pair by pair.</summary>
    public static (Times First, Times Second, double Ratio) InTurn(int count, Action first, Action second, int warmUp = 1)
    {
        for (int i = 0; i < warmUp; i++)
        {
            first();
            second();
        }

        double[] firsts = new double[count];
        double[] seconds = new double[count];
        double[] ratios = new double[count];
        for (int i = 0; i < count; i++)
        {
            firsts[i] = Once(first);
            seconds[i] = Once(second);
            ratios[i] = firsts[i] / seconds[i];
        }

        return (Of(firsts), Of(seconds), Of(ratios).Median);
    }

    /// <summary>Wall time of one run, in milliseconds.</summary>
    public static double Once(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    static Times Of(double[] values)
    {
        Array.Sort(values);
        return new(values[values.Length / 2], values[0], values[Math.Min(values.Length - 1, (int)(values.Length * 0.95))]);
    }
}
