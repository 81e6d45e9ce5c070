namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>By what rows are ranked; more is nearer.</summary>
internal enum VectorMeasure
{
    /// <summary>Cosine of the angle with the query.</summary>
    Cosine,

    DotProduct,

    /// <summary>Negative squared Euclidean distance.</summary>
    Euclidean,
}

/// <summary>
/// Turns the cosine of a row and its length into its score, and an error of the cosine into one of the score: all measures are linear in the cosine.
/// </summary>
/// <param name="queryNorm">Length of the query as it was given.</param>
internal readonly struct Scoring(VectorMeasure measure, float queryNorm)
{
    /// <summary>Relative rounding error of the few operations here and of computing lengths.</summary>
    const float Rounding = 4e-6f;

    public bool IsCosine => measure == VectorMeasure.Cosine;

    /// <summary>The score's bounds when the cosine is within <paramref name="error"/> of <paramref name="cosine"/>.</summary>
    public (float Lower, float Upper) Bounds(float cosine, float error, float norm)
    {
        (float slope, float offset, float rounding) = measure switch
        {
            VectorMeasure.Cosine => (1f, 0f, 0f),
            VectorMeasure.DotProduct => (queryNorm * norm, 0f, queryNorm * norm * Rounding),
            _ => (2 * queryNorm * norm, -(norm * norm) - (queryNorm * queryNorm), ((norm * norm) + (queryNorm * queryNorm)) * 2 * Rounding),
        };
        float score = (slope * cosine) + offset;
        float width = (slope * error) + rounding;
        return (score - width, score + width);
    }
}
