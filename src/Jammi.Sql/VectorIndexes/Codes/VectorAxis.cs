using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Jammi.Sql.Catalog;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// A direction that most queries have much of and that says little about rows: that of texts, for searches of images by texts, whose embeddings lie in a cone of their own. The error of a
/// 1-bit estimate grows with the query's length; with each row's product with the axis kept apart, only what the query has beside the axis makes an error. An axis is a constant
/// of the model, kept with the table of its embeddings.
/// </summary>
internal static class VectorAxis
{
    /// <summary>The property of a table that holds its axis: the numbers' bytes in base 64.</summary>
    public const string Property = "embedding.axis";

    /// <summary>Queries whose mean is shorter than this have so little in common that an axis would not pay: their part beside it would be 95 % of their length.</summary>
    const float LeastMean = 0.3f;

    static readonly ConditionalWeakTable<string, float[]> Known = [];

    /// <summary>The axis of a table's vectors, or null.</summary>
    public static float[]? Of(TableDefinition table) =>
        table.Properties.TryGetValue(Property, out string? text) ? Known.GetValue(text, static t => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(t)).ToArray()) : null;

    public static string ToText(float[] axis) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(axis));

    /// <summary>The axis for queries like these unit vectors, one after another; null when they have too little in common.</summary>
    public static float[]? Of(ReadOnlySpan<float> queries, int dimension)
    {
        float[] mean = new float[dimension];
        for (int start = 0; start < queries.Length; start += dimension)
        {
            TensorPrimitives.Add(mean, queries.Slice(start, dimension), mean);
        }

        TensorPrimitives.Divide(mean, Math.Max(1, queries.Length / dimension), mean);
        float length = TensorPrimitives.Norm<float>(mean);
        if (!(length >= LeastMean))
        {
            return null;
        }

        TensorPrimitives.Divide(mean, length, mean);
        return mean;
    }

    /// <summary>Says in a file of codes which axis they were made with; 0 for none.</summary>
    public static ulong Fingerprint(float[]? axis) => axis is null ? 0 : XxHash3.HashToUInt64(MemoryMarshal.AsBytes<float>(axis)) | 1;
}
