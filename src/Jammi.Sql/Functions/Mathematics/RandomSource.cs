namespace Jammi.Sql.Functions.Mathematics;

/// <summary>A session's random numbers: unpredictable until a seed makes them a fixed sequence.</summary>
internal sealed class RandomSource
{
    readonly Lock gate = new();
    Random generator = Random.Shared;

    /// <summary>What calls outside a session use; it is never seeded.</summary>
    public static RandomSource Unseeded { get; } = new();

    /// <summary>Starts the sequence that belongs to <paramref name="seed"/>.</summary>
    public void Seed(double seed)
    {
        lock (gate)
        {
            generator = new Random(BitConverter.DoubleToInt64Bits(seed + 0.0).GetHashCode());
        }
    }

    /// <summary>Numbers from 0 up to, but not including, 1.</summary>
    public void Fill(Span<double> numbers)
    {
        lock (gate)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = generator.NextDouble();
            }
        }
    }
}
