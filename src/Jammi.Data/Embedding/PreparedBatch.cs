using System.Buffers;
using Jammi.Inference;

namespace Jammi.Data.Embedding;

/// <summary>Rows on their way to the model, with those that need no model or cannot be used.</summary>
sealed class PreparedBatch
{
    public List<(object Key, Guid Hash, ReadOnlyMemory<byte> Content)> Rows { get; private set; } = [];

    public List<(object Key, Guid Hash)> Reused { get; } = [];

    public List<(object Key, string Error)> Errors { get; } = [];

    /// <summary>[rows, 3, height, width] in the first <see cref="PixelCount"/> numbers.</summary>
    public float[] Pixels { get; private set; } = [];

    public int PixelCount { get; private set; }

    /// <summary>Decodes pictures on all processors. A picture that cannot be decoded becomes an error; the others move up.</summary>
    public void Preprocess(EmbeddingKind kind, IEmbeddingModel model, CancellationToken cancellation)
    {
        if (kind != EmbeddingKind.Image || Rows.Count == 0)
        {
            return;
        }

        int size = 3 * model.Preprocessing.Height * model.Preprocessing.Width;
        Pixels = ArrayPool<float>.Shared.Rent(Rows.Count * size);
        var problems = new string?[Rows.Count];
        Parallel.For(0, Rows.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                model.Preprocess(Rows[i].Content.Span, Pixels.AsSpan(i * size, size));
            }
            catch (InferenceException error)
            {
                problems[i] = error.Message;
            }
        });

        var good = new List<(object Key, Guid Hash, ReadOnlyMemory<byte> Content)>(Rows.Count);
        for (int i = 0; i < Rows.Count; i++)
        {
            if (problems[i] is { } problem)
            {
                Errors.Add((Rows[i].Key, problem));
                continue;
            }

            if (good.Count < i)
            {
                Pixels.AsSpan(i * size, size).CopyTo(Pixels.AsSpan(good.Count * size, size));
            }

            good.Add(Rows[i]);
        }

        Rows = good;
        PixelCount = good.Count * size;
    }

    public void Release()
    {
        if (Pixels.Length > 0)
        {
            ArrayPool<float>.Shared.Return(Pixels);
            Pixels = [];
        }
    }
}
