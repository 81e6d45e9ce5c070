namespace Jammi.Sql;

/// <summary>
/// Tells what comes again from what comes once: a program that writes values into its texts never repeats one, and keeping each would only make the garbage collector
/// carry it around. It knows hashes of what came lately; a mistake costs a place in a cache. Thread-safe.
/// </summary>
internal sealed class SeenBefore
{
    const int Slots = 4096;

    readonly int[] lately = new int[Slots];

    /// <summary>Whether the hash came before, not too long ago.</summary>
    public bool Again(int hash) => Interlocked.Exchange(ref lately[hash & (Slots - 1)], hash) == hash;
}
