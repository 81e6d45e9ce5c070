using Jammi.Inference.Images;

namespace Jammi.Inference;

/// <summary>
/// A model that puts pictures, texts or both into one space. All embeddings are L2-normalised. Towers are loaded when they are first used. Thread-safe.
/// </summary>
public interface IEmbeddingModel : IDisposable
{
    /// <summary>The name under which the model was opened.</summary>
    string Name { get; }

    /// <summary>The model's directory.</summary>
    string Directory { get; }

    /// <summary>SHA-256, in hexadecimal, over configuration, tokenizer and weights: two models of one fingerprint give the same embeddings.</summary>
    string Fingerprint { get; }

    /// <summary>Numbers of an embedding.</summary>
    int Dimensions { get; }

    /// <summary>The factor on cosines before a softmax: exp(logit_scale).</summary>
    double LogitScale { get; }

    /// <summary>Added after <see cref="LogitScale"/>; 0 for softmax models.</summary>
    double LogitBias { get; }

    /// <summary>Whether the model embeds images.</summary>
    bool HasVision { get; }

    /// <summary>Whether the model embeds texts.</summary>
    bool HasText { get; }

    /// <summary>Tokens of a text at most, start and end included; longer texts are cut.</summary>
    /// <exception cref="InferenceException">NotSupported: the model has no text tower.</exception>
    int ContextLength { get; }

    /// <summary>How pictures become the vision tower's input.</summary>
    /// <exception cref="InferenceException">NotSupported: the model has no vision tower.</exception>
    PreprocessSettings Preprocessing { get; }

    /// <summary>How many rows to hand in at once.</summary>
    int PreferredBatch { get; }

    /// <summary>
    /// How to embed many pictures fastest. For a model that was opened for bulk work and rows enough to pay for it, threads and batch size are measured, once for
    /// the model and the machine; otherwise the answer is what is good nearly everywhere.
    /// </summary>
    BatchPlan PlanImages(long rows, CancellationToken cancellation = default);

    /// <summary>How to embed many texts fastest; as <see cref="PlanImages"/>.</summary>
    BatchPlan PlanTexts(long rows, CancellationToken cancellation = default);

    /// <summary>Embeds token ids, [count, <see cref="ContextLength"/>], into [count, <see cref="Dimensions"/>].</summary>
    void EmbedTokens(ReadOnlySpan<long> ids, int count, Span<float> destination, CancellationToken cancellation = default);

    /// <summary>Embeds preprocessed pixels, [count, 3, height, width], into [count, <see cref="Dimensions"/>].</summary>
    void EmbedPixels(ReadOnlySpan<float> pixels, int count, Span<float> destination, CancellationToken cancellation = default);

    /// <summary>Decodes and preprocesses one encoded picture (JPEG, PNG, GIF, BMP, WebP) into 3 · height · width numbers.</summary>
    /// <exception cref="InferenceException">InvalidInput: the bytes are no picture that can be decoded.</exception>
    void Preprocess(ReadOnlySpan<byte> encodedImage, Span<float> pixels);

    /// <summary>Embeds texts into [texts, <see cref="Dimensions"/>].</summary>
    void EmbedTexts(IReadOnlyList<string> texts, Span<float> destination, CancellationToken cancellation = default);

    /// <summary>Embeds encoded pictures into [images, <see cref="Dimensions"/>].</summary>
    /// <exception cref="InferenceException">InvalidInput: one of them cannot be decoded.</exception>
    void EmbedImages(IReadOnlyList<ReadOnlyMemory<byte>> encodedImages, Span<float> destination, CancellationToken cancellation = default);
}
