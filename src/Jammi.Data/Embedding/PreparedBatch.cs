using System.Buffers;
using System.Text;
using Jammi.Inference;

namespace Jammi.Data.Embedding;

/// <summary>Rows on their way to the model, with those that need no model or cannot be used.</summary>
sealed class PreparedBatch
{
    /// <summary>[rows, 3, height, width]; pooled, between decoding and the model.</summary>
    float[] pixels = [];

    public List<(object Key, Guid Hash, ReadOnlyMemory<byte> Content)> Rows { get; private set; } = [];

    public List<(object Key, Guid Hash)> Reused { get; } = [];

    public List<(object Key, string Error)> Errors { get; } = [];

    /// <summary>[rows, dimensions], once the model has run.</summary>
    public float[] Vectors { get; private set; } = [];

    /// <summary>Decodes the pictures. One that cannot be decoded becomes an error, and the others move up.</summary>
    public PreparedBatch Decode(IEmbeddingModel model, CancellationToken cancellation)
    {
        if (Rows.Count == 0)
        {
            return this;
        }

        int size = 3 * model.Preprocessing.Height * model.Preprocessing.Width;
        pixels = ArrayPool<float>.Shared.Rent(Rows.Count * size);
        var good = new List<(object Key, Guid Hash, ReadOnlyMemory<byte> Content)>(Rows.Count);
        foreach ((object key, Guid hash, ReadOnlyMemory<byte> content) in Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                model.Preprocess(content.Span, pixels.AsSpan(good.Count * size, size));
                good.Add((key, hash, default));
            }
            catch (InferenceException error)
            {
                Errors.Add((key, error.Message));
            }
        }

        Rows = good;
        return this;
    }

    /// <summary>Runs the model on what is there.</summary>
    public PreparedBatch Embed(EmbeddingKind kind, IEmbeddingModel model, CancellationToken cancellation)
    {
        Vectors = new float[Rows.Count * model.Dimensions];
        if (kind == EmbeddingKind.Text)
        {
            model.EmbedTexts([.. Rows.Select(r => Encoding.UTF8.GetString(r.Content.Span))], Vectors, cancellation);
            return this;
        }

        if (Rows.Count > 0)
        {
            int size = 3 * model.Preprocessing.Height * model.Preprocessing.Width;
            model.EmbedPixels(pixels.AsSpan(0, Rows.Count * size), Rows.Count, Vectors, cancellation);
        }

        if (pixels.Length > 0)
        {
            ArrayPool<float>.Shared.Return(pixels);
            pixels = [];
        }

        return this;
    }
}
