using System.Buffers;
using System.Numerics.Tensors;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Images;
using Jammi.Inference.Layouts;
using Jammi.Inference.Text;
using Jammi.Inference.Towers;

namespace Jammi.Inference;

/// <summary>A model of any layout: its towers, loaded one by one when first used, with what goes in front of them.</summary>
internal sealed class EmbeddingModel : IEmbeddingModel
{
    /// <summary>Large enough to keep the processors busy, small enough to stop within a second.</summary>
    const int Batch = 16;

    readonly ModelDescription description;
    readonly TowerSessions towers;
    readonly Lazy<ITextTokenizer> tokenizer;
    readonly Lazy<string> fingerprint;
    readonly ImagePreprocessor? preprocessor;

    EmbeddingModel(string name, ModelDescription description, int threads)
    {
        Name = name;
        this.description = description;
        towers = TowerSessions.Prepare(description, threads);
        preprocessor = description.Preprocessing is null ? null : new ImagePreprocessor(description.Preprocessing);
        tokenizer = new(() => description.Tokenizer!());
        fingerprint = new(() => ModelFingerprint.Compute(description));
        LogitScale = Math.Exp(Scalar(description.LogitScaleTensor) ?? description.LogitScale);
        LogitBias = Scalar(description.LogitBiasTensor) ?? description.LogitBias;
    }

    public string Name { get; }

    public string Directory => description.Directory;

    public string Fingerprint => fingerprint.Value;

    public int Dimensions => description.Dimensions;

    public double LogitScale { get; }

    public double LogitBias { get; }

    public bool HasVision => description.Vision is not null;

    public bool HasText => description.Text is not null;

    public int ContextLength => Text.ContextLength;

    public PreprocessSettings Preprocessing => description.Preprocessing ?? throw NoTower("vision", "images", "texts");

    public int PreferredBatch => Batch;

    internal bool IsVisionLoaded => towers.IsVisionLoaded;

    internal bool IsTextLoaded => towers.IsTextLoaded;

    internal ITextTokenizer Tokenizer => tokenizer.Value;

    TextTower Text => description.Text ?? throw NoTower("text", "texts", "images");

    /// <summary>Reads the configuration and the weights' header and checks every tensor's shape; no weight is loaded yet.</summary>
    /// <param name="threads">Threads within an operator; 0 for one per processor.</param>
    /// <exception cref="InferenceException">The directory holds no model, or one that is damaged or not supported.</exception>
    public static EmbeddingModel Open(string name, string directory, int threads = 0, WideGrayMode wideGray = WideGrayMode.Scale)
    {
        IModelLayout layout = ModelLayouts.Find(directory)
            ?? throw new InferenceException(InferenceError.ModelNotFound, $"{directory} holds no model: {ModelLayouts.Expected}.");
        ModelDescription model = layout.Describe(directory);
        return new EmbeddingModel(name, model.Preprocessing is null ? model : model with { Preprocessing = model.Preprocessing with { WideGray = wideGray } }, threads);
    }

    public void EmbedTokens(ReadOnlySpan<long> ids, int count, Span<float> destination, CancellationToken cancellation = default)
    {
        CheckLengths(ids.Length, count, ContextLength, destination.Length);
        int length = Text.MayTrim ? LongestText(ids) : ContextLength;
        long[] batch = ArrayPool<long>.Shared.Rent(Batch * length);
        long[] mask = ArrayPool<long>.Shared.Rent(Batch * length);
        try
        {
            for (int start = 0; start < count; start += Batch)
            {
                int rows = Math.Min(Batch, count - start);
                for (int row = 0; row < rows; row++)
                {
                    ids.Slice((start + row) * ContextLength, length).CopyTo(batch.AsSpan(row * length));
                }

                Span<float> features = destination.Slice(start * Dimensions, rows * Dimensions);
                MarkText(batch.AsSpan(0, rows * length), mask);
                towers.Text.Run<long>(batch.AsSpan(0, rows * length), mask.AsSpan(0, rows * length), [rows, length], features, Dimensions, cancellation);
                Normalize(features);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(batch);
            ArrayPool<long>.Shared.Return(mask);
        }
    }

    public void EmbedPixels(ReadOnlySpan<float> pixels, int count, Span<float> destination, CancellationToken cancellation = default)
    {
        int size = 3 * Preprocessing.Height * Preprocessing.Width;
        CheckLengths(pixels.Length, count, size, destination.Length);
        for (int start = 0; start < count; start += Batch)
        {
            int rows = Math.Min(Batch, count - start);
            Span<float> features = destination.Slice(start * Dimensions, rows * Dimensions);
            towers.Vision.Run(pixels.Slice(start * size, rows * size), [], [rows, 3, Preprocessing.Height, Preprocessing.Width], features, Dimensions, cancellation);
            Normalize(features);
        }
    }

    public void Preprocess(ReadOnlySpan<byte> encodedImage, Span<float> pixels) => (preprocessor ?? throw NoTower("vision", "images", "texts")).Process(encodedImage, pixels);

    public void EmbedTexts(IReadOnlyList<string> texts, Span<float> destination, CancellationToken cancellation = default)
    {
        long[] ids = new long[texts.Count * ContextLength];
        for (int i = 0; i < texts.Count; i++)
        {
            tokenizer.Value.Encode(texts[i], ids.AsSpan(i * ContextLength, ContextLength));
        }

        EmbedTokens(ids, texts.Count, destination, cancellation);
    }

    public void EmbedImages(IReadOnlyList<ReadOnlyMemory<byte>> encodedImages, Span<float> destination, CancellationToken cancellation = default)
    {
        int size = 3 * Preprocessing.Height * Preprocessing.Width;
        float[] pixels = ArrayPool<float>.Shared.Rent(Math.Min(Batch, encodedImages.Count) * size);
        try
        {
            for (int start = 0; start < encodedImages.Count; start += Batch)
            {
                int rows = Math.Min(Batch, encodedImages.Count - start);
                for (int row = 0; row < rows; row++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Preprocess(encodedImages[start + row].Span, pixels.AsSpan(row * size, size));
                }

                EmbedPixels(pixels.AsSpan(0, rows * size), rows, destination.Slice(start * Dimensions, rows * Dimensions), cancellation);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    public void Dispose() => towers.Dispose();

    double? Scalar(string? tensor) => tensor is not null && description.Weights?.Find(tensor) is { } found ? SafeTensorsFile.ReadScalar(found) : null;

    InferenceException NoTower(string tower, string refused, string taken) =>
        new(InferenceError.NotSupported, $"The model {Name} has no {tower} tower: it embeds {taken}, but not {refused}. Use a model that has both, such as a CLIP model.");

    /// <summary>1 for a text's tokens, 0 for its padding.</summary>
    void MarkText(ReadOnlySpan<long> ids, Span<long> mask)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            mask[i] = ids[i] == Text.PadId ? 0 : 1;
        }
    }

    void CheckLengths(int input, int count, int width, int destination)
    {
        if (count < 0 || (long)count * width != input)
        {
            throw new ArgumentException($"{count} rows of {width} numbers are expected, not {input} numbers.");
        }

        if (destination < (long)count * Dimensions)
        {
            throw new ArgumentException($"The destination holds {destination} numbers, but {count} embeddings of {Dimensions} are to be written.");
        }
    }

    /// <summary>Tokens up to the end of the batch's longest text: the padding after it cannot change a result.</summary>
    int LongestText(ReadOnlySpan<long> ids)
    {
        int longest = 1;
        for (int start = 0; start < ids.Length; start += ContextLength)
        {
            ReadOnlySpan<long> one = ids.Slice(start, ContextLength);
            int used = one.LastIndexOfAnyExcept((long)Text.PadId) + 1;
            longest = Math.Max(longest, used);
        }

        return longest;
    }

    /// <summary>x / max(|x|, 1e-12), as the reference's <c>F.normalize</c>.</summary>
    void Normalize(Span<float> features)
    {
        for (int start = 0; start < features.Length; start += Dimensions)
        {
            Span<float> row = features.Slice(start, Dimensions);
            TensorPrimitives.Divide(row, Math.Max(TensorPrimitives.Norm(row), 1e-12f), row);
        }
    }
}
