namespace Jammi.Benchmarks.Statements;

/// <summary>Choosing at random.</summary>
static class Choice
{
    public static T Of<T>(this Random random, params ReadOnlySpan<T> items) => items[random.Next(items.Length)];

    /// <summary>True once in so many times.</summary>
    public static bool OneIn(this Random random, int times) => random.Next(times) == 0;

    /// <summary>Some of the items, in a random order.</summary>
    public static T[] Some<T>(this Random random, IReadOnlyList<T> items, int count)
    {
        T[] all = [.. items];
        random.Shuffle(all);
        return all[..count];
    }
}
