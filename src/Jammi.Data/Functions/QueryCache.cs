using Jammi.Inference;
using Jammi.Sql;

namespace Jammi.Data.Functions;

/// <summary>The vectors of the texts that were searched for last: people page through results and repeat themselves. Callers must not change a vector.</summary>
/// <param name="capacity">Texts that are remembered; 0 for none.</param>
sealed class QueryCache(int capacity)
{
    /// <summary>A document is no query: it would take room, and will not come again.</summary>
    const int LongestText = 1_024;

    readonly RecentlyUsed<Query, float[]> vectors = new(capacity);

    public float[]? Find(IEmbeddingModel model, string text) => capacity > 0 && vectors.TryGet(new(model, text), out float[] vector) ? vector : null;

    public void Add(IEmbeddingModel model, string text, float[] vector)
    {
        if (capacity > 0 && text.Length <= LongestText)
        {
            vectors.Add(new(model, text), vector);
        }
    }

    sealed record Query(IEmbeddingModel Model, string Text);
}
