using Jammi.Inference;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Data.Embedding;

/// <summary>
/// What all texts have in common for a model of images and texts: the mean of some captions of anything, as the axis of its images' search codes. Computed by the first job of a model
/// that makes a table large enough for estimated searches, and kept with the table.
/// </summary>
static class TextDirection
{
    /// <summary>Smaller tables are searched exactly.</summary>
    public const long LeastRows = 5000;

    static readonly string[] Templates =
    [
        "a photo of {0}", "a drawing of {0}", "a painting of {0}", "{0} on a white background", "a close-up of {0}", "{0} in the distance", "a black and white picture of {0}",
        "two of them: {0}", "an old {0}", "{0} in the sun", "a diagram of {0}", "a poster with {0}",
    ];

    static readonly string[] Subjects =
    [
        "a dog", "a house", "a red car", "people in a street", "a mountain", "a plate of food", "a tree", "a bird", "a city at night", "a child", "a chair", "the sea", "a flower", "a bar chart",
        "a map", "a blue circle", "a machine", "a book", "a face", "a boat",
    ];

    /// <summary>Null when the model's texts have too little in common for an axis to help.</summary>
    public static string? Of(IEmbeddingModel model, CancellationToken cancellation)
    {
        string[] captions = [.. Templates.SelectMany(t => Subjects.Select(s => t.Replace("{0}", s, StringComparison.Ordinal)))];
        float[] vectors = new float[captions.Length * model.Dimensions];
        model.EmbedTexts(captions, vectors, cancellation);
        return VectorAxis.Of(vectors, model.Dimensions) is { } axis ? VectorAxis.ToText(axis) : null;
    }
}
