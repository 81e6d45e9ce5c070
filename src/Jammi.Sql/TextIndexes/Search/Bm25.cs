namespace Jammi.Sql.TextIndexes.Search;

/// <summary>
/// Okapi BM25 with the usual constants. A phrase that is in few rows weighs much (its weight is never negative); further occurrences in a row count ever less; long rows
/// are held back in proportion to the average.
/// </summary>
internal readonly struct Bm25(long rows, long tokens)
{
    const double K1 = 1.2;
    const double B = 0.75;

    readonly double lengthFactor = tokens == 0 ? 0 : K1 * B * rows / tokens;

    /// <summary>The weight of a phrase that is in so many rows.</summary>
    public double Weight(long rowsWithPhrase) => Math.Log(1 + ((rows - rowsWithPhrase + 0.5) / (rowsWithPhrase + 0.5)));

    /// <summary>What a phrase adds to the score of a row.</summary>
    /// <param name="count">How often it is there.</param>
    /// <param name="length">Words of the row.</param>
    public double Score(double weight, int count, int length) => weight * (count * (K1 + 1)) / (count + (K1 * (1 - B)) + (lengthFactor * length));
}
